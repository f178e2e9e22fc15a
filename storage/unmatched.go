package storage

import (
	"slices"

	bolt "go.etcd.io/bbolt"
)

// Unmatched is what a scan found about rules and entries of INACTIVEBOT_PROTECT
// that match no one.
type Unmatched struct {
	Rules   []string       `json:"rules,omitempty"`
	Protect []ProtectEntry `json:"protect,omitempty"`
	People  []Person       `json:"people,omitempty"` // the people in Protect.
}

// ProtectEntry is an entry of the setting INACTIVEBOT_PROTECT that matched no one
// in a scan, or that protects accounts whose email has changed.
type ProtectEntry struct {
	Entry   string   `json:"entry"`
	Now     []string `json:"now,omitempty"`     // the accounts that it matches.
	Earlier []string `json:"earlier,omitempty"` // the accounts that it matched in an earlier scan.
}

// accounts returns all accounts that the entry protects.
func (e ProtectEntry) accounts() []string { return slices.Concat(e.Now, e.Earlier) }

// Unmatched returns the findings of a scan with the names of the people.
func (s *Store) Unmatched(sc Scan) (Unmatched, error) {
	u := Unmatched{Rules: sc.UnmatchedRules, Protect: sc.Protect}
	err := s.db.View(func(tx *bolt.Tx) error {
		for _, e := range u.Protect {
			for _, account := range e.accounts() {
				p, err := person(tx, account)
				if err != nil {
					return err
				}
				u.People = append(u.People, p)
			}
		}
		return nil
	})
	return u, err
}

// LastUnmatched returns the findings of the last completed scan.
func (s *Store) LastUnmatched() (Unmatched, error) {
	sc, ok, err := s.LastScan()
	if !ok || err != nil {
		return Unmatched{}, err
	}
	return s.Unmatched(sc)
}

// forgetProtect deletes from a scan the entries that name an email of the account.
// The account stays protected.
func forgetProtect(tx *bolt.Tx, sc Scan, accountID string) (found bool, err error) {
	kept := slices.DeleteFunc(slices.Clone(sc.Protect), func(e ProtectEntry) bool { return slices.Contains(e.accounts(), accountID) })
	if len(kept) == len(sc.Protect) {
		return false, nil
	}
	sc.Protect = kept
	return true, scans.put(tx, numberKey(sc.ID), sc)
}

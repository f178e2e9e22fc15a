package storage

import (
	"encoding/binary"
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Row is what a scan decided about one person, and on what evidence.
type Row struct {
	AccountID      string    `json:"account_id"`
	Lane           string    `json:"lane"`
	Reason         string    `json:"reason,omitempty"`
	CanLogIn       bool      `json:"can_log_in,omitempty"`
	Candidate      bool      `json:"candidate,omitempty"`
	ServiceAccount bool      `json:"service_account,omitempty"`
	New            bool      `json:"new,omitempty"`                   // not a candidate in the scan before.
	LastActive     time.Time `json:"last_active,omitzero"`            // in the product; zero: never.
	OtherActive    time.Time `json:"other_apps_last_active,omitzero"` // in other apps or on other sites.
	AddedToOrg     time.Time `json:"added_to_org,omitzero"`
	ManagedBy      string    `json:"managed_by,omitempty"`
	Groups         []string  `json:"groups,omitempty"` // of candidates only: rules may name them.
}

// rank is where a candidate stands: possible service accounts first, then the
// longest inactive.
func (r Row) rank() []byte {
	key := []byte{1}
	if r.ServiceAccount {
		key[0] = 0
	}
	const signed = 1 << 63 // keeps moments before 1970 in order.
	key = binary.BigEndian.AppendUint64(key, uint64(r.LastActive.Unix())^signed)
	return append(key, r.AccountID...)
}

// Row is what a scan decided about one person; ok is false where the scan did
// not meet him or its rows are no longer kept.
func (s *Store) Row(scan uint64, accountID string) (r Row, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		r, ok, err = rows.in(scan).get(tx, []byte(accountID))
		return err
	})
	return r, ok, err
}

// Rows ranges over what a scan decided, by account id. It holds a read
// transaction meanwhile: the caller must not write to the store.
func (s *Store) Rows(scan uint64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		stopped := false
		err := s.db.View(func(tx *bolt.Tx) error {
			for r, err := range rows.in(scan).all(tx, nil) {
				if stopped = !yield(r, err); stopped || err != nil {
					return nil
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Row{}, err)
		}
	}
}

// Pair is one person in two scans.
type Pair struct {
	Now    Row
	Before Row // zero where the earlier scan did not meet the person.
}

// Pairs ranges over the people of a scan beside what an earlier one decided
// about them. It holds a read transaction meanwhile: the caller must not write
// to the store.
func (s *Store) Pairs(scan, before uint64) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		stopped := false
		err := s.db.View(func(tx *bolt.Tx) error {
			for r, err := range rows.in(scan).all(tx, nil) {
				if err != nil {
					return err
				}
				b, _, err := rows.in(before).get(tx, []byte(r.AccountID))
				if err != nil {
					return err
				}
				if stopped = !yield(Pair{r, b}, nil); stopped {
					return nil
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Pair{}, err)
		}
	}
}

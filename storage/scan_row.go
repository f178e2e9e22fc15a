package storage

import (
	"encoding/binary"
	"errors"
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Row is the decision of a scan about one person, with its evidence.
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
	ManagedBefore  string    `json:"managed_before,omitempty"` // what the last scan knew, where ManagedBy is empty.
	Groups         []string  `json:"groups,omitempty"`         // of candidates only, because rules may match them.
}

// rank returns the sort key of a candidate: possible service accounts first,
// then the longest inactive.
func (r Row) rank() []byte {
	key := []byte{1}
	if r.ServiceAccount {
		key[0] = 0
	}
	const signed = 1 << 63 // keeps moments before 1970 in order.
	key = binary.BigEndian.AppendUint64(key, uint64(r.LastActive.Unix())^signed)
	return append(key, r.AccountID...)
}

// ScanChunk is a part of the people that a scan read.
type ScanChunk struct {
	Rows              []Row
	People            []Person
	RestoredElsewhere []string  // accounts found active that were disabled before.
	At                time.Time // when the last of them was read.
	// Protected has, for every entry of INACTIVEBOT_PROTECT, the accounts that it
	// has matched in the scan so far. Nil leaves what is stored as it is.
	Protected map[string][]string
}

// AddRows stores a part of a scan in one transaction, so that a press waits for
// no more than that. A person who is listed twice is counted once; the second
// row may remove a candidate but never add one. A finished scan is refused with
// the cause state, because its candidates are fixed.
func (s *Store) AddRows(scan uint64, seen ScanChunk) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		sc, ok, err := scans.get(tx, numberKey(scan))
		if err != nil || !ok {
			return errors.Join(err, notFound(ok, "scan", scan))
		}
		if !sc.EndedAt.IsZero() {
			return Refusal{Cause: CauseState, State: scanOutcome(sc)}
		}
		if seen.Protected != nil { // before the people, whose emails may be new.
			if err := rememberProtected(tx, seen.Protected); err != nil {
				return err
			}
		}
		for _, r := range seen.Rows {
			if err := sc.add(tx, r); err != nil {
				return err
			}
			if off := r.Lane == LaneAlreadyOff; off || r.CanLogIn {
				if err := recordRead(tx, Sighting{r.AccountID, sc.DirectoryID, off, sc.StartedAt, seen.At}); err != nil {
					return err
				}
			}
		}
		for _, p := range seen.People {
			if err := savePerson(tx, p); err != nil {
				return err
			}
		}
		for _, account := range seen.RestoredElsewhere {
			if err := restored.put(tx, []byte(account), sc.StartedAt); err != nil {
				return err
			}
		}
		return scans.put(tx, numberKey(scan), sc)
	})
}

// savePerson stores a person whose name or email has changed. Most scans change
// none.
func savePerson(tx *bolt.Tx, p Person) error {
	if have, ok, err := people.get(tx, []byte(p.AccountID)); err != nil || ok && have == p {
		return err
	}
	return people.put(tx, []byte(p.AccountID), p)
}

// add stores one row and counts it.
func (sc *Scan) add(tx *bolt.Tx, r Row) error {
	key := []byte(r.AccountID)
	before, again, err := rows.in(sc.ID).get(tx, key)
	switch {
	case err != nil:
		return err
	case again && r.Candidate:
		return nil
	case again:
		sc.count(before, -1)
		if err := dropCandidate(tx, sc.ID, key); err != nil {
			return err
		}
	}
	sc.count(r, 1)
	if r.Candidate {
		if err := candidates.in(sc.ID).put(tx, r.rank(), r); err != nil {
			return err
		}
		if err := ranks.in(sc.ID).put(tx, key, r.rank()); err != nil {
			return err
		}
	}
	return rows.in(sc.ID).put(tx, key, r)
}

func (sc *Scan) count(r Row, by int) {
	sc.Lanes[r.Lane] += by
	sc.People += by
	if r.CanLogIn {
		sc.CanLogIn += by
	}
}

func dropCandidate(tx *bolt.Tx, scan uint64, account []byte) error {
	rank, ok, err := ranks.in(scan).get(tx, account)
	if !ok || err != nil {
		return err
	}
	return errors.Join(candidates.in(scan).delete(tx, rank), ranks.in(scan).delete(tx, account))
}

// Row returns the decision of a scan about one person. It reports false if the
// scan did not list the person or its rows are no longer stored.
func (s *Store) Row(scan uint64, accountID string) (r Row, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		r, ok, err = rows.in(scan).get(tx, []byte(accountID))
		return err
	})
	return r, ok, err
}

// Rows ranges over the rows of a scan, ordered by account id. It holds a read
// transaction during the loop; the caller must not write to the store.
func (s *Store) Rows(scan uint64) iter.Seq2[Row, error] {
	return iterate(s, func(tx *bolt.Tx, yield func(Row) bool) error {
		for r, err := range rows.in(scan).all(tx, nil) {
			if err != nil || !yield(r) {
				return err
			}
		}
		return nil
	})
}

// Pair is one person in two scans.
type Pair struct {
	Now    Row
	Before Row // zero if the earlier scan did not list the person.
}

// Pairs returns the people of a scan with the decisions of an earlier scan
// about them. It holds a read transaction while it runs; the caller must not
// write to the store.
func (s *Store) Pairs(scan, before uint64) iter.Seq2[Pair, error] {
	return iterate(s, func(tx *bolt.Tx, yield func(Pair) bool) error {
		for r, err := range rows.in(scan).all(tx, nil) {
			if err != nil {
				return err
			}
			b, _, err := rows.in(before).get(tx, []byte(r.AccountID))
			if err != nil || !yield(Pair{r, b}) {
				return err
			}
		}
		return nil
	})
}

// PersonRow is a row of a scan with the name of the person.
type PersonRow struct {
	Row    Row
	Person Person
}

// Lane returns the people in one lane of a scan, or all if lane is empty,
// ordered by account id. It holds a read transaction while it runs; the caller
// must not use the store.
func (s *Store) Lane(scan uint64, lane string) iter.Seq2[PersonRow, error] {
	return iterate(s, func(tx *bolt.Tx, yield func(PersonRow) bool) error {
		for r, err := range rows.in(scan).all(tx, nil) {
			if err != nil {
				return err
			}
			if lane != "" && r.Lane != lane {
				continue
			}
			p, err := person(tx, r.AccountID)
			if err != nil || !yield(PersonRow{r, p}) {
				return err
			}
		}
		return nil
	})
}

// HasRows reports whether the rows of a scan are still stored.
func (s *Store) HasRows(scan uint64) (bool, error) {
	return view(s, func(tx *bolt.Tx) (bool, error) { return rows.in(scan).bucket(tx) != nil, nil })
}

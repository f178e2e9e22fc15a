package storage

import (
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Stats is the state of the database in numbers.
type Stats struct {
	Lanes     map[string]int // people in each lane at the last scan that completed; nil before the first.
	LastScan  time.Time      // when that scan ended; zero before the first.
	Heartbeat time.Time      // the last heartbeat.
	Waiting   map[string]int // pending work by kind.
	Size      int64          // the size of the database in bytes.
}

// Stats returns the state of the database in numbers.
func (s *Store) Stats() (st Stats, err error) {
	last, ok, err := s.LastScan()
	if err != nil {
		return st, err
	}
	if ok {
		st.Lanes, st.LastScan = last.Lanes, last.EndedAt
	}
	err = s.db.View(func(tx *bolt.Tx) error {
		st.Size, st.Waiting = tx.Size(), map[string]int{}
		for name, bucket := range map[string]string{"notes": notes.name, "messages": stale.name, "steps": pending.name, "unsettled": unconfirmed.name, "restores": restoring.name} {
			for range (table[bool]{name: bucket}).keys(tx, nil) {
				st.Waiting[name]++
			}
			st.Waiting[name] += 0 // an empty queue is listed, too.
		}
		st.Heartbeat, _, err = getMeta[time.Time](tx, keyHeartbeat)
		return err
	})
	return st, err
}

// LastAuditSeq returns the number of the last audit entry, 0 before the first.
func (s *Store) LastAuditSeq() (uint64, error) {
	return view(s, func(tx *bolt.Tx) (uint64, error) {
		for l, err := range audit.newestFirst(tx) {
			return l.Seq, err
		}
		return 0, nil
	})
}

// AuditLogAfter ranges over the audit entries after seq, newest first. It holds
// a read transaction during the loop; the caller must not write to the store.
func (s *Store) AuditLogAfter(seq uint64) iter.Seq2[AuditEntry, error] {
	return iterate(s, func(tx *bolt.Tx, yield func(AuditEntry) bool) error {
		for l, err := range audit.newestFirst(tx) {
			if err != nil || l.Seq <= seq || !yield(l) {
				return err
			}
		}
		return nil
	})
}

package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// StaleReports are the reports whose message is not posted or not yet true,
// oldest first.
func (s *Store) StaleReports() (out []Report, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for key := range stale.keys(tx, nil) {
			r, ok, err := reports.get(tx, key)
			if err != nil {
				return err
			}
			if ok {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}

// MessageTried says that posting a report's message is about to begin.
func (s *Store) MessageTried(id uint64, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		if err != nil {
			return err
		}
		r.Message.TriedAt = now
		return reports.put(tx, numberKey(id), r)
	})
}

// Drawn says that a report's message stands at m and shows version. The report
// stays stale when it has changed since.
func (s *Store) Drawn(id, version uint64, m Message) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		if err != nil {
			return err
		}
		r.Message, r.Drawn = m, version
		if err := mark(tx, stale, numberKey(id), r.Version != version); err != nil {
			return err
		}
		return reports.put(tx, numberKey(id), r)
	})
}

package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// StaleReports returns the reports whose message is missing or out of date,
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

// MarkPostAttempted records, before the request, that a report's message is
// about to be posted.
func (s *Store) MarkPostAttempted(id uint64, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		if err != nil {
			return err
		}
		r.Message.AttemptedAt = now
		return reports.put(tx, numberKey(id), r)
	})
}

// MarkPosted records that a report's message is at m and shows version. The
// report stays stale if it has changed since.
func (s *Store) MarkPosted(id, version uint64, m Message) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		if err != nil {
			return err
		}
		r.Message, r.PostedVersion, r.Hidden = m, version, false
		if err := setIndex(tx, stale, numberKey(id), r.Version != version); err != nil {
			return err
		}
		return reports.put(tx, numberKey(id), r)
	})
}

// MarkHidden records that a report's message shows no names. It stays stale.
func (s *Store) MarkHidden(id uint64) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		if err != nil {
			return err
		}
		r.Hidden = true
		return reports.put(tx, numberKey(id), r)
	})
}

package storage

import (
	"iter"

	bolt "go.etcd.io/bbolt"
)

// Listed is somebody whom a scan met, with what they are called.
type Listed struct {
	Row    Row
	Person Person
}

// Lane ranges over the people of one lane of a scan, or over everybody where
// lane is empty, by account id. It holds a read transaction meanwhile: the
// caller must not use the store.
func (s *Store) Lane(scan uint64, lane string) iter.Seq2[Listed, error] {
	return func(yield func(Listed, error) bool) {
		stopped := false
		err := s.db.View(func(tx *bolt.Tx) error {
			for r, err := range rows.in(scan).all(tx, nil) {
				if err != nil {
					return err
				}
				if lane != "" && r.Lane != lane {
					continue
				}
				p, err := person(tx, r.AccountID)
				if err != nil {
					return err
				}
				if stopped = !yield(Listed{r, p}, nil); stopped {
					return nil
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Listed{}, err)
		}
	}
}

// KeepsRows reports whether everybody's row of a scan is still kept: that is so
// for the last two scans only.
func (s *Store) KeepsRows(scan uint64) (kept bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		kept = rows.in(scan).bucket(tx) != nil
		return nil
	})
	return kept, err
}

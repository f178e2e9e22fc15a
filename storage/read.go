package storage

import (
	"iter"

	bolt "go.etcd.io/bbolt"
)

// view returns a value that is read in one transaction.
func view[T any](s *Store, read func(*bolt.Tx) (T, error)) (v T, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		v, err = read(tx)
		return err
	})
	return v, err
}

// iterate ranges over the values that read yields. The read transaction stays
// open until the loop ends. The first error ends the loop.
func iterate[T any](s *Store, read func(tx *bolt.Tx, yield func(T) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		stopped := false
		err := s.db.View(func(tx *bolt.Tx) error {
			return read(tx, func(v T) bool {
				stopped = !yield(v, nil)
				return !stopped
			})
		})
		if err != nil && !stopped {
			var none T
			yield(none, err)
		}
	}
}

// collect returns the values that keep accepts, or all if keep is nil. On an
// error it also returns the values before it.
func collect[T any](all iter.Seq2[T, error], keep func(T) bool) (out []T, err error) {
	for v, err := range all {
		if err != nil {
			return out, err
		}
		if keep == nil || keep(v) {
			out = append(out, v)
		}
	}
	return out, nil
}

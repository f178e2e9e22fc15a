package storage

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// schema is the version this program writes.
const schema = 1

// migrations brings a database from the version of its index to the next one.
// They are never edited once released; a change of the stored form is a new one.
var migrations = []func(*bolt.Tx) error{
	createBuckets,
}

// buckets is every bucket of schema 1.
var buckets = []string{
	meta.name, scans.name, rows.name, candidates.name, ranks.name, people.name, reports.name, slots.name,
	live.name, stale.name, exclusions.name, rules.name, batches.name, unfinished.name, steps.name, order.name,
	pending.name, unsettled.name, restoring.name, ours.name, restored.name, notes.name, audit.name, texts.name, activity.name,
}

func createBuckets(tx *bolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	return nil
}

// migrate carries out the migrations that a database of this version has not
// had, all in one transaction.
func (s *Store) migrate(have int) error {
	if have == schema {
		return nil
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		for v := have; v < schema; v++ {
			if err := migrations[v](tx); err != nil {
				return fmt.Errorf("migrate the database from schema %d: %w", v, err)
			}
		}
		return setMeta(tx, keySchema, schema)
	})
}

// version is the schema of the file, 0 for an empty one.
func version(tx *bolt.Tx) (int, error) {
	if tx.Bucket([]byte(meta.name)) == nil {
		return 0, nil
	}
	v, _, err := getMeta[int](tx, keySchema)
	return v, err
}

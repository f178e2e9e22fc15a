package storage

import (
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// schema is the version this program writes: the number of [migrations].
const schema = 1

// migration brings a database from one schema version to the next.
type migration struct {
	adds []string             // the buckets that the next version has more.
	do   func(*bolt.Tx) error // what else is to be done, once they are there; nil for nothing.
}

// migrations brings a database from the version of its index to the next one.
// They are never edited once released; a change of the stored form is a new one.
var migrations = []migration{
	{adds: buckets},
}

// buckets is every bucket of schema 1.
var buckets = []string{
	meta.name, scans.name, rows.name, candidates.name, ranks.name, people.name, reports.name, slots.name,
	live.name, stale.name, exclusions.name, rules.name, batches.name, unfinished.name, steps.name, order.name,
	pending.name, unsettled.name, restoring.name, activeSuspensions.name, restored.name, notes.name, audit.name, texts.name, activity.name,
}

// bucketsOf is every bucket of a schema version, in order; none of version 0.
func bucketsOf(history []migration) (names []string) {
	for _, m := range history {
		names = append(names, m.adds...)
	}
	slices.Sort(names)
	return names
}

// migrate carries out the migrations that a database of this version has not
// had, in order and all in one transaction. One that was in use before is copied
// first, see [Store.backUpBeforeMigration].
func (s *Store) migrate(have int) error {
	if have == len(s.history) {
		return nil
	}
	if have > 0 {
		if err := s.backUpBeforeMigration(have); err != nil {
			return fmt.Errorf("the database %s was not brought up to date, because no copy of it could be made first: %w", s.path, err)
		}
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		for v, m := range s.history[have:] {
			if err := m.carryOut(tx); err != nil {
				return fmt.Errorf("migrate the database from schema %d: %w", have+v, err)
			}
		}
		return setMeta(tx, keySchema, len(s.history))
	})
}

func (m migration) carryOut(tx *bolt.Tx) error {
	for _, name := range m.adds {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	if m.do == nil {
		return nil
	}
	return m.do(tx)
}

// backUpBeforeMigration copies the file as it is to OldPath. A copy that is there already is
// of an earlier try, and this file is at least as new.
func (s *Store) backUpBeforeMigration(have int) error {
	return s.saveCopy(OldPath(s.path, have), true, time.Now().UTC(), s.history[:have])
}

// OldPath is where the copy of a database of a schema version stands that was
// made before it was migrated.
func OldPath(path string, have int) string { return fmt.Sprintf("%s.schema-%d", path, have) }

// version is the schema of the file, 0 for an empty one.
func version(tx *bolt.Tx) (int, error) {
	if tx.Bucket([]byte(meta.name)) == nil {
		return 0, nil
	}
	v, _, err := getMeta[int](tx, keySchema)
	return v, err
}

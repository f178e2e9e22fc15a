package storage

import (
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// schema is the schema version that this program writes: the number of
// [migrations].
const schema = 3

// migration upgrades a database from one schema version to the next.
type migration struct {
	newBuckets []string             // the buckets that the next version adds.
	upgrade    func(*bolt.Tx) error // changes after the buckets are added; may be nil.
}

// migrations lists the migrations; the index is the version that each starts
// from. A released one is never edited; a change of the stored form is a new
// migration.
var migrations = []migration{
	{newBuckets: buckets},
	{newBuckets: []string{deliveries.name, decided.name, posted.name, approverProfiles.name}, upgrade: bindToInstallation},
	{upgrade: keepUnclear},
}

// buckets lists the buckets of schema 1.
var buckets = []string{
	meta.name, scans.name, rows.name, candidates.name, ranks.name, people.name, reports.name, slots.name,
	live.name, stale.name, exclusions.name, rules.name, batches.name, unfinished.name, steps.name, order.name,
	pending.name, unconfirmed.name, restoring.name, activeSuspensions.name, restored.name, notes.name, audit.name, texts.name, activity.name,
}

// bindToInstallation gives the database its installation, and each batch that
// waits for a second approver the set that its message names.
func bindToInstallation(tx *bolt.Tx) error {
	open, err := unfinishedBatches(tx)
	if err != nil {
		return err
	}
	for _, b := range open {
		who, err := collect(order.all(tx, numberKey(b.ID)), nil)
		if err != nil {
			return err
		}
		b.Set = setOf(who)
		if err := putBatch(tx, b); err != nil {
			return err
		}
	}
	return errors.Join(makeInstallation(tx), redrawButtons(tx))
}

// keepUnclear makes people restorable of whom it was never known whether a
// suspension took effect. Of several such steps of a person the newest counts, if no
// newer one has suspended or restored the person.
func keepUnclear(tx *bolt.Tx) error {
	newest, unclear, err := findUnclear(tx)
	if err != nil {
		return err
	}
	for _, st := range unclear {
		if st.Unclear() && newest[st.AccountID] != st.ReportID {
			st.Reason = FailReplaced
		}
		if err := errors.Join(putStep(tx, st), markStale(tx, st.ReportID)); err != nil {
			return err
		}
	}
	return nil
}

// findUnclear returns the unclear steps and those that wait to be sent again, and
// for each person the newest report with a step that was sent.
func findUnclear(tx *bolt.Tx) (newest map[string]uint64, unclear []Step, err error) {
	newest = map[string]uint64{}
	for st, err := range steps.all(tx, nil) {
		if err != nil {
			return nil, nil, err
		}
		switch {
		case st.Unclear() || st.State == StepPending && st.Claims > 0:
			unclear = append(unclear, st)
		case !st.Restorable() && st.State != StepRestoring && st.State != StepRestored:
			continue
		}
		newest[st.AccountID] = max(newest[st.AccountID], st.ReportID)
	}
	return newest, unclear, nil
}

// bucketsOf returns the sorted buckets of a schema version. Version 0 has none.
func bucketsOf(history []migration) (names []string) {
	for _, m := range history {
		names = append(names, m.newBuckets...)
	}
	slices.Sort(names)
	return names
}

// migrate runs the migrations that the database lacks, in order and in one
// transaction. A database that was in use is backed up first, see
// [Store.backUpBeforeMigration].
func (s *Store) migrate(have int) error {
	if have == len(s.history) {
		return nil
	}
	if have > 0 {
		if err := s.backUpBeforeMigration(have); err != nil {
			return fmt.Errorf("the database %s was not upgraded because it could not be backed up first: %w", s.path, err)
		}
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		for v, m := range s.history[have:] {
			if err := m.run(tx); err != nil {
				return fmt.Errorf("migrate the database from schema %d: %w", have+v, err)
			}
		}
		return setMeta(tx, keySchema, len(s.history))
	})
}

func (m migration) run(tx *bolt.Tx) error {
	for _, name := range m.newBuckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	if m.upgrade == nil {
		return nil
	}
	return m.upgrade(tx)
}

// backUpBeforeMigration copies the file to OldPath. It replaces an existing
// copy, which is from an earlier attempt.
func (s *Store) backUpBeforeMigration(have int) error {
	return s.saveCopy(OldPath(s.path, have), true, time.Now().UTC(), s.history[:have])
}

// OldPath returns the path of the backup that is made before a migration from a
// schema version.
func OldPath(path string, have int) string { return fmt.Sprintf("%s.schema-%d", path, have) }

// version returns the schema version of the file, 0 for an empty one.
func version(tx *bolt.Tx) (int, error) {
	if tx.Bucket([]byte(meta.name)) == nil {
		return 0, nil
	}
	v, _, err := getMeta[int](tx, keySchema)
	return v, err
}

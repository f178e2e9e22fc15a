package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// CapWindow is the period over which the suspensions of one approver are
// counted.
const CapWindow = 24 * time.Hour

// CapUsed returns how many suspensions count towards the cap of this approver:
// those within the [CapWindow] before now and those still pending. It also
// returns when the first of them leaves the window.
func (s *Store) CapUsed(by string, now time.Time) (used int, firstFree time.Time, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		return eachCounted(tx, by, now, func(at time.Time) {
			used++
			if free := at.Add(CapWindow); firstFree.IsZero() || free.Before(firstFree) {
				firstFree = free
			}
		})
	})
	return used, firstFree, err
}

func capUsed(tx *bolt.Tx, by string, now time.Time) (used int, err error) {
	err = eachCounted(tx, by, now, func(time.Time) { used++ })
	return used, err
}

// eachCounted calls count for each step that counts: one that is pending, or
// one that was claimed within the window. Skipped and refused steps do not
// count; restored ones do.
func eachCounted(tx *bolt.Tx, by string, now time.Time, count func(at time.Time)) error {
	for b, err := range batches.newestFirst(tx) {
		if err != nil {
			return err
		}
		if b.TwoPeople || b.ApprovedBy() != by || b.State.Finished() && b.EndedAt.Before(now.Add(-CapWindow)) {
			continue
		}
		for st, err := range batchSteps(tx, b) {
			if err != nil {
				return err
			}
			switch {
			case st.State == StepSkipped || st.State == StepFailed && !st.Unclear():
			case st.State == StepPending:
				count(now)
			case st.ClaimedAt.After(now.Add(-CapWindow)):
				count(st.ClaimedAt)
			}
		}
	}
	return nil
}

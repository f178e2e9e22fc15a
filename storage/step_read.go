package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ConfirmAfter is how long reads may be older than they seem, and how long a
// request may take to have an effect. A suspension stays this bot's until two
// reads, this long apart and both this long after it, show the person as active.
const ConfirmAfter = 10 * time.Minute

// suspendedAt returns when the step's suspension took effect at the latest, if it
// did.
func (st Step) suspendedAt() time.Time {
	if !st.Unclear() && !st.Unconfirmed && st.SettledAt.After(st.ClaimedAt) {
		return st.SettledAt
	}
	return st.ClaimedAt
}

// IsLate reports whether a read is so long after the suspension that it cannot show
// the time before, and is evidence against the suspension.
func (st Step) IsLate(read time.Time) bool { return read.Sub(st.suspendedAt()) >= ConfirmAfter }

// Sighting is one read of a person.
type Sighting struct {
	AccountID   string
	DirectoryID string    // the directory in which the person was read.
	Off         bool      // the person cannot log in. Otherwise the person is active.
	From, Until time.Time // when the person was read: not before From, not after Until.
}

// RecordRead settles a suspension in effect with one read of the person.
func (s *Store) RecordRead(r Sighting) error {
	return s.db.Update(func(tx *bolt.Tx) error { return recordRead(tx, r) })
}

// recordRead finds the suspension in effect that a read may settle. A read in
// another directory says nothing about it.
func recordRead(tx *bolt.Tx, r Sighting) error {
	reportID, ok, err := activeSuspensions.get(tx, []byte(r.AccountID))
	if err != nil || !ok {
		return err
	}
	st, err := step(tx, reportID, r.AccountID)
	if err != nil || st.State == StepClaimed || st.State == StepRestoring {
		return err // settled by the executor.
	}
	in, err := directoryOf(tx, reportID)
	switch {
	case err != nil || in != r.DirectoryID:
		return err
	case r.Off:
		return settleOff(tx, st, r.Until)
	case st.State == StepPending:
		return nil
	}
	return settleActive(tx, st, r)
}

// directoryOf returns the directory in which the people of a report were read.
func directoryOf(tx *bolt.Tx, reportID uint64) (string, error) {
	r, err := report(tx, reportID)
	if err != nil {
		return "", err
	}
	sc, _, err := scans.get(tx, numberKey(r.ScanID))
	return sc.DirectoryID, err
}

// settleOff settles a step with a read that shows the person off: the suspension
// took effect, if that was not known.
func settleOff(tx *bolt.Tx, st Step, at time.Time) error {
	if st.State == StepSuspended {
		if st.ReadActiveAt.IsZero() {
			return nil
		}
		st.ReadActiveAt = time.Time{}
		return putStep(tx, st)
	}
	st.State, st.Reason, st.Problem, st.SettledAt, st.ReadActiveAt = StepSuspended, "", "", at, time.Time{}
	if err := putSettled(tx, st, "confirm", at); err != nil {
		return err
	}
	return finishIfDone(tx, st.BatchID, at)
}

// settleActive settles a step with a read that shows the person active. The second
// late one proves that someone else restored the person or, if the API did not
// accept the suspension, that it had no effect.
func settleActive(tx *bolt.Tx, st Step, r Sighting) error {
	switch {
	case !st.IsLate(r.From):
		return nil
	case st.ReadActiveAt.IsZero():
		st.ReadActiveAt = r.Until
		return putStep(tx, st)
	case r.From.Sub(st.ReadActiveAt) < ConfirmAfter:
		return nil
	case st.Unclear() && !st.Accepted:
		st.Reason, st.Problem = FailNoEffect, ""
		return putSettled(tx, st, "found active", r.Until)
	}
	st.State, st.Reason, st.RestoreBy, st.RestoredAt = StepRestored, "", "", st.ReadActiveAt
	return errors.Join(restoredSince(tx, st), putSettled(tx, st, "found restored", r.Until))
}

// restoredSince protects a person from the day on which a read first showed the
// person active, unless a scan recorded that already.
func restoredSince(tx *bolt.Tx, st Step) error {
	key := []byte(st.AccountID)
	if at, _, err := restored.get(tx, key); err != nil || at.After(st.suspendedAt()) {
		return err
	}
	return restored.put(tx, key, st.RestoredAt)
}

// putSettled stores a step that a read has settled, with its audit entry.
func putSettled(tx *bolt.Tx, st Step, action string, at time.Time) error {
	if err := putStep(tx, st); err != nil {
		return err
	}
	if err := appendAudit(tx, AuditEntry{At: at, Actor: Bot, Action: action, Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID, Outcome: outcome(st)}); err != nil {
		return err
	}
	return markStale(tx, st.ReportID)
}

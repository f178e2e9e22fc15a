package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// ConfirmAfter is how long reads may be older than they seem. A suspension stays
// this bot's until two reads, this long apart and both this long after it, show
// the person as active.
const ConfirmAfter = 10 * time.Minute

// suspendedAt returns the time after which reads can show the suspension.
func (st Step) suspendedAt() time.Time {
	if st.State == StepSuspended && st.SettledAt.After(st.ClaimedAt) {
		return st.SettledAt
	}
	return st.ClaimedAt
}

// isLate reports whether a read is so long after the suspension that it is
// evidence against it.
func isLate(st Step, read time.Time) bool { return read.Sub(st.suspendedAt()) >= ConfirmAfter }

// RecordRead settles a suspension in effect with one read of the person. Off
// reports whether the person was read as unable to log in, and not as active.
func (s *Store) RecordRead(account string, off bool, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error { return recordRead(tx, account, off, now) })
}

// recordRead settles an unclear step as suspended if the person is off. A person
// whom two reads show as active was restored by someone else; or, if the step is
// unclear, was never suspended.
func recordRead(tx *bolt.Tx, account string, off bool, at time.Time) error {
	reportID, ok, err := activeSuspensions.get(tx, []byte(account))
	if err != nil || !ok {
		return err
	}
	st, err := step(tx, reportID, account)
	switch {
	case err != nil || st.State != StepSuspended && !st.Unclear():
		return err
	case off && st.Unclear():
		st.State, st.Reason, st.SettledAt, st.ReadActiveAt = StepSuspended, "", at, time.Time{}
		return putSettled(tx, st, "confirm", at)
	case off && !st.ReadActiveAt.IsZero():
		st.ReadActiveAt = time.Time{}
		return putStep(tx, st)
	case off || !isLate(st, at):
		return nil
	case st.ReadActiveAt.IsZero():
		st.ReadActiveAt = at
		return putStep(tx, st)
	case at.Sub(st.ReadActiveAt) < ConfirmAfter:
		return nil
	case st.Unclear():
		st.Reason = FailNoEffect
		return putSettled(tx, st, "found active", at)
	}
	st.State, st.RestoreBy, st.RestoredAt = StepRestored, "", st.ReadActiveAt
	return putSettled(tx, st, "found restored", at)
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

package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	restoring         = table[uint64]{name: "restoring"}
	activeSuspensions = table[uint64]{name: "ours"}
	restored          = table[time.Time]{name: "restored"}
)

// Restore requests the restore of one person. It can only undo a suspension by
// this bot that is in effect. The causes of a [Refusal] are not_ours and
// already.
func (s *Store) Restore(accountID, by string, now time.Time) (st Step, err error) {
	err = s.decide(restoreObject(accountID), by, func(tx *bolt.Tx) error {
		reportID, ok, err := activeSuspensions.get(tx, []byte(accountID))
		if err != nil {
			return err
		}
		if !ok {
			return Refusal{Cause: CauseNotSuspendedByUs}
		}
		if st, err = step(tx, reportID, accountID); err != nil {
			return err
		}
		if err := beginRestore(tx, &st, by, now); err != nil {
			return err
		}
		if err := addNote(tx, Note{Kind: NoteRestoring, ReportID: reportID, By: by, At: now, Accounts: []string{accountID}}); err != nil {
			return err
		}
		return finishIfDone(tx, st.BatchID, now)
	})
	return st, err
}

func beginRestore(tx *bolt.Tx, st *Step, by string, now time.Time) error {
	if st.State == StepRestoring {
		return Refusal{Cause: CauseAlready, By: st.RestoreBy, State: string(st.State)}
	}
	st.Unconfirmed = st.State == StepClaimed
	st.State, st.EndsAs, st.Reason, st.RestoreBy, st.Problem = StepRestoring, "", "", by, ""
	if err := putStep(tx, *st); err != nil {
		return err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "restore", Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID, Outcome: outcome(*st)}); err != nil {
		return err
	}
	return markStale(tx, st.ReportID)
}

// Undo requests the restore of all people in a batch and skips its pending
// steps. It returns the number of people.
func (s *Store) Undo(batchID uint64, by string, now time.Time) (n int, err error) {
	err = s.decide(batchObject(batchID), by, func(tx *bolt.Tx) error {
		b, err := batch(tx, batchID)
		if err != nil {
			return err
		}
		if err := skipPending(tx, b, SkipUndone, now); err != nil {
			return err
		}
		undo, err := collect(batchSteps(tx, b), func(st Step) bool { return st.State == StepSuspended || st.State == StepClaimed })
		if err != nil {
			return err
		}
		for _, st := range undo {
			if err := beginRestore(tx, &st, by, now); err != nil {
				return err
			}
		}
		if n = len(undo); n == 0 && b.State.Finished() {
			return Refusal{Cause: CauseNoOneLeft, By: b.UndoneBy}
		}
		return markUndone(tx, b, by, now)
	})
	return n, err
}

// markUndone marks the batch as undone and ends it if it is not finished.
func markUndone(tx *bolt.Tx, b Batch, by string, now time.Time) error {
	b.UndoneBy = by
	if err := addNote(tx, Note{Kind: NoteRestoring, ReportID: b.ReportID, BatchID: b.ID, By: by, At: now}); err != nil {
		return err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "undo batch", Report: b.ReportID, Batch: b.ID}); err != nil {
		return err
	}
	return errors.Join(markStale(tx, b.ReportID), endWhenConfirmed(tx, b, now))
}

// PendingRestores returns the restores to execute, at most limit of them.
func (s *Store) PendingRestores(limit int) ([]Step, error) {
	return view(s, func(tx *bolt.Tx) ([]Step, error) { return stepsIn(tx, restoring, limit) })
}

// ActiveSuspensions returns this bot's suspensions that are in effect or sent,
// ordered by account id, at most limit of them; 0 means all.
func (s *Store) ActiveSuspensions(limit int) ([]Step, error) {
	return view(s, func(tx *bolt.Tx) ([]Step, error) { return stepsIn(tx, activeSuspensions, limit) })
}

func stepsIn(tx *bolt.Tx, index table[uint64], limit int) (out []Step, err error) {
	for key := range index.keys(tx, nil) {
		if limit > 0 && len(out) == limit {
			return out, nil
		}
		reportID, _, err := index.get(tx, key)
		if err != nil {
			return nil, err
		}
		st, err := step(tx, reportID, string(key))
		if err != nil {
			return nil, err
		}
		out = append(out, st)
	}
	return out, nil
}

// MarkRestored settles a restore: the person was read as active.
func (s *Store) MarkRestored(st Step, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepRestoring}, "restored", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		st.State, st.RestoredAt = StepRestored, now
		if err := restored.put(tx, []byte(st.AccountID), now); err != nil {
			return nil, err
		}
		return nil, addNote(tx, Note{Kind: NoteRestored, ReportID: st.ReportID, By: st.RestoreBy, At: now, Accounts: []string{st.AccountID}})
	})
}

// MarkRestoreFailed gives up a restore that was definitely refused: the person
// counts as suspended, and the problem says why.
func (s *Store) MarkRestoreFailed(st Step, problem string, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepRestoring}, "not restored", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		st.State, st.Problem = StepSuspended, problem
		n := Note{Kind: NoteNotRestored, ReportID: st.ReportID, By: st.RestoreBy, At: now, Accounts: []string{st.AccountID}, Text: problem}
		return map[string]string{"problem": problem}, addNote(tx, n)
	})
}

// recordRestoredElsewhere records that a scan found a person active who was
// suspended by this bot, or disabled in an earlier scan: someone else restored
// the access, and it counts from that day.
func recordRestoredElsewhere(tx *bolt.Tx, accountID string, now time.Time) error {
	if err := restored.put(tx, []byte(accountID), now); err != nil {
		return err
	}
	reportID, ok, err := activeSuspensions.get(tx, []byte(accountID))
	if err != nil || !ok {
		return err
	}
	st, err := step(tx, reportID, accountID)
	if err != nil || st.State != StepSuspended {
		return err
	}
	st.State, st.RestoredAt = StepRestored, now
	if err := putStep(tx, st); err != nil {
		return err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "found restored", Account: accountID, Report: st.ReportID, Batch: st.BatchID}); err != nil {
		return err
	}
	return markStale(tx, st.ReportID)
}

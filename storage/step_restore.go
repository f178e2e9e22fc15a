package storage

import (
	"errors"
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	restoring         = table[uint64]{name: "restoring"}
	activeSuspensions = table[uint64]{name: "ours"}
	restored          = table[time.Time]{name: "restored"}
)

// RestoreAnswer is the outcome of a restore request. It is empty from before the
// request is sent until its outcome is known: if the program ends in between, the
// request may not have been sent.
type RestoreAnswer string

// The answers to a restore request that are not final: reading the person decides.
const (
	RestoreAccepted   RestoreAnswer = "accepted"
	RestoreConflict   RestoreAnswer = "conflict"   // the API may mean that there is nothing to restore.
	RestoreUnanswered RestoreAnswer = "unanswered" // a 5xx, a timeout or a lost connection.
)

// Restore requests the restore of one person. It can only undo a suspension by
// this bot that is or may be in effect. The causes of a [Refusal] are not_ours and
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
	st.Unconfirmed = st.State != StepSuspended
	st.State, st.EndsAs, st.Reason, st.RestoreBy, st.Problem = StepRestoring, "", "", by, ""
	st.RestoreRequests, st.RestoreSentAt, st.RestoreAnswer, st.ReadActiveAt = 0, time.Time{}, "", time.Time{}
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
		undo, err := collect(batchSteps(tx, b), func(st Step) bool {
			taken, errTaken := isTaken(tx, st)
			err = errors.Join(err, errTaken)
			return st.Restorable() && !taken
		})
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

// PendingRestores returns the restores to execute: those that were not sent yet and
// those to confirm, at most limit of each.
func (s *Store) PendingRestores(limit int) (unsent, sent []Step, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for st, err := range stepsIn(tx, restoring) {
			switch {
			case err != nil:
				return err
			case st.RestoreRequests > 0 && len(sent) < limit:
				sent = append(sent, st)
			case st.RestoreRequests == 0:
				unsent = append(unsent, st)
			}
			if len(unsent) == limit {
				return nil
			}
		}
		return nil
	})
	return unsent, sent, err
}

// ActiveSuspensions returns this bot's suspensions that are in effect or sent,
// ordered by account id, at most limit of them; 0 means all.
func (s *Store) ActiveSuspensions(limit int) (out []Step, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for st, err := range stepsIn(tx, activeSuspensions) {
			if err != nil {
				return err
			}
			if out = append(out, st); len(out) == limit {
				return nil
			}
		}
		return nil
	})
	return out, err
}

// stepsIn ranges over the steps in an index by account.
func stepsIn(tx *bolt.Tx, index table[uint64]) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		for key := range index.keys(tx, nil) {
			reportID, _, err := index.get(tx, key)
			if err != nil {
				yield(Step{}, err)
				return
			}
			st, err := step(tx, reportID, string(key))
			if !yield(st, err) || err != nil {
				return
			}
		}
	}
}

// MarkRestoreSent counts a restore request before it is sent. It returns the
// stored step. A step without a pending restore is refused with the cause state:
// then nothing may be sent.
func (s *Store) MarkRestoreSent(st Step, now time.Time) (sent Step, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		if sent, err = step(tx, st.ReportID, st.AccountID); err != nil {
			return err
		}
		if sent.State != StepRestoring {
			return Refusal{Cause: CauseState, State: string(sent.State), Batch: sent.BatchID}
		}
		sent.RestoreRequests, sent.RestoreSentAt, sent.RestoreAnswer = sent.RestoreRequests+1, now, ""
		return putStep(tx, sent)
	})
	return sent, err
}

// SetRestoreAnswer records the outcome of the last restore request, which ended now.
func (s *Store) SetRestoreAnswer(st Step, answer RestoreAnswer, now time.Time) error {
	return s.updateRestore(st, func(have *Step) { have.RestoreAnswer, have.RestoreSentAt = answer, now })
}

// UnmarkRestoreSent takes back the last [Store.MarkRestoreSent], because the
// request was not executed. The argument is the step before it.
func (s *Store) UnmarkRestoreSent(before Step) error {
	return s.updateRestore(before, func(have *Step) {
		have.RestoreRequests, have.RestoreSentAt, have.RestoreAnswer = before.RestoreRequests, before.RestoreSentAt, before.RestoreAnswer
	})
}

// updateRestore changes what is known about the requests of a pending restore. It
// does nothing if the restore has ended.
func (s *Store) updateRestore(st Step, change func(*Step)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, err := step(tx, st.ReportID, st.AccountID)
		if err != nil || have.State != StepRestoring {
			return err
		}
		change(&have)
		return putStep(tx, have)
	})
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

// MarkRestoreFailed gives up a restore: it was definitely refused or is not
// confirmed. The problem says why. The suspension stays this bot's and can be
// restored again. If it was never confirmed, the step is unclear.
func (s *Store) MarkRestoreFailed(st Step, problem string, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepRestoring}, "not restored", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		st.State, st.Problem = StepSuspended, problem
		if st.Unconfirmed && !st.Accepted {
			st.State, st.Reason = StepFailed, FailUnclear
		}
		n := Note{Kind: NoteNotRestored, ReportID: st.ReportID, By: st.RestoreBy, At: now, Accounts: []string{st.AccountID}, Text: problem}
		return map[string]string{"problem": problem}, addNote(tx, n)
	})
}

package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Stop stops a running batch, for an approver or for the bot, with the reason.
func (s *Store) Stop(id uint64, by, reason string, now time.Time) error {
	n := Note{Kind: NoteStopped, By: by, At: now, Text: reason}
	return s.transition(id, BatchRunning, BatchStopped, ReportStopped, n, func(b *Batch) { b.StoppedBy, b.StopReason = by, reason })
}

// Resume continues a stopped batch.
func (s *Store) Resume(id uint64, by string, now time.Time) error {
	n := Note{Kind: NoteResumed, By: by, At: now}
	return s.transition(id, BatchStopped, BatchRunning, ReportExecuting, n, func(b *Batch) {
		b.StoppedBy, b.StopReason, b.Failures, b.NotFound, b.TakenSteps, b.FailedSteps, b.RunningSince = "", "", 0, 0, 0, 0, now
	})
}

// transition moves a batch and its report from one state to another together.
func (s *Store) transition(id uint64, from, to BatchState, rs ReportState, n Note, change func(*Batch)) error {
	return s.decide(batchObject(id), n.By, func(tx *bolt.Tx) error {
		b, err := batch(tx, id)
		if err != nil {
			return err
		}
		if b.State != from {
			return Refusal{Cause: CauseState, State: string(b.State), By: b.StoppedBy, Batch: id}
		}
		b.State = to
		change(&b)
		if err := putBatch(tx, b); err != nil {
			return err
		}
		r, err := report(tx, b.ReportID)
		if err != nil {
			return err
		}
		r.State, n.ReportID, n.BatchID = rs, r.ID, id
		if err := errors.Join(putReport(tx, &r), addNote(tx, n)); err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: n.At, Actor: n.By, Action: string(n.Kind), Report: r.ID, Batch: id, Outcome: n.Text}); err != nil {
			return err
		}
		return finishIfDone(tx, id, n.At)
	})
}

// CloseBatch skips the pending steps of a stopped batch and ends it.
func (s *Store) CloseBatch(id uint64, by string, now time.Time) error {
	return s.decide(batchObject(id), by, func(tx *bolt.Tx) error {
		b, err := batch(tx, id)
		if err != nil {
			return err
		}
		if b.State != BatchStopped {
			return Refusal{Cause: CauseState, State: string(b.State), Batch: id}
		}
		if err := skipPending(tx, b, SkipClosed, now); err != nil {
			return err
		}
		if err := addNote(tx, Note{Kind: NoteClosed, ReportID: b.ReportID, BatchID: id, By: by, At: now}); err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "close", Report: b.ReportID, Batch: id}); err != nil {
			return err
		}
		b.ClosedBy = by
		return endWhenConfirmed(tx, b, now)
	})
}

// endWhenConfirmed ends a batch without pending steps as soon as its sent
// requests are confirmed.
func endWhenConfirmed(tx *bolt.Tx, b Batch, now time.Time) error {
	if b.State.Finished() {
		return putBatch(tx, b)
	}
	b.State = BatchRunning
	r, err := report(tx, b.ReportID)
	if err != nil {
		return err
	}
	r.State = ReportExecuting
	if err := errors.Join(putBatch(tx, b), putReport(tx, &r)); err != nil {
		return err
	}
	return finishIfDone(tx, b.ID, now)
}

// finishIfDone ends a batch that has nothing left to do. Its report opens again
// with the people who are left, unless there are none or a newer report has
// superseded it.
func finishIfDone(tx *bolt.Tx, id uint64, now time.Time) error {
	b, err := batch(tx, id)
	if err != nil || b.State != BatchRunning || hasAny(tx, pending, id) || hasAny(tx, unconfirmed, id) {
		return err
	}
	b.State, b.EndedAt = BatchDone, now
	if err := putBatch(tx, b); err != nil {
		return err
	}
	r, err := report(tx, b.ReportID)
	if err != nil {
		return err
	}
	if r.State, err = stateAfterBatch(tx, &r, now); err != nil {
		return err
	}
	if err := putReport(tx, &r); err != nil {
		return err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "batch done", Report: r.ID, Batch: id}); err != nil {
		return err
	}
	at, err := auditHead(tx)
	if err != nil {
		return err
	}
	return addNote(tx, Note{Kind: NoteBatchDone, ReportID: r.ID, BatchID: id, At: now, AuditHead: at.Hash})
}

func hasAny(tx *bolt.Tx, index table[string], batch uint64) bool {
	for range index.keys(tx, numberKey(batch)) {
		return true
	}
	return false
}

func stateAfterBatch(tx *bolt.Tx, r *Report, now time.Time) (ReportState, error) {
	left, err := countUndecided(tx, *r, now)
	if err != nil {
		return "", err
	}
	newest, err := newestReport(tx)
	switch {
	case err != nil:
		return "", err
	case left == 0:
		return ReportDone, nil
	case newest != r.ID:
		r.SupersededBy = newest
		return ReportSuperseded, nil
	case !now.Before(r.ExpiresAt):
		return ReportExpired, nil
	}
	return ReportOpen, nil
}

func newestReport(tx *bolt.Tx) (uint64, error) {
	for r, err := range reports.newestFirst(tx) {
		return r.ID, err
	}
	return 0, nil
}

// FailureCounts is what a step adds to the counts of a batch.
type FailureCounts struct {
	Taken    int // 1 if no claim has counted the step.
	Failed   int // 1 if the step counts as failed.
	InRow    int // 1 if the failure is not about the person.
	NotFound int // 1 if Atlassian does not know the person.
}

// CountFailure counts a failure and returns the batch with the new counts.
func (s *Store) CountFailure(id uint64, f FailureCounts) (b Batch, err error) {
	err = s.changeBatch(id, func(have *Batch) {
		have.TakenSteps, have.FailedSteps = have.TakenSteps+f.Taken, have.FailedSteps+f.Failed
		have.Failures, have.NotFound = have.Failures+f.InRow, have.NotFound+f.NotFound
		b = *have
	})
	return b, err
}

// ResetFailures sets the number of consecutive failures to 0.
func (s *Store) ResetFailures(id uint64) error {
	return s.changeBatch(id, func(b *Batch) { b.Failures = 0 })
}

// ResetNotFound sets the number of consecutive people whom Atlassian does not know
// to 0.
func (s *Store) ResetNotFound(id uint64) error {
	return s.changeBatch(id, func(b *Batch) { b.NotFound = 0 })
}

// changeBatch changes the counts of a batch.
func (s *Store) changeBatch(id uint64, change func(*Batch)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		b, err := batch(tx, id)
		if err != nil {
			return err
		}
		change(&b)
		return batches.put(tx, numberKey(id), b)
	})
}

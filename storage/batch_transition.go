package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Stop halts a running batch: by an approver with Stop, or by the bot with the
// reason why it cannot go on.
func (s *Store) Stop(id uint64, by, reason string, now time.Time) error {
	n := Note{Kind: NoteStopped, By: by, At: now, Text: reason}
	return s.transition(id, BatchRunning, BatchStopped, ReportStopped, n, func(b *Batch) { b.StoppedBy, b.StopReason = by, reason })
}

// Resume lets a stopped batch go on.
func (s *Store) Resume(id uint64, by string, now time.Time) error {
	n := Note{Kind: NoteResumed, By: by, At: now}
	return s.transition(id, BatchStopped, BatchRunning, ReportExecuting, n, func(b *Batch) {
		b.StoppedBy, b.StopReason, b.Failures, b.Taken, b.Refused, b.GoneOn = "", "", 0, 0, 0, now
	})
}

// transition takes a batch and its report from one state to another together.
func (s *Store) transition(id uint64, from, to BatchState, rs ReportState, n Note, change func(*Batch)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
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
		if err := appendAudit(tx, Line{At: n.At, Actor: n.By, Action: string(n.Kind), Report: r.ID, Batch: id, Outcome: n.Text}); err != nil {
			return err
		}
		return finishIfDone(tx, id, n.At)
	})
}

// CloseBatch gives up what a stopped batch has not done yet.
func (s *Store) CloseBatch(id uint64, by string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
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
		if err := appendAudit(tx, Line{At: now, Actor: by, Action: "close", Report: b.ReportID, Batch: id}); err != nil {
			return err
		}
		b.ClosedBy = by
		return endWhenConfirmed(tx, b, now)
	})
}

// endWhenConfirmed lets a batch with no step left to take end by itself, once what was sent
// is settled.
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

// finishIfDone ends a batch that has nothing left to do. Its report opens again with
// the rest, unless nobody is left or a newer report has taken its place.
func finishIfDone(tx *bolt.Tx, id uint64, now time.Time) error {
	b, err := batch(tx, id)
	if err != nil || b.State != BatchRunning || hasAny(tx, pending, id) || hasAny(tx, unsettled, id) {
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
	if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "batch done", Report: r.ID, Batch: id}); err != nil {
		return err
	}
	at, err := auditHead(tx)
	if err != nil {
		return err
	}
	return addNote(tx, Note{Kind: NoteBatchDone, ReportID: r.ID, BatchID: id, At: now, Head: at})
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

// Failed counts a failure that is not about the person, and returns how many
// there were in a row. Taken is 1 where the step was not counted by its claim.
func (s *Store) Failed(id uint64, taken int) (n int, err error) {
	err = s.changeFailures(id, func(b *Batch) {
		b.Failures++
		b.Taken, b.Refused = b.Taken+taken, b.Refused+1
		n = b.Failures
	})
	return n, err
}

// Succeeded ends a row of failures.
func (s *Store) Succeeded(id uint64) error {
	return s.changeFailures(id, func(b *Batch) { b.Failures = 0 })
}

func (s *Store) changeFailures(id uint64, change func(*Batch)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		b, err := batch(tx, id)
		if err != nil {
			return err
		}
		before := b.Failures
		if change(&b); b.Failures == before {
			return nil
		}
		return batches.put(tx, numberKey(id), b)
	})
}

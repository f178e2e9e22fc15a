package storage

import (
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// SecondApprovalTimeout is how long a first approval waits for a second one.
const SecondApprovalTimeout = 72 * time.Hour

// ApproveSecond stores the second approval, which starts the batch. It must
// come from another person and in time, and the first approver must still be
// one, which the caller checks. Otherwise the batch is withdrawn. Set is the
// [Batch.Set] that the approver saw. The causes of a [Refusal] are state, changed,
// paused, same, first_gone and late.
func (s *Store) ApproveSecond(id uint64, set, by string, firstIsApprover bool, now time.Time) (b Batch, err error) {
	var refused error
	err = s.decide(batchObject(id), by, func(tx *bolt.Tx) error {
		if b, err = batch(tx, id); err != nil {
			return err
		}
		pause, paused, err := getMeta[Pause](tx, keyPause)
		switch {
		case err != nil:
			return err
		case b.State != BatchAwaiting:
			return Refusal{Cause: CauseState, State: string(b.State), By: b.ApprovedBy(), Batch: id}
		case b.Set != set:
			return Refusal{Cause: CauseChanged, Batch: id}
		case b.ApprovedBy() == by:
			return Refusal{Cause: CauseSameApprover, Batch: id}
		case paused:
			return Refusal{Cause: CausePaused, By: pause.By, At: pause.At}
		case !firstIsApprover:
			refused = Refusal{Cause: CauseFirstNotApprover, By: b.ApprovedBy(), Batch: id}
			return withdraw(tx, b, Bot, now)
		case !now.Before(b.ApprovedAt().Add(SecondApprovalTimeout)):
			refused = Refusal{Cause: CauseTooLate, By: b.ApprovedBy(), Batch: id}
			return withdraw(tx, b, Bot, now)
		}
		return runApproved(tx, &b, by, now)
	})
	if err == nil {
		err = refused
	}
	return b, err
}

func runApproved(tx *bolt.Tx, b *Batch, by string, now time.Time) error {
	b.State, b.Approvals, b.RunningSince = BatchRunning, append(b.Approvals, Approval{By: by, At: now}), now
	if err := putBatch(tx, *b); err != nil {
		return err
	}
	r, err := report(tx, b.ReportID)
	if err != nil {
		return err
	}
	r.State = ReportExecuting
	if err := putReport(tx, &r); err != nil {
		return err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "approve second", Report: r.ID, Batch: b.ID}); err != nil {
		return err
	}
	return addNote(tx, Note{Kind: NoteApproved, ReportID: r.ID, BatchID: b.ID, By: by, At: now, Text: fmt.Sprint(b.People)})
}

// Withdraw cancels a batch that waits for a second approver. Its people are
// open again.
func (s *Store) Withdraw(id uint64, by string, now time.Time) error {
	return s.decide(batchObject(id), by, func(tx *bolt.Tx) error {
		b, err := batch(tx, id)
		if err != nil {
			return err
		}
		if b.State != BatchAwaiting {
			return Refusal{Cause: CauseState, State: string(b.State), Batch: id}
		}
		return withdraw(tx, b, by, now)
	})
}

func withdraw(tx *bolt.Tx, b Batch, by string, now time.Time) error {
	open, err := collect(batchSteps(tx, b), nil)
	if err != nil {
		return err
	}
	for _, st := range open {
		if err := dropStep(tx, st); err != nil {
			return err
		}
	}
	b.State, b.EndedAt, b.ClosedBy = BatchClosed, now, by
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
	r.BatchID = b.PreviousID
	if err := putReport(tx, &r); err != nil {
		return err
	}
	if err := addNote(tx, Note{Kind: NoteWithdrawn, ReportID: r.ID, BatchID: b.ID, By: by, At: now}); err != nil {
		return err
	}
	return appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "withdraw", Report: r.ID, Batch: b.ID})
}

// dropStep removes a step that was never started.
func dropStep(tx *bolt.Tx, st Step) error {
	at := positionKey(st.BatchID, st.Position)
	for _, index := range []table[string]{pending, order} {
		if err := index.delete(tx, at); err != nil {
			return err
		}
	}
	return steps.delete(tx, numberedKey(st.ReportID, st.AccountID))
}

// ExpireApprovals withdraws the batches that got no second approval in time.
func (s *Store) ExpireApprovals(now time.Time) error {
	all, err := s.UnfinishedBatches()
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.State != BatchAwaiting || now.Before(b.ApprovedAt().Add(SecondApprovalTimeout)) {
			continue
		}
		if err := s.Withdraw(b.ID, Bot, now); err != nil {
			return err
		}
	}
	return nil
}

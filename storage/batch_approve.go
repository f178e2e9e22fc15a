package storage

import (
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Decision is a request by an approver to suspend people of a report.
type Decision struct {
	ReportID uint64
	Hash     string // the hash of the candidates that the approver saw.
	By       string
	At       time.Time
	People   []string // account ids, in order. The approved set can only shrink.
	Second   bool     // a second approver must agree; the cap does not apply.
	Cap      int      // the number of people that this approver alone may suspend within [CapWindow].
	Note     string   // a comment of the approver; may be empty.
}

// Approve stores the decision and creates the batch that executes it. It leaves
// out people who have been excluded or decided meanwhile. The causes of a
// [Refusal] are state, expired, changed, busy, paused, stranger, nobody and
// cap.
func (s *Store) Approve(d Decision) (b Batch, err error) {
	err = s.decide(reportObject(d.ReportID), d.By, func(tx *bolt.Tx) error {
		r, err := report(tx, d.ReportID)
		if err != nil {
			return err
		}
		if err := checkApprove(tx, r, d); err != nil {
			return err
		}
		who, err := undecidedOf(tx, r, d)
		if err != nil {
			return err
		}
		used, err := capUsed(tx, d.By, d.At)
		if err != nil {
			return err
		}
		if !d.Second && used+len(who) > d.Cap {
			return Refusal{Cause: CauseCap, Left: max(0, d.Cap-used)}
		}
		b, err = newBatch(tx, &r, d, who)
		return err
	})
	return b, err
}

func checkApprove(tx *bolt.Tx, r Report, d Decision) error {
	pause, paused, err := getMeta[Pause](tx, keyPause)
	if err != nil {
		return err
	}
	switch {
	case r.State.Busy():
		return alreadyApproved(tx, r)
	case r.State != ReportOpen:
		return Refusal{Cause: CauseState, State: string(r.State)}
	case !d.At.Before(r.ExpiresAt):
		return Refusal{Cause: CauseExpired, At: r.ExpiresAt}
	case d.Hash != r.Hash:
		return Refusal{Cause: CauseChanged}
	case paused:
		return Refusal{Cause: CausePaused, By: pause.By, At: pause.At}
	}
	return checkNoOtherBusy(tx, r.ID)
}

func alreadyApproved(tx *bolt.Tx, r Report) error {
	b, err := batch(tx, r.BatchID)
	if err != nil {
		return err
	}
	return Refusal{Cause: CauseAlready, State: string(r.State), By: b.ApprovedBy(), At: b.ApprovedAt(), Batch: b.ID}
}

// checkNoOtherBusy refuses while a batch of another report is not finished.
func checkNoOtherBusy(tx *bolt.Tx, id uint64) error {
	all, err := liveReports(tx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != id && other.State.Busy() {
			return Refusal{Cause: CauseBusy, State: string(other.State), Batch: other.BatchID}
		}
	}
	return nil
}

// undecidedOf returns the people of the decision about whom nothing was decided
// since.
func undecidedOf(tx *bolt.Tx, r Report, d Decision) (who []string, err error) {
	seen := map[string]bool{}
	for _, account := range d.People {
		if !ranks.in(r.ScanID).has(tx, []byte(account)) {
			return nil, Refusal{Cause: CauseNotInReport}
		}
		done, err := isDecided(tx, r, account, d.At)
		if err != nil {
			return nil, err
		}
		if !seen[account] && !done {
			who = append(who, account)
		}
		seen[account] = true
	}
	if len(who) == 0 {
		return nil, Refusal{Cause: CauseNoOneLeft}
	}
	return who, nil
}

func newBatch(tx *bolt.Tx, r *Report, d Decision, who []string) (Batch, error) {
	id, err := batches.next(tx)
	if err != nil {
		return Batch{}, err
	}
	b := Batch{ID: id, ReportID: r.ID, State: BatchRunning, Approvals: []Approval{{By: d.By, At: d.At}}, People: len(who), TwoPeople: d.Second, PreviousID: r.BatchID, RunningSince: d.At, Note: d.Note, Set: setOf(who)}
	note := NoteApproved
	if d.Second {
		b.State, note = BatchAwaiting, NoteSecondRequested
	}
	for i, account := range who {
		st := Step{ReportID: r.ID, BatchID: id, AccountID: account, Position: uint32(i), State: StepPending}
		if err := putStep(tx, st); err != nil {
			return Batch{}, err
		}
		if err := order.put(tx, positionKey(id, st.Position), account); err != nil {
			return Batch{}, err
		}
	}
	if err := putBatch(tx, b); err != nil {
		return Batch{}, err
	}
	r.State, r.BatchID = ReportExecuting, id
	if d.Second {
		r.State = ReportAwaiting
	}
	if err := putReport(tx, r); err != nil {
		return Batch{}, err
	}
	if err := addNote(tx, Note{Kind: note, ReportID: r.ID, BatchID: id, By: d.By, At: d.At, Text: fmt.Sprint(len(who)), Comment: d.Note}); err != nil {
		return Batch{}, err
	}
	text, err := saveText(tx, d.Note)
	if err != nil {
		return Batch{}, err
	}
	return b, appendAudit(tx, AuditEntry{At: d.At, Actor: d.By, Action: "approve", Report: r.ID, Batch: id, Text: text, Detail: map[string]string{"people": fmt.Sprint(len(who)), "hash": r.Hash}})
}

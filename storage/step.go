package storage

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	steps       = table[Step]{name: "steps"}
	order       = table[string]{name: "order"}
	pending     = table[string]{name: "pending"}
	unconfirmed = table[string]{name: "unsettled"}
)

// StepState is the state of a step.
type StepState string

// The states of a step. Claimed and restoring are stored before a request is
// sent, so that after an interruption it is known what may have been sent.
const (
	StepPending   StepState = "pending"
	StepClaimed   StepState = "claimed"
	StepSuspended StepState = "suspended"
	StepFailed    StepState = "failed"
	StepSkipped   StepState = "skipped"
	StepRestoring StepState = "restoring"
	StepRestored  StepState = "restored"
)

// Reasons that storage itself sets; all others are set by the caller.
const (
	SkipExcluded = "excluded"
	SkipClosed   = "closed"
	SkipUndone   = "undone"
	FailUnclear  = "unclear"
	FailNoEffect = "no_effect" // an unclear step whose person was read as active since.
	FailReplaced = "replaced"  // an unclear step whose person a later report suspended.
	SkipTaken    = "taken"     // another report's suspension is in effect.
)

// Step is the execution of an approval for one person.
type Step struct {
	ReportID    uint64    `json:"report_id"`
	BatchID     uint64    `json:"batch_id"`
	AccountID   string    `json:"account_id"`
	Position    uint32    `json:"place"`
	State       StepState `json:"state"`
	Reason      string    `json:"reason,omitempty"` // why it failed or was skipped: a lane, a kind of error or one of the constants.
	Claims      int       `json:"claims,omitempty"` // how often it was claimed.
	FirstClaim  time.Time `json:"first_claim,omitzero"`
	ClaimedAt   time.Time `json:"claimed_at,omitzero"`
	EndsAs      StepState `json:"ending,omitempty"`   // of a claimed step without a further request: its final state unless the person is read as suspended.
	Accepted    bool      `json:"accepted,omitempty"` // the API accepted the last request, which is not sent again.
	SettledAt   time.Time `json:"settled_at,omitzero"`
	RestoreBy   string    `json:"restore_by,omitempty"`
	RestoredAt  time.Time `json:"restored_at,omitzero"`
	Problem     string    `json:"problem,omitempty"` // why the last restore failed.
	Unconfirmed bool      `json:"unsure,omitempty"`  // the restore was decided while it was not known if the suspension took effect.
	// RestoreRequests counts the requests sent since the restore was decided, and
	// RestoreSentAt is the time of the last one. Both are stored before it is sent.
	RestoreRequests int           `json:"restore_requests,omitempty"`
	RestoreSentAt   time.Time     `json:"restore_sent_at,omitzero"`
	RestoreAnswer   RestoreAnswer `json:"restore_answer,omitempty"` // to the last request.
	// ReadActiveAt is when a person whose suspension is in effect was first read as
	// active, late enough to be evidence. See [ConfirmAfter].
	ReadActiveAt time.Time `json:"read_active_at,omitzero"`
}

// Unclear reports whether it is not known if the suspension took effect.
func (st Step) Unclear() bool { return st.State == StepFailed && st.Reason == FailUnclear }

// Restorable reports whether the person is or may be suspended by this step and no
// restore was decided yet.
func (st Step) Restorable() bool {
	return st.State == StepSuspended || st.MayTakeEffect() || st.Unclear()
}

// MayTakeEffect reports whether a request was sent whose effect is not confirmed. A
// pending step is one after a request that had no effect yet.
func (st Step) MayTakeEffect() bool {
	return st.State == StepClaimed || st.State == StepPending && st.Claims > 0
}

// putStep stores a step with its indexes.
func putStep(tx *bolt.Tx, st Step) error {
	at := positionKey(st.BatchID, st.Position)
	for _, err := range []error{
		setIndexValue(tx, pending, at, st.AccountID, st.State == StepPending),
		setIndexValue(tx, unconfirmed, at, st.AccountID, st.MayTakeEffect()),
		setReport(tx, restoring, st, st.State == StepRestoring),
		markActive(tx, st),
	} {
		if err != nil {
			return err
		}
	}
	return steps.put(tx, numberedKey(st.ReportID, st.AccountID), st)
}

// markActive updates the index of suspensions in effect. A step of an older
// report that has ended must not clear the entry of a newer one.
func markActive(tx *bolt.Tx, st Step) error {
	on := st.Restorable() || st.State == StepRestoring
	of, ok, err := activeSuspensions.get(tx, []byte(st.AccountID))
	if err != nil || !on && (!ok || of != st.ReportID) {
		return err
	}
	return errors.Join(setReport(tx, activeSuspensions, st, on), markOthersStale(tx, st))
}

// setReport sets or clears the report of a person in an index. It clears only the
// entry of the step's own report.
func setReport(tx *bolt.Tx, index table[uint64], st Step, on bool) error {
	account := []byte(st.AccountID)
	if of, ok, err := index.get(tx, account); err != nil || !on && (!ok || of != st.ReportID) {
		return err
	}
	return setIndexValue(tx, index, account, st.ReportID, on)
}

// isTaken reports whether another report's suspension of the person is in effect,
// so that this step must not act on the person.
func isTaken(tx *bolt.Tx, st Step) (bool, error) {
	of, ok, err := activeSuspensions.get(tx, []byte(st.AccountID))
	return ok && of != st.ReportID, err
}

// markOthersStale marks the messages of the other live reports that list the
// person as stale, because they show the suspension, too. The caller marks the
// report of the step.
func markOthersStale(tx *bolt.Tx, st Step) error {
	all, err := liveReports(tx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.ID == st.ReportID || !ranks.in(r.ScanID).has(tx, []byte(st.AccountID)) {
			continue
		}
		if err := putReport(tx, &r); err != nil {
			return err
		}
	}
	return nil
}

// setIndexValue sets or clears an entry of an index that has a value.
func setIndexValue[T comparable](tx *bolt.Tx, index table[T], key []byte, v T, on bool) error {
	if on {
		return index.put(tx, key, v)
	}
	return index.delete(tx, key)
}

func step(tx *bolt.Tx, reportID uint64, accountID string) (Step, error) {
	st, ok, err := steps.get(tx, numberedKey(reportID, accountID))
	if err == nil {
		err = notFound(ok, "step", accountID)
	}
	return st, err
}

// batchSteps ranges over the steps of a batch in order.
func batchSteps(tx *bolt.Tx, b Batch) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		for account, err := range order.all(tx, numberKey(b.ID)) {
			if err != nil {
				yield(Step{}, err)
				return
			}
			st, err := step(tx, b.ReportID, account)
			if !yield(st, err) || err != nil {
				return
			}
		}
	}
}

// Steps returns the steps of a batch in order.
func (s *Store) Steps(b Batch) ([]Step, error) {
	return view(s, func(tx *bolt.Tx) ([]Step, error) { return collect(batchSteps(tx, b), nil) })
}

// NextStep returns the first pending step of the batch. It reports false if
// there is none.
func (s *Store) NextStep(b Batch) (st Step, ok bool, err error) {
	found, err := s.stepsByIndex(pending, b, 1)
	if len(found) == 0 {
		return st, false, err
	}
	return found[0], true, err
}

// UnconfirmedSteps returns the steps of a batch with a request whose effect is not
// confirmed, at most limit of them. See [Step.MayTakeEffect].
func (s *Store) UnconfirmedSteps(b Batch, limit int) ([]Step, error) {
	return s.stepsByIndex(unconfirmed, b, limit)
}

func (s *Store) stepsByIndex(index table[string], b Batch, limit int) (out []Step, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for account, err := range index.all(tx, numberKey(b.ID)) {
			if err != nil || len(out) == limit {
				return err
			}
			st, err := step(tx, b.ReportID, account)
			if err != nil {
				return err
			}
			out = append(out, st)
		}
		return nil
	})
	return out, err
}

// changeStep is the only way in which a step changes. It compares the step with
// the stored one, writes it with its indexes and audit entry, marks the report
// as stale, and ends the batch after its last step. An empty action takes the
// name of the outcome.
func (s *Store) changeStep(st Step, now time.Time, from []StepState, action string, apply func(*bolt.Tx, *Step) (map[string]string, error)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, err := step(tx, st.ReportID, st.AccountID)
		if err != nil {
			return err
		}
		if !slices.Contains(from, have.State) {
			return Refusal{Cause: CauseState, State: string(have.State), Batch: have.BatchID}
		}
		evidence, err := apply(tx, &have)
		if err != nil {
			return err
		}
		if err := putStep(tx, have); err != nil {
			return err
		}
		if action == "" {
			action = actionOf(have)
		}
		line := AuditEntry{At: now, Actor: Bot, Action: action, Account: have.AccountID, Report: have.ReportID, Batch: have.BatchID, Outcome: outcome(have), Detail: evidence}
		if err := appendAudit(tx, line); err != nil {
			return err
		}
		if err := markStale(tx, have.ReportID); err != nil {
			return err
		}
		return finishIfDone(tx, have.BatchID, now)
	})
}

// outcome returns a step's state and the code of its reason for the audit log.
// It leaves out what follows the code, which may be a rule that names a person.
func outcome(st Step) string {
	if st.Reason == "" {
		return string(st.State)
	}
	code, _, _ := strings.Cut(st.Reason, ":")
	return string(st.State) + ": " + code
}

// LastStep returns the newest step about a person in any report, with its
// batch. It reports false if there is none.
func (s *Store) LastStep(accountID string) (st Step, b Batch, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for r, err := range reports.newestFirst(tx) {
			if err != nil {
				return err
			}
			if st, ok, err = steps.get(tx, numberedKey(r.ID, accountID)); err != nil || ok {
				break
			}
		}
		if err != nil || !ok {
			return err
		}
		b, _, err = batches.get(tx, numberKey(st.BatchID))
		return err
	})
	return st, b, ok, err
}

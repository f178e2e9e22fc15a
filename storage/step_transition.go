package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Claim reserves a pending step for its request, which may be sent only after
// Claim has returned without an error. If an exclusion was stored before, or
// another report's suspension of the person is in effect, the step is skipped and
// the cause is excluded. If a rule was added after the
// version in rules, the cause is changed and the person must be checked again.
// The other causes are state and paused.
func (s *Store) Claim(st Step, rules uint64, evidence map[string]string, now time.Time) (claimed Step, err error) {
	excluded := false
	err = s.changeStep(st, now, []StepState{StepPending}, "", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		if err := checkClaim(tx, *st, rules); err != nil {
			return nil, err
		}
		e, _, errExclusion := exclusions.get(tx, []byte(st.AccountID))
		taken, errTaken := isTaken(tx, *st)
		if err := errors.Join(errExclusion, errTaken); err != nil {
			return nil, err
		}
		switch excluded = taken || e.Holds(now); {
		case taken:
			endWithoutRequest(st, st.Claims > 0, StepSkipped, SkipTaken, now)
		case excluded:
			endWithoutRequest(st, st.Claims > 0, StepSkipped, SkipExcluded, now)
		default:
			st.State, st.ClaimedAt, st.Accepted = StepClaimed, now, false
			if st.Claims++; st.Claims == 1 {
				st.FirstClaim = now
				if err := addCounts(tx, st.BatchID, 1, 0); err != nil {
					return nil, err
				}
			}
		}
		claimed = *st
		return evidence, nil
	})
	if err == nil && excluded {
		err = Refusal{Cause: CauseExcluded}
	}
	return claimed, err
}

func checkClaim(tx *bolt.Tx, st Step, rulesVersion uint64) error {
	b, err := batch(tx, st.BatchID)
	if err != nil {
		return err
	}
	pause, paused, err := getMeta[Pause](tx, keyPause)
	switch {
	case err != nil:
		return err
	case paused:
		return Refusal{Cause: CausePaused, By: pause.By, At: pause.At}
	case b.State != BatchRunning:
		return Refusal{Cause: CauseState, State: string(b.State), Batch: b.ID}
	case rules.bucket(tx).Sequence() != rulesVersion:
		return Refusal{Cause: CauseChanged, Batch: b.ID}
	}
	return nil
}

// Skip ends a pending step without a further request. The reason says why the
// person is not suspended.
func (s *Store) Skip(st Step, reason string, evidence map[string]string, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepPending}, "", func(_ *bolt.Tx, st *Step) (map[string]string, error) {
		endWithoutRequest(st, st.Claims > 0, StepSkipped, reason, now)
		return evidence, nil
	})
}

// Fail ends a step whose request was definitely refused.
func (s *Store) Fail(st Step, reason string, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepPending, StepClaimed}, "", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		if err := checkRequestOpen(*st); err != nil {
			return nil, err
		}
		taken, refused := 1, 0
		if st.State == StepClaimed {
			taken, refused = 0, 1
		}
		endWithoutRequest(st, st.Claims > refused, StepFailed, reason, now)
		return nil, addCounts(tx, st.BatchID, taken, 1)
	})
}

// addCounts adds to the numbers of steps that a batch has taken and that
// failed.
func addCounts(tx *bolt.Tx, id uint64, taken, refused int) error {
	b, err := batch(tx, id)
	if err != nil {
		return err
	}
	b.TakenSteps, b.FailedSteps = max(0, b.TakenSteps+taken), b.FailedSteps+refused // never below 0: Resume resets it.
	return batches.put(tx, numberKey(id), b)
}

// MarkAccepted records that the API accepted a claimed step's request. From
// then on only reading decides; nothing is sent again, because another person
// may have restored the access.
func (s *Store) MarkAccepted(st Step) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, err := step(tx, st.ReportID, st.AccountID)
		if err != nil || have.State != StepClaimed {
			return err // restored or settled meanwhile.
		}
		have.Accepted = true
		return putStep(tx, have)
	})
}

// Confirm ends a step whose request was sent, because the person was read as
// suspended. That can be visible so late that the step is pending again. A step
// that was never claimed is refused with the cause state.
func (s *Store) Confirm(st Step, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepClaimed, StepPending}, "confirm", func(_ *bolt.Tx, st *Step) (map[string]string, error) {
		if st.Claims == 0 {
			return nil, Refusal{Cause: CauseState, State: string(st.State), Batch: st.BatchID}
		}
		st.State, st.EndsAs, st.Reason, st.SettledAt = StepSuspended, "", "", now
		return nil, nil
	})
}

// Retry returns a claimed step to pending, because the person was read as
// active for the whole settle time. If the batch was closed, no further request
// is sent for the step.
func (s *Store) Retry(st Step, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepClaimed}, "retry", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		if err := checkRequestOpen(*st); err != nil {
			return nil, err
		}
		return nil, putBack(tx, st, now)
	})
}

// Unclaim returns a claimed step to pending, because its request was not sent
// or was definitely not executed. The claim does not count.
func (s *Store) Unclaim(st Step, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepClaimed}, "retry", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		if err := checkRequestOpen(*st); err != nil {
			return nil, err
		}
		if st.Claims--; st.Claims == 0 {
			st.FirstClaim, st.ClaimedAt = time.Time{}, time.Time{}
			if err := addCounts(tx, st.BatchID, -1, 0); err != nil {
				return nil, err
			}
		}
		return nil, putBack(tx, st, now)
	})
}

func putBack(tx *bolt.Tx, st *Step, now time.Time) error {
	st.State = StepPending
	b, err := batch(tx, st.BatchID)
	if b.ClosedBy != "" {
		endWithoutRequest(st, st.Claims > 0, StepSkipped, SkipClosed, now)
	}
	return err
}

// endWithoutRequest ends a step for which no further request is sent. An
// earlier request without a response may still take effect: such a step stays
// claimed and is read, and it ends only if the person is still active at
// [Store.GiveUp].
func endWithoutRequest(st *Step, sent bool, as StepState, reason string, now time.Time) {
	if sent {
		st.State, st.EndsAs, st.Reason = StepClaimed, as, reason
		return
	}
	st.State, st.Reason, st.SettledAt = as, reason, now
}

// GiveUp ends a claimed step whose person was not read as suspended in time.
// ReadActive reports whether the person was read as active. Then the step gets its
// EndsAs state if it has one. Otherwise it fails as unclear: a person must look at
// it, and it can be restored.
func (s *Store) GiveUp(st Step, readActive bool, now time.Time) error {
	return s.changeStep(st, now, []StepState{StepClaimed}, "", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		st.SettledAt = now
		if st.EndsAs != "" && readActive {
			st.State, st.EndsAs = st.EndsAs, ""
			return nil, nil
		}
		failed := 1
		if st.EndsAs == StepFailed {
			failed = 0 // counted before.
		}
		st.State, st.EndsAs, st.Reason = StepFailed, "", FailUnclear
		if readActive && st.IsLate(now) {
			st.ReadActiveAt = now
		}
		return nil, addCounts(tx, st.BatchID, 0, failed)
	})
}

// checkRequestOpen refuses the result of a request if no further request is
// sent for the step.
func checkRequestOpen(st Step) error {
	if st.EndsAs != "" {
		return Refusal{Cause: CauseState, State: string(st.State), Batch: st.BatchID}
	}
	return nil
}

// skipPending ends all pending steps of a batch without a further request.
func skipPending(tx *bolt.Tx, b Batch, reason string, now time.Time) error {
	var open []Step
	for account, err := range pending.all(tx, numberKey(b.ID)) {
		if err != nil {
			return err
		}
		st, err := step(tx, b.ReportID, account)
		if err != nil {
			return err
		}
		open = append(open, st)
	}
	for _, st := range open {
		endWithoutRequest(&st, st.Claims > 0, StepSkipped, reason, now)
		if err := putStep(tx, st); err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: actionOf(st), Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID, Outcome: outcome(st)}); err != nil {
			return err
		}
	}
	return nil
}

// actionOf returns the audit action of a step: claimed, or ended without a
// request or without a further one.
func actionOf(st Step) string {
	switch {
	case st.EndsAs != "":
		return "leave"
	case st.State == StepFailed:
		return "fail"
	case st.State == StepSkipped:
		return "skip"
	}
	return "claim"
}

package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// leave ends a step that gets no further request. What was sent before without an
// answer may still have an effect: such a step stays claimed, to be read, and
// ends so only where the person stays active until its time is over ([Store.GiveUp]).
func leave(st *Step, sent bool, as StepState, reason string, now time.Time) {
	if sent {
		st.State, st.Ending, st.Reason = StepClaimed, as, reason
		return
	}
	st.State, st.Reason, st.SettledAt = as, reason, now
}

// GiveUp ends a claimed step whose time is over and which was not read as
// suspended: as it was left, or else as unclear, for a human to look at.
func (s *Store) GiveUp(st Step, now time.Time) error {
	return s.change(st, now, []StepState{StepClaimed}, "", func(tx *bolt.Tx, st *Step) (map[string]string, error) {
		st.SettledAt = now
		if st.Ending != "" {
			st.State, st.Ending = st.Ending, ""
			return nil, nil
		}
		st.State, st.Reason = StepFailed, FailUnclear
		return nil, tally(tx, st.BatchID, 0, 1)
	})
}

// underWay refuses to change a step as if its request had just gone out when
// nothing more is sent for it.
func underWay(st Step) error {
	if st.Ending != "" {
		return Refusal{Cause: CauseState, State: string(st.State), Batch: st.BatchID}
	}
	return nil
}

// skipPending leaves all steps of a batch that have no request under way.
func skipPending(tx *bolt.Tx, b Batch, reason string, now time.Time) error {
	var open []Step
	for account, err := range pending.all(tx, num(b.ID)) {
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
		leave(&st, st.Claims > 0, StepSkipped, reason, now)
		if err := putStep(tx, st); err != nil {
			return err
		}
		if err := record(tx, Line{At: now, Actor: Bot, Action: actionOf(st), Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID, Outcome: outcome(st)}); err != nil {
			return err
		}
	}
	return nil
}

// actionOf is the audit log's action for a step that was decided about: claimed,
// or left without a request or a further one.
func actionOf(st Step) string {
	switch {
	case st.Ending != "":
		return "leave"
	case st.State == StepFailed:
		return "fail"
	case st.State == StepSkipped:
		return "skip"
	}
	return "claim"
}

package storage

import (
	"slices"
	"time"
)

// model holds the expected state of the database in plain values, without
// indexes and transactions. Each method returns the expected cause; it is empty
// for a decision that is made.
type model struct {
	now      time.Time
	paused   bool
	reports  []*modelReport // report n is at index n-1.
	batches  []*modelBatch  // batch n is at index n-1.
	steps    map[[2]string]*modelStep
	excluded map[string]Exclusion
}

type modelReport struct {
	id      uint64
	slot    string
	members []string
	state   ReportState
	expires time.Time
	batch   uint64
}

type modelBatch struct {
	id, report uint64
	by         string
	who        []string
	state      BatchState
	closed     bool
}

type modelStep struct {
	report, batch uint64
	account       string
	state         StepState
	claimed       time.Time
	claims        int
	ending        StepState
	unclear       bool // failed, and perhaps suspended.
	unconfirmed   bool // the restore was decided before the suspension was confirmed.
	settled       time.Time
	readActive    time.Time
}

// inEffect reports whether the person is or may be suspended by the step.
func (st *modelStep) inEffect() bool {
	return st.unclear || st.state == StepPending && st.claims > 0 || slices.Contains([]StepState{StepClaimed, StepSuspended, StepRestoring}, st.state)
}

func newModel() *model {
	return &model{now: t0, steps: map[[2]string]*modelStep{}, excluded: map[string]Exclusion{}}
}

func (m *model) report(id uint64) *modelReport { return m.reports[id-1] }
func (m *model) batch(id uint64) *modelBatch   { return m.batches[id-1] }

func (m *model) step(report uint64, account string) *modelStep {
	return m.steps[[2]string{string(numberKey(report)), account}]
}

func (m *model) holds(account string) bool {
	e, ok := m.excluded[account]
	return ok && e.Holds(m.now)
}

// activeStep returns the step by which a person is or may be suspended.
func (m *model) activeStep(account string) *modelStep {
	for _, r := range m.reports {
		if st := m.step(r.id, account); st != nil && st.inEffect() {
			return st
		}
	}
	return nil
}

// undecided returns the accounts without a decision.
func (m *model) undecided(r *modelReport, accounts []string) (out []string) {
	for _, a := range accounts {
		if !m.holds(a) && m.step(r.id, a) == nil && m.activeStep(a) == nil && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

func (m *model) publish(slot string, members []string) {
	for _, a := range members {
		m.read(a, false, m.now.Add(-time.Minute)) // by the scan.
	}
	if slices.ContainsFunc(m.reports, func(r *modelReport) bool { return r.slot == slot }) {
		return
	}
	for _, r := range m.reports {
		if r.state == ReportOpen {
			r.state = ReportSuperseded
		}
	}
	m.reports = append(m.reports, &modelReport{uint64(len(m.reports) + 1), slot, members, ReportOpen, m.now.Add(week), 0})
}

func (m *model) expire() {
	for _, r := range m.reports {
		if r.state == ReportOpen && !m.now.Before(r.expires) {
			r.state = ReportExpired
		}
	}
}

func (m *model) approve(id uint64, by string, accounts []string, limit int, sameHash bool) Cause {
	r := m.report(id)
	switch {
	case r.state.Busy():
		return CauseAlready
	case r.state != ReportOpen:
		return CauseState
	case !m.now.Before(r.expires):
		return CauseExpired
	case !sameHash:
		return CauseChanged
	case m.paused:
		return CausePaused
	case slices.ContainsFunc(m.reports, func(r *modelReport) bool { return r.state.Busy() }):
		return CauseBusy
	case slices.ContainsFunc(accounts, func(a string) bool { return !slices.Contains(r.members, a) }):
		return CauseNotInReport
	}
	who := m.undecided(r, accounts)
	switch {
	case len(who) == 0:
		return CauseNoOneLeft
	case m.capUsed(by)+len(who) > limit:
		return CauseCap
	}
	b := &modelBatch{uint64(len(m.batches) + 1), id, by, who, BatchRunning, false}
	m.batches = append(m.batches, b)
	r.state, r.batch = ReportExecuting, b.id
	for _, a := range who {
		m.steps[[2]string{string(numberKey(id)), a}] = &modelStep{report: id, batch: b.id, account: a, state: StepPending}
	}
	return ""
}

func (m *model) capUsed(by string) (n int) {
	for _, st := range m.steps {
		counts := st.state == StepPending || st.claimed.After(m.now.Add(-CapWindow))
		if m.batch(st.batch).by == by && counts && st.state != StepSkipped && (st.state != StepFailed || st.unclear) {
			n++
		}
	}
	return n
}

// change moves a step from one of several states to another.
func (m *model) change(st *modelStep, to StepState, from ...StepState) Cause {
	if !slices.Contains(from, st.state) {
		return CauseState
	}
	st.state, st.ending = to, ""
	m.finish(m.batch(st.batch))
	return ""
}

func (m *model) claim(st *modelStep) Cause {
	switch {
	case st.state != StepPending:
		return CauseState
	case m.paused:
		return CausePaused
	case m.batch(st.batch).state != BatchRunning:
		return CauseState
	case m.holds(st.account) || m.activeStep(st.account) != nil && m.activeStep(st.account) != st:
		m.endStep(st, StepSkipped, st.claims)
		return CauseExcluded
	}
	st.claimed = m.now
	st.claims++
	return m.change(st, StepClaimed, StepPending)
}

// end ends a step for which no further request is sent. If an earlier request
// may have had an effect, the step stays claimed.
func (st *modelStep) end(as StepState, sent int) {
	if sent > 0 {
		st.state, st.ending = StepClaimed, as
	} else {
		st.state = as
	}
}

func (m *model) endStep(st *modelStep, as StepState, sent int) Cause {
	st.end(as, sent)
	m.finish(m.batch(st.batch))
	return ""
}

func (m *model) skip(st *modelStep) Cause {
	if st.state != StepPending {
		return CauseState
	}
	return m.endStep(st, StepSkipped, st.claims)
}

func (m *model) fail(st *modelStep) Cause {
	switch {
	case st.state == StepPending:
		return m.endStep(st, StepFailed, st.claims)
	case st.state == StepClaimed && st.ending == "":
		return m.endStep(st, StepFailed, st.claims-1)
	}
	return CauseState
}

// giveUp ends a claimed step after its time limit.
func (m *model) giveUp(st *modelStep, readActive bool) Cause {
	as := st.ending
	if st.state == StepClaimed && (as == "" || !readActive) {
		as, st.unclear = StepFailed, true
		if readActive && m.now.Sub(st.claimed) >= 10*time.Minute {
			st.readActive = m.now
		}
	}
	return m.change(st, as, StepClaimed)
}

// confirm confirms a step whose request was sent, even after a retry.
func (m *model) confirm(st *modelStep) Cause {
	if st.claims == 0 {
		return CauseState
	}
	if st.state == StepClaimed || st.state == StepPending {
		st.settled = m.now
	}
	return m.change(st, StepSuspended, StepClaimed, StepPending)
}

func (m *model) retry(st *modelStep) Cause {
	switch {
	case st.state != StepClaimed || st.ending != "":
		return CauseState
	case m.batch(st.batch).closed:
		return m.endStep(st, StepSkipped, st.claims)
	}
	return m.change(st, StepPending, StepClaimed)
}

func (m *model) transition(b *modelBatch, from, to BatchState, r ReportState) Cause {
	if b.state != from {
		return CauseState
	}
	b.state, m.report(b.report).state = to, r
	m.finish(b)
	return ""
}

func (m *model) close(b *modelBatch) Cause {
	if b.state != BatchStopped {
		return CauseState
	}
	b.closed = true
	m.skipPending(b)
	return m.transition(b, BatchStopped, BatchRunning, ReportExecuting)
}

// skipPending skips the pending steps of a batch.
func (m *model) skipPending(b *modelBatch) {
	for _, a := range b.who {
		if st := m.step(b.report, a); st.state == StepPending {
			st.end(StepSkipped, st.claims)
		}
	}
}

func (m *model) restore(account string) Cause {
	st := m.activeStep(account)
	switch {
	case st == nil:
		return CauseNotSuspendedByUs
	case st.state == StepRestoring:
		return CauseAlready
	}
	st.beginRestore()
	m.finish(m.batch(st.batch))
	return ""
}

func (st *modelStep) beginRestore() {
	st.unconfirmed = st.state != StepSuspended
	st.state, st.ending, st.unclear, st.readActive = StepRestoring, "", false, time.Time{}
}

func (m *model) restoreFailed(st *modelStep) Cause {
	if st.state == StepRestoring && st.unconfirmed {
		st.unclear = true
		return m.change(st, StepFailed, StepRestoring)
	}
	return m.change(st, StepSuspended, StepRestoring)
}

func (m *model) undo(b *modelBatch) (n int, cause Cause) {
	m.skipPending(b)
	for _, a := range b.who {
		if st := m.step(b.report, a); st.inEffect() && st.state != StepRestoring {
			st.beginRestore()
			n++
		}
	}
	if b.state.Finished() {
		if n == 0 {
			return 0, CauseNoOneLeft
		}
		return n, ""
	}
	return n, m.transition(b, b.state, BatchRunning, ReportExecuting)
}

// read is a read of a person by a scan. Two late reads that show the person as
// active, ten minutes apart, end the suspension; one that shows the person off
// settles one of which that was not known. The scan began at from.
func (m *model) read(account string, off bool, from time.Time) {
	st := m.activeStep(account)
	if st == nil || st.state != StepSuspended && !st.unclear && st.state != StepPending {
		return
	}
	since := st.claimed
	if st.state == StepSuspended && st.settled.After(since) {
		since = st.settled
	}
	switch {
	case off && st.state != StepSuspended:
		st.state, st.unclear, st.settled, st.readActive = StepSuspended, false, m.now, time.Time{}
		m.finish(m.batch(st.batch))
	case st.state == StepPending:
	case off:
		st.readActive = time.Time{}
	case from.Sub(since) < 10*time.Minute:
	case st.readActive.IsZero():
		st.readActive = m.now
	case from.Sub(st.readActive) < 10*time.Minute:
	case st.unclear:
		st.unclear = false
	default:
		st.state = StepRestored
	}
}

// finish ends a running batch without unfinished steps.
func (m *model) finish(b *modelBatch) {
	unfinished := func(a string) bool {
		state := m.step(b.report, a).state
		return state == StepPending || state == StepClaimed
	}
	if b.state != BatchRunning || slices.ContainsFunc(b.who, unfinished) {
		return
	}
	b.state = BatchDone
	r := m.report(b.report)
	switch {
	case len(m.undecided(r, r.members)) == 0:
		r.state = ReportDone
	case r.id != uint64(len(m.reports)):
		r.state = ReportSuperseded
	case !m.now.Before(r.expires):
		r.state = ReportExpired
	default:
		r.state = ReportOpen
	}
}

package storage

import (
	"errors"
	"testing"
	"time"
)

func TestClaim(t *testing.T) {
	later := t0.Add(time.Minute)
	for _, c := range []struct {
		name   string
		before func(*Store, Batch, Step)
		want   Cause
		state  StepState
		reason string
	}{
		{"a pending step", nil, "", StepClaimed, ""},
		{"an exclusion wins", func(s *Store, _ Batch, st Step) {
			must(t, s.Exclude(Exclusion{AccountID: st.AccountID, By: bob, Since: t0}))
		}, CauseExcluded, StepSkipped, SkipExcluded},
		{"an exclusion to its last nanosecond", func(s *Store, _ Batch, st Step) {
			must(t, s.Exclude(Exclusion{AccountID: st.AccountID, By: bob, Since: t0, Until: later.Add(1)}))
		}, CauseExcluded, StepSkipped, SkipExcluded},
		{"an exclusion that ends now", func(s *Store, _ Batch, st Step) {
			must(t, s.Exclude(Exclusion{AccountID: st.AccountID, By: bob, Since: t0, Until: later}))
		}, "", StepClaimed, ""},
		{"an exclusion that was ended", func(s *Store, _ Batch, st Step) {
			must(t, s.Exclude(Exclusion{AccountID: st.AccountID, By: bob, Since: t0}))
			must(t, s.Include(st.AccountID, bob, t0))
		}, "", StepClaimed, ""},
		{"paused", func(s *Store, _ Batch, _ Step) { paused(t, s, true) }, CausePaused, StepPending, ""},
		{"a stopped batch", func(s *Store, b Batch, _ Step) { must(t, s.Stop(b.ID, bob, "", t0)) }, CauseState, StepPending, ""},
		{"a claimed step", func(s *Store, _ Batch, st Step) { _, err := s.Claim(st, rulesNow(s), nil, t0); must(t, err) }, CauseState, StepClaimed, ""},
		{"a skipped step", func(s *Store, _ Batch, st Step) { must(t, s.Skip(st, "active", nil, t0)) }, CauseState, StepSkipped, "active"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			b, st := approved(t, s, r, t0, "a", "b"), stepOf(r, "a")
			if c.before != nil {
				c.before(s, b, st)
			}
			_, err := s.Claim(st, rulesNow(s), map[string]string{"lane": "inactive"}, later)
			wantCause(t, err, c.want)
			wantStep(t, s, st, c.state, c.reason)
			if lines, err := s.AuditEntries(1, func(AuditEntry) bool { return true }); err != nil || c.want == CauseExcluded && lines[0].Action != "skip" {
				t.Errorf("the audit log has %+v, %v, want a skipped step", lines, err)
			}
			checkConsistent(t, s)
		})
	}
}

func TestClaimKeepsTheEvidence(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	_, err := s.Claim(stepOf(r, "a"), rulesNow(s), map[string]string{"lane": "inactive", "last_active": "2025-06-01T09:00:00Z"}, t0)
	must(t, err)
	lines, err := s.AuditEntries(1, func(l AuditEntry) bool { return l.Action == "claim" })
	must(t, err)
	if l := lines[0]; l.Account != "a" || l.Batch != b.ID || l.Report != r.ID || l.Detail["last_active"] != "2025-06-01T09:00:00Z" || l.Outcome != "claimed" {
		t.Errorf("the entry is %+v", l)
	}
}

func TestRetryCountsClaims(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	first := claimed(t, s, r, "a", t0)
	must(t, s.Retry(first, t0.Add(time.Minute)))
	if open, err := s.UnconfirmedSteps(b, 10); err != nil || len(open) != 1 {
		t.Errorf("unconfirmed steps: %+v %v", open, err)
	}
	second := claimed(t, s, r, "a", t0.Add(2*time.Minute))
	if second.Claims != 2 || !second.FirstClaim.Equal(t0) || !second.ClaimedAt.Equal(t0.Add(2*time.Minute)) {
		t.Errorf("got %+v, want 2 claims, the first at %v", second, t0)
	}
	checkConsistent(t, s)
}

// TestRetryAfterClose checks that no step of a closed batch is sent again, and
// that it is read until its time limit.
func TestRetryAfterClose(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	st := claimed(t, s, r, "a", t0)
	must(t, s.Stop(b.ID, bob, "", t0))
	must(t, s.CloseBatch(b.ID, bob, t0))
	wantBatch(t, s, b.ID, BatchRunning) // a's request may have had an effect.
	must(t, s.Retry(st, t0.Add(time.Minute)))
	wantStep(t, s, st, StepClaimed, SkipClosed)
	wantCause(t, s.Retry(st, t0.Add(2*time.Minute)), CauseState)
	must(t, s.GiveUp(st, true, t0.Add(10*time.Minute)))
	wantStep(t, s, st, StepSkipped, SkipClosed)
	wantBatch(t, s, b.ID, BatchDone)
	checkConsistent(t, s)
}

// TestStepsChangeOnlyFromTheirStates tries each change in each state. A change
// must mark the message as stale.
func TestStepsChangeOnlyFromTheirStates(t *testing.T) {
	changes := map[string]func(*Store, Step) error{
		"claim":          func(s *Store, st Step) error { _, err := s.Claim(st, rulesNow(s), nil, t0); return err },
		"skip":           func(s *Store, st Step) error { return s.Skip(st, "active", nil, t0) },
		"fail":           func(s *Store, st Step) error { return s.Fail(st, "forbidden", t0) },
		"confirm":        func(s *Store, st Step) error { return s.Confirm(st, t0) },
		"retry":          func(s *Store, st Step) error { return s.Retry(st, t0) },
		"give up":        func(s *Store, st Step) error { return s.GiveUp(st, true, t0) },
		"restore":        func(s *Store, st Step) error { _, err := s.Restore(st.AccountID, bob, t0); return err },
		"restored":       func(s *Store, st Step) error { return s.MarkRestored(st, t0) },
		"restore failed": func(s *Store, st Step) error { return s.MarkRestoreFailed(st, "no_licence", t0) },
	}
	paths := map[StepState][]string{
		StepPending:   nil,
		StepClaimed:   {"claim"},
		StepSuspended: {"claim", "confirm"},
		StepFailed:    {"fail"},
		StepSkipped:   {"skip"},
		StepRestoring: {"claim", "confirm", "restore"},
		StepRestored:  {"claim", "confirm", "restore", "restored"},
	}
	allowed := map[StepState]map[string]StepState{
		StepPending:   {"claim": StepClaimed, "skip": StepSkipped, "fail": StepFailed},
		StepClaimed:   {"fail": StepFailed, "confirm": StepSuspended, "retry": StepPending, "give up": StepFailed, "restore": StepRestoring},
		StepSuspended: {"restore": StepRestoring},
		StepRestoring: {"restored": StepRestored, "restore failed": StepSuspended},
	}
	for from, path := range paths {
		for name, change := range changes {
			t.Run(string(from)+" "+name, func(t *testing.T) {
				s := newStore(t)
				r := published(t, s, t0, "a", "b")
				approved(t, s, r, t0, "a", "b")
				st := stepOf(r, "a")
				for _, step := range path {
					must(t, changes[step](s, st))
				}
				want, ok := allowed[from][name]
				if !ok {
					want = from
				}
				postAll(t, s)
				err := change(s, st)
				if redraw := len(staleIDs(t, s)) == 1; redraw != ok {
					t.Errorf("the message is stale: %t, want %t", redraw, ok)
				}
				if _, refused := AsRefusal(err); refused == ok || err != nil && !refused {
					t.Errorf("got %v", err)
				}
				if have := stored(t, s, st); have.State != want {
					t.Errorf("the step is %s, want %s", have.State, want)
				}
				checkConsistent(t, s)
			})
		}
	}
}

func TestAStepThatIsNotThere(t *testing.T) {
	s := newStore(t)
	if err := s.Confirm(Step{ReportID: 1, AccountID: "a"}, t0); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

// TestUnclaim checks that the claim of a request that was never executed does
// not count: not in the step, in the cap or in the failure rate of the batch.
func TestUnclaim(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	must(t, s.Unclaim(claimed(t, s, r, "a", t0), t0))
	wantStep(t, s, stepOf(r, "a"), StepPending, "")
	if have := stored(t, s, stepOf(r, "a")); have.Claims != 0 || !have.FirstClaim.IsZero() {
		t.Errorf("got %+v, want no claim", have)
	}
	if got := wantBatch(t, s, b.ID, BatchRunning); got.TakenSteps != 0 {
		t.Errorf("%d steps taken, want 0", got.TakenSteps)
	}
	later := t0.Add(time.Hour)
	if again := claimed(t, s, r, "a", later); again.Claims != 1 || !again.FirstClaim.Equal(later) {
		t.Errorf("got %+v, want the first claim at %s", again, later)
	}
	must(t, s.Stop(b.ID, bob, "", later))
	must(t, s.CloseBatch(b.ID, bob, later))
	must(t, s.Unclaim(stepOf(r, "a"), later))
	wantStep(t, s, stepOf(r, "a"), StepSkipped, SkipClosed)
	wantBatch(t, s, b.ID, BatchDone)
	checkConsistent(t, s)
}

// TestARuleAddedBeforeTheClaim checks that the person must be checked again. A
// removed rule does not require that.
func TestARuleAddedBeforeTheClaim(t *testing.T) {
	adds := map[string]func(*Store) error{
		"by a command": func(s *Store) error { return s.AddRule(Rule{Rule: "group:finance", By: ada, Since: t0}) },
		"by an import": func(s *Store) error {
			_, err := s.Import([]ExclusionEntry{{Who: "group:finance", Rule: true}}, true, t0)
			return err
		},
	}
	for name, add := range adds {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			approved(t, s, r, t0, "a", "b")
			judgedBy, err := s.RulesVersion()
			must(t, err)
			must(t, add(s))
			_, err = s.Claim(stepOf(r, "a"), judgedBy, nil, t0)
			wantCause(t, err, CauseChanged)
			wantStep(t, s, stepOf(r, "a"), StepPending, "")
			judgedBy, err = s.RulesVersion()
			must(t, err)
			must(t, s.RemoveRule("group:finance", ada, t0))
			_, err = s.Claim(stepOf(r, "a"), judgedBy, nil, t0)
			must(t, err)
		})
	}
}

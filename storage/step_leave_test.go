package storage

import (
	"testing"
	"time"
)

// TestLeftAfterAnUnansweredRequest covers all ways to end a step after a
// request without a response. The step must stay among the active suspensions
// and be read until its time limit, because the person may be suspended.
func TestLeftAfterAnUnansweredRequest(t *testing.T) {
	later := t0.Add(2 * time.Minute)
	for _, c := range []struct {
		name   string
		leave  func(*testing.T, *Store, Report, Batch) // gets a step that was sent once and returned to pending.
		ending StepState
		reason string
	}{
		{"skipped", func(t *testing.T, s *Store, r Report, _ Batch) {
			must(t, s.Skip(stepOf(r, "a"), "active", nil, later))
		}, StepSkipped, "active"},
		{"excluded before the next claim", func(t *testing.T, s *Store, r Report, _ Batch) {
			must(t, s.Exclude(Exclusion{AccountID: "a", By: bob, Since: later}))
			_, err := s.Claim(stepOf(r, "a"), rulesNow(s), nil, later)
			wantCause(t, err, CauseExcluded)
		}, StepSkipped, SkipExcluded},
		{"refused the next time", func(t *testing.T, s *Store, r Report, _ Batch) {
			must(t, s.Fail(claimed(t, s, r, "a", later), "forbidden", later))
		}, StepFailed, "forbidden"},
		{"refused before the next claim", func(t *testing.T, s *Store, r Report, _ Batch) {
			must(t, s.Fail(stepOf(r, "a"), "not_found", later))
		}, StepFailed, "not_found"},
		{"closed", func(t *testing.T, s *Store, _ Report, b Batch) {
			must(t, s.Stop(b.ID, bob, "", later))
			must(t, s.CloseBatch(b.ID, bob, later))
		}, StepSkipped, SkipClosed},
		{"closed, then put back", func(t *testing.T, s *Store, r Report, b Batch) {
			st := claimed(t, s, r, "a", later)
			must(t, s.Stop(b.ID, bob, "", later))
			must(t, s.CloseBatch(b.ID, bob, later))
			must(t, s.Unclaim(st, later))
		}, StepSkipped, SkipClosed},
	} {
		left := func(t *testing.T) (*Store, Report, Step) {
			s := newStore(t)
			r := published(t, s, t0, "a")
			b := approved(t, s, r, t0, "a")
			must(t, s.Retry(claimed(t, s, r, "a", t0), t0.Add(time.Minute)))
			c.leave(t, s, r, b)
			wantStep(t, s, stepOf(r, "a"), StepClaimed, c.reason)
			wantBatch(t, s, b.ID, BatchRunning)
			checkConsistent(t, s)
			st := stored(t, s, stepOf(r, "a"))
			for name, change := range map[string]func(Step, time.Time) error{"retry": s.Retry, "unclaim": s.Unclaim, "fail": func(st Step, at time.Time) error { return s.Fail(st, "conflict", at) }} {
				if wantCause(t, change(st, later), CauseState); stored(t, s, st) != st {
					t.Errorf("%s changes a step without a further request", name)
				}
			}
			return s, r, st
		}
		t.Run(c.name+", never shown", func(t *testing.T) {
			s, r, st := left(t)
			must(t, s.GiveUp(st, true, t0.Add(10*time.Minute)))
			wantStep(t, s, st, c.ending, c.reason)
			wantBatch(t, s, st.BatchID, BatchDone)
			_, err := s.Restore("a", bob, t0)
			wantCause(t, err, CauseNotSuspendedByUs)
			if have := stored(t, s, stepOf(r, "a")); have.EndsAs != "" || have.SettledAt.IsZero() {
				t.Errorf("got %+v", have)
			}
			checkConsistent(t, s)
		})
		t.Run(c.name+", shown late", func(t *testing.T) {
			s, _, st := left(t)
			must(t, s.Confirm(st, t0.Add(5*time.Minute)))
			wantStep(t, s, st, StepSuspended, "")
			wantBatch(t, s, st.BatchID, BatchDone)
			_, err := s.Restore("a", bob, t0)
			must(t, err)
			checkConsistent(t, s)
		})
		t.Run(c.name+", restored meanwhile", func(t *testing.T) {
			s, r, _ := left(t)
			st, err := s.Restore("a", bob, t0.Add(5*time.Minute))
			must(t, err)
			if !st.Unconfirmed {
				t.Error("the restore is not marked as unconfirmed")
			}
			must(t, s.MarkRestored(st, t0.Add(6*time.Minute)))
			wantStep(t, s, stepOf(r, "a"), StepRestored, "")
			checkConsistent(t, s)
		})
	}
}

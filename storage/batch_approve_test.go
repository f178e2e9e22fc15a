package storage

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestApproveRefuses(t *testing.T) {
	later := t0.Add(time.Hour)
	for _, c := range []struct {
		name   string
		before func(*Store, Report)
		change func(*Decision)
		want   Refusal
	}{
		{
			"a report that is being carried out", func(s *Store, r Report) { approved(t, s, r, t0, "a") }, nil,
			Refusal{Cause: CauseAlready, State: "executing", By: ada, At: t0, Batch: 1},
		},
		{
			"a stopped batch", func(s *Store, r Report) { must(t, s.Stop(approved(t, s, r, t0, "a").ID, bob, "", t0)) }, nil,
			Refusal{Cause: CauseAlready, State: "stopped", By: ada, At: t0, Batch: 1},
		},
		{
			"a superseded report", func(s *Store, _ Report) { published(t, s, later, "a") }, nil,
			Refusal{Cause: CauseState, State: "superseded"},
		},
		{
			"an expired report", func(s *Store, r Report) { must(t, s.Expire(r.ExpiresAt)) }, nil,
			Refusal{Cause: CauseState, State: "expired"},
		},
		{
			"a report at its last moment", nil, func(d *Decision) { d.At = t0.Add(week) },
			Refusal{Cause: CauseExpired, At: t0.Add(week)},
		},
		{"another set of people", nil, func(d *Decision) { d.Hash = "other" }, Refusal{Cause: CauseChanged}},
		{"paused", func(s *Store, _ Report) { paused(t, s, true) }, nil, Refusal{Cause: CausePaused, By: bob, At: t0}},
		{"a person not listed", nil, func(d *Decision) { d.People = []string{"a", "stranger"} }, Refusal{Cause: CauseNotInReport}},
		{"no one", nil, func(d *Decision) { d.People = nil }, Refusal{Cause: CauseNoOneLeft}},
		{"all excluded since", func(s *Store, _ Report) {
			for _, a := range []string{"a", "b", "c"} {
				must(t, s.Exclude(Exclusion{AccountID: a, By: bob, Since: t0}))
			}
		}, nil, Refusal{Cause: CauseNoOneLeft}},
		{"over the cap", nil, func(d *Decision) { d.Cap = 2 }, Refusal{Cause: CauseCap, Left: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b", "c")
			if c.before != nil {
				c.before(s, r)
			}
			d := Decision{ReportID: r.ID, Hash: r.Hash, By: bob, At: later, People: []string{"a", "b", "c"}, Cap: 50}
			if c.change != nil {
				c.change(&d)
			}
			before, err := s.AuditEntries(1000, func(AuditEntry) bool { return true })
			must(t, err)
			_, err = s.Approve(d)
			if diff := cmp.Diff(c.want, wantCause(t, err, c.want.Cause)); diff != "" {
				t.Error(diff)
			}
			if after, err := s.AuditEntries(1000, func(AuditEntry) bool { return true }); err != nil || len(after) != len(before) {
				t.Errorf("a refusal added %d audit entries, %v", len(after)-len(before), err)
			}
			checkConsistent(t, s)
		})
	}
}

func TestApproveUnknownReport(t *testing.T) {
	if _, err := newStore(t).Approve(Decision{ReportID: 7}); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestApproveRefusesWhileAnotherBatchIsNotFinished(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "a")
	b := approved(t, s, first, t0, "a")
	second := published(t, s, t0.Add(time.Hour), "a", "b")
	wantReport(t, s, first.ID, ReportExecuting)
	_, err := s.Approve(Decision{ReportID: second.ID, Hash: second.Hash, By: bob, At: t0.Add(time.Hour), People: []string{"b"}, Cap: 50})
	if got := wantCause(t, err, CauseBusy); got.Batch != b.ID || got.State != "executing" {
		t.Errorf("got %+v, want batch %d executing", got, b.ID)
	}
	must(t, s.Skip(stepOf(first, "a"), "active", nil, t0))
	approved(t, s, second, t0.Add(time.Hour), "b")
	checkConsistent(t, s)
}

func TestApproveTakesThoseStillOpenInOrder(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c", "d", "e")
	must(t, s.Exclude(Exclusion{AccountID: "b", By: bob, Since: t0}))
	must(t, s.Exclude(Exclusion{AccountID: "d", By: bob, Since: t0, Until: t0.Add(time.Hour)}))
	b := approved(t, s, r, t0.Add(time.Hour), "e", "d", "e", "b", "a") // d's exclusion has just ended.
	all, err := s.Steps(b)
	must(t, err)
	var who []string
	for _, st := range all {
		who = append(who, st.AccountID)
	}
	if want := []string{"e", "d", "a"}; !slices.Equal(who, want) || b.People != 3 {
		t.Errorf("the batch is for %v (%d), want %v", who, b.People, want)
	}
	if next, ok, err := s.NextStep(b); err != nil || !ok || next.AccountID != "e" {
		t.Errorf("the next step is %+v %t %v, want e's", next, ok, err)
	}
	if b.ApprovedBy() != ada || !b.ApprovedAt().Equal(t0.Add(time.Hour)) {
		t.Errorf("approved by %s at %v", b.ApprovedBy(), b.ApprovedAt())
	}
	checkConsistent(t, s)
}

// TestTwoReportsNeverActOnOnePerson covers a report that was created while a
// batch ran and lists people whom the batch has suspended since. Its approval
// must not suspend them again, nor lose their restore.
func TestTwoReportsNeverActOnOnePerson(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "a")
	approved(t, s, first, t0, "a")
	second := published(t, s, t0.Add(time.Hour), "a", "b")
	suspended(t, s, first, "a", t0.Add(time.Hour))
	_, err := s.Restore("a", bob, t0.Add(2*time.Hour))
	must(t, err)

	c, err := s.Candidate(second, "a", t0.Add(2*time.Hour))
	must(t, err)
	if c.Open() || c.Step.State != StepRestoring {
		t.Errorf("the candidate is %+v, want a pending restore", c)
	}
	if b := approved(t, s, second, t0.Add(2*time.Hour), "a", "b"); b.People != 1 {
		t.Errorf("the batch is for %d people, want b alone", b.People)
	}
	if back, _, err := s.PendingRestores(10); err != nil || len(back) != 1 || back[0].ReportID != first.ID {
		t.Errorf("pending restores: %+v %v, want a's", back, err)
	}
	checkConsistent(t, s)
}

// TestSuspendedElsewhereIsDealtWith checks that people whom another report
// suspended count as decided at the end of a batch.
func TestSuspendedElsewhereIsDealtWith(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "a")
	approved(t, s, first, t0, "a")
	second := published(t, s, t0.Add(time.Hour), "a", "b")
	suspended(t, s, first, "a", t0)
	approved(t, s, second, t0, "b")
	suspended(t, s, second, "b", t0)
	wantReport(t, s, second.ID, ReportDone)
}

// TestApproveAtOnce checks that of several concurrent approvals one succeeds,
// and that the others name its approver.
func TestApproveAtOnce(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, errs[i] = s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: t0, People: []string{"a", "b"}, Cap: 50})
		})
	}
	all.Wait()
	taken := 0
	for _, err := range errs {
		if err == nil {
			taken++
		} else if got := wantCause(t, err, CauseAlready); got.By != ada {
			t.Errorf("got %+v, want who decided", got)
		}
	}
	if taken != 1 {
		t.Errorf("%d decisions were made, want 1", taken)
	}
	checkConsistent(t, s)
}

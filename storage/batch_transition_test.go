package storage

import (
	"errors"
	"testing"
	"time"
)

func TestStopAndResume(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	wantCause(t, s.Resume(b.ID, ada, t0), CauseState)
	wantCause(t, s.CloseBatch(b.ID, ada, t0), CauseState)
	must(t, s.Stop(b.ID, bob, "failures", t0))
	if got := wantBatch(t, s, b.ID, BatchStopped); got.StoppedBy != bob || got.StopReason != "failures" {
		t.Errorf("got %+v", got)
	}
	wantReport(t, s, r.ID, ReportStopped)
	if got := wantCause(t, s.Stop(b.ID, ada, "", t0), CauseState); got.By != bob || got.Batch != b.ID {
		t.Errorf("got %+v, want who stopped it", got)
	}
	must(t, s.Resume(b.ID, ada, t0))
	if got := wantBatch(t, s, b.ID, BatchRunning); got.StoppedBy != "" || got.StopReason != "" {
		t.Errorf("got %+v", got)
	}
	wantReport(t, s, r.ID, ReportExecuting)
	checkConsistent(t, s)
}

// TestResumeWithNothingLeft covers a batch whose steps were all confirmed while
// it was stopped.
func TestResumeWithNothingLeft(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	st := claimed(t, s, r, "a", t0)
	must(t, s.Stop(b.ID, bob, "", t0))
	must(t, s.Confirm(st, t0))
	wantBatch(t, s, b.ID, BatchStopped)
	must(t, s.Resume(b.ID, bob, t0))
	wantBatch(t, s, b.ID, BatchDone)
	wantReport(t, s, r.ID, ReportDone)
	checkConsistent(t, s)
}

func TestCloseGivesUpTheRest(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c")
	b := approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	must(t, s.Stop(b.ID, bob, "", t0))
	must(t, s.CloseBatch(b.ID, bob, t0))
	wantStep(t, s, stepOf(r, "b"), StepSkipped, SkipClosed)
	if got := wantBatch(t, s, b.ID, BatchDone); got.ClosedBy != bob || !got.EndedAt.Equal(t0) {
		t.Errorf("got %+v", got)
	}
	wantReport(t, s, r.ID, ReportOpen) // c is undecided.
	checkConsistent(t, s)
}

func TestWhatBecomesOfAReportAfterItsBatch(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(*Store)
		end    time.Time
		want   ReportState
	}{
		{"somebody is left", func(*Store) {}, t0.Add(week - 1), ReportOpen},
		{"its time is over", func(*Store) {}, t0.Add(week), ReportExpired},
		{"a newer one is there", func(s *Store) { published(t, s, t0.Add(time.Hour), "b") }, t0.Add(2 * time.Hour), ReportSuperseded},
		{"the rest is excluded", func(s *Store) { must(t, s.Exclude(Exclusion{AccountID: "b", By: bob, Since: t0})) }, t0.Add(time.Hour), ReportDone},
		{"the exclusion of the rest has ended", func(s *Store) {
			must(t, s.Exclude(Exclusion{AccountID: "b", By: bob, Since: t0, Until: t0.Add(time.Hour)}))
		}, t0.Add(time.Hour), ReportOpen},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			b := approved(t, s, r, t0, "a")
			c.before(s)
			suspended(t, s, r, "a", c.end)
			wantBatch(t, s, b.ID, BatchDone)
			got := wantReport(t, s, r.ID, c.want)
			if superseded := c.want == ReportSuperseded; superseded != (got.SupersededBy == 2) {
				t.Errorf("superseded by %d", got.SupersededBy)
			}
			checkConsistent(t, s)
		})
	}
}

func TestUnfinished(t *testing.T) {
	s := newStore(t)
	if all, err := s.UnfinishedBatches(); err != nil || len(all) != 0 {
		t.Errorf("got %v %v, want none", all, err)
	}
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	if all, err := s.UnfinishedBatches(); err != nil || len(all) != 1 || all[0].ID != b.ID {
		t.Errorf("got %v %v, want batch %d", all, err, b.ID)
	}
	suspended(t, s, r, "a", t0)
	if all, err := s.UnfinishedBatches(); err != nil || len(all) != 0 {
		t.Errorf("got %v %v, want none", all, err)
	}
}

func TestFailuresInARow(t *testing.T) {
	s := newStore(t)
	b := approved(t, s, published(t, s, t0, "a"), t0, "a")
	failed := func(want int) {
		t.Helper()
		if have, err := s.CountFailure(b.ID, FailureCounts{Failed: 1, InRow: 1, NotFound: 1}); err != nil || have.Failures != want {
			t.Errorf("got %d %v, want %d", have.Failures, err, want)
		}
	}
	failed(1)
	failed(2)
	must(t, s.ResetFailures(b.ID))
	if have := wantBatch(t, s, b.ID, BatchRunning); have.Failures != 0 || have.NotFound != 2 || have.FailedSteps != 2 {
		t.Errorf("got %+v", have)
	}
	must(t, s.ResetNotFound(b.ID))
	failed(1)
	if have := wantBatch(t, s, b.ID, BatchRunning); have.NotFound != 1 {
		t.Errorf("got %+v", have)
	}
	must(t, s.Stop(b.ID, Bot, "failures", t0))
	must(t, s.Resume(b.ID, ada, t0))
	failed(1)
	checkConsistent(t, s)
}

func TestABatchThatIsNotThere(t *testing.T) {
	s := newStore(t)
	_, errBatch := s.Batch(1)
	_, errFailed := s.CountFailure(1, FailureCounts{Failed: 1})
	_, errUndo := s.Undo(1, ada, t0)
	for _, err := range []error{errBatch, errFailed, errUndo, s.Stop(1, ada, "", t0), s.Resume(1, ada, t0), s.CloseBatch(1, ada, t0), s.ResetFailures(1)} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
}

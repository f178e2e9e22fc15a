package storage

import (
	"slices"
	"testing"
	"time"
)

// awaiting returns a batch that ada approved and that waits for a second approver.
func awaiting(t *testing.T, s *Store, r Report, accounts ...string) Batch {
	t.Helper()
	b, err := s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: t0, People: accounts, Second: true})
	must(t, err)
	wantBatch(t, s, b.ID, BatchAwaiting)
	wantReport(t, s, r.ID, ReportAwaiting)
	return b
}

// TestApproveSecond checks what the second approval starts: the batch, with both
// approvals and its 24 hours from then on.
func TestApproveSecond(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := awaiting(t, s, r, "a", "b")
	later := t0.Add(SecondApprovalTimeout - 1)
	got, err := s.ApproveSecond(b.ID, b.Set, bob, true, later)
	must(t, err)
	have := wantBatch(t, s, b.ID, BatchRunning)
	wantReport(t, s, r.ID, ReportExecuting)
	if want := []Approval{{By: ada, At: t0}, {By: bob, At: later}}; !slices.Equal(have.Approvals, want) || !slices.Equal(got.Approvals, want) {
		t.Errorf("the approvals are %v and %v, want %v", have.Approvals, got.Approvals, want)
	}
	if !have.RunningSince.Equal(later) || !have.ApprovedAt().Equal(later) || have.ApprovedBy() != ada {
		t.Errorf("running since %v, approved at %v by %s", have.RunningSince, have.ApprovedAt(), have.ApprovedBy())
	}
	claimed(t, s, r, "a", later)
	checkConsistent(t, s)
}

// TestApproveSecondRefuses checks each reason for which a second approval does not
// count, and that the batch waits on.
func TestApproveSecondRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		press func(*testing.T, *Store, Batch) error
		want  Cause
	}{
		{"by the first approver", func(_ *testing.T, s *Store, b Batch) error {
			_, err := s.ApproveSecond(b.ID, b.Set, ada, true, t0)
			return err
		}, CauseSameApprover},
		{"of another set", func(_ *testing.T, s *Store, b Batch) error {
			_, err := s.ApproveSecond(b.ID, setOf([]string{"a"}), bob, true, t0)
			return err
		}, CauseChanged},
		{"of no set", func(_ *testing.T, s *Store, b Batch) error {
			_, err := s.ApproveSecond(b.ID, "", bob, true, t0)
			return err
		}, CauseChanged},
		{"in a pause", func(t *testing.T, s *Store, b Batch) error {
			paused(t, s, true)
			_, err := s.ApproveSecond(b.ID, b.Set, bob, true, t0)
			return err
		}, CausePaused},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			b := awaiting(t, s, r, "a", "b")
			wantCause(t, c.press(t, s, b), c.want)
			if have := wantBatch(t, s, b.ID, BatchAwaiting); len(have.Approvals) != 1 {
				t.Errorf("the approvals are %v", have.Approvals)
			}
			wantReport(t, s, r.ID, ReportAwaiting)
			_, err := s.Claim(stepOf(r, "a"), rulesNow(s), nil, t0)
			if err == nil {
				t.Error("a step is claimed with one approval")
			}
			checkConsistent(t, s)
		})
	}
}

// TestApproveSecondTwice checks that a batch that waits for no one takes no further
// approval.
func TestApproveSecondTwice(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *Store, Batch){
		"approved": func(t *testing.T, s *Store, b Batch) {
			_, err := s.ApproveSecond(b.ID, b.Set, bob, true, t0)
			must(t, err)
		},
		"withdrawn": func(t *testing.T, s *Store, b Batch) { must(t, s.Withdraw(b.ID, bob, t0)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			b := awaiting(t, s, published(t, s, t0, "a"), "a")
			end(t, s, b)
			before, err := s.Batch(b.ID)
			must(t, err)
			_, err = s.ApproveSecond(b.ID, b.Set, "U0CARL", true, t0.Add(time.Hour))
			wantCause(t, err, CauseState)
			wantCause(t, s.Withdraw(b.ID, "U0CARL", t0.Add(time.Hour)), CauseState)
			after := wantBatch(t, s, b.ID, before.State)
			if !slices.Equal(after.Approvals, before.Approvals) || after.ClosedBy != before.ClosedBy {
				t.Errorf("%+v became %+v", before, after)
			}
		})
	}
}

// TestWithdrawn checks that a batch that got no valid second approval ends without
// a suspension, that its people are open again, and that the report names the batch
// before it.
func TestWithdrawn(t *testing.T) {
	second := func(first bool, at time.Time) func(*Store, Batch) error {
		return func(s *Store, b Batch) error {
			_, err := s.ApproveSecond(b.ID, b.Set, bob, first, at)
			return err
		}
	}
	for _, c := range []struct {
		name string
		end  func(*Store, Batch) error
		by   string
		want Cause
	}{
		{"the first approver is none any more", second(false, t0.Add(time.Hour)), Bot, CauseFirstNotApprover},
		{"too late", second(true, t0.Add(SecondApprovalTimeout)), Bot, CauseTooLate},
		{"by a press", func(s *Store, b Batch) error { return s.Withdraw(b.ID, bob, t0.Add(time.Hour)) }, bob, ""},
		{"expired", func(s *Store, _ Batch) error { return s.ExpireApprovals(t0.Add(SecondApprovalTimeout)) }, Bot, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			first := approved(t, s, r, t0, "a")
			must(t, s.Skip(stepOf(r, "a"), "active", nil, t0))
			b := awaiting(t, s, r, "b")
			wantCause(t, c.end(s, b), c.want)
			have := wantBatch(t, s, b.ID, BatchClosed)
			if have.ClosedBy != c.by || have.EndedAt.IsZero() {
				t.Errorf("closed by %q at %v, want %q", have.ClosedBy, have.EndedAt, c.by)
			}
			if is := wantReport(t, s, r.ID, ReportOpen); is.BatchID != first.ID {
				t.Errorf("the report names batch %d, want %d", is.BatchID, first.ID)
			}
			approved(t, s, wantReport(t, s, r.ID, ReportOpen), t0.Add(time.Hour), "b")
		})
	}
}

// TestExpireApprovals leaves approvals that may still be agreed with, and batches
// that run, alone.
func TestExpireApprovals(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := awaiting(t, s, r, "a")
	must(t, s.ExpireApprovals(t0.Add(SecondApprovalTimeout-1)))
	wantBatch(t, s, b.ID, BatchAwaiting)
	_, err := s.ApproveSecond(b.ID, b.Set, bob, true, t0)
	must(t, err)
	must(t, s.ExpireApprovals(t0.Add(2*SecondApprovalTimeout)))
	wantBatch(t, s, b.ID, BatchRunning)
}

package storage

import (
	"testing"
	"time"
)

// TestCapUsed checks which suspensions count towards the cap of an approver,
// and until when.
func TestCapUsed(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c", "d", "e", "f")
	approved(t, s, r, t0, "a", "b", "c", "d", "e", "f")
	wantUsed(t, s, ada, t0, 6, t0.Add(CapWindow))
	suspended(t, s, r, "a", t0.Add(time.Minute))
	claimed(t, s, r, "b", t0.Add(2*time.Minute))
	must(t, s.Skip(stepOf(r, "c"), "active", nil, t0))
	must(t, s.Fail(stepOf(r, "d"), "forbidden", t0))
	must(t, s.Fail(claimed(t, s, r, "e", t0), "forbidden", t0))
	wantUsed(t, s, ada, t0.Add(time.Hour), 3, t0.Add(time.Minute+CapWindow)) // a, b, and f, which is pending.
	wantUsed(t, s, bob, t0, 0, time.Time{})

	st, err := s.Restore("a", bob, t0.Add(time.Hour))
	must(t, err)
	must(t, s.MarkRestored(st, t0.Add(time.Hour)))
	wantUsed(t, s, ada, t0.Add(time.Hour), 3, t0.Add(time.Minute+CapWindow)) // a restored one counts.

	edge := t0.Add(time.Minute + CapWindow)
	wantUsed(t, s, ada, edge.Add(-1), 3, edge)
	wantUsed(t, s, ada, edge, 2, edge.Add(time.Minute))
	now := t0.Add(10 * CapWindow)
	wantUsed(t, s, ada, now, 1, now.Add(CapWindow)) // f is pending.
}

func wantUsed(t *testing.T, s *Store, by string, now time.Time, want int, free time.Time) {
	t.Helper()
	used, first, err := s.CapUsed(by, now)
	if err != nil || used != want || !first.Equal(free) {
		t.Errorf("%s at %v has used %d until %v (%v), want %d until %v", by, now, used, first, err, want, free)
	}
}

// TestCapOverReports checks that the window covers all batches and reports,
// including those that ended within it.
func TestCapOverReports(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "a", "b")
	approved(t, s, first, t0, "a", "b")
	suspended(t, s, first, "a", t0)
	suspended(t, s, first, "b", t0.Add(time.Hour))
	second := published(t, s, t0.Add(2*time.Hour), "c", "d")
	try := func(at time.Time, by string, limit int) error {
		_, err := s.Approve(Decision{ReportID: second.ID, Hash: second.Hash, By: by, At: at, People: []string{"c", "d"}, Cap: limit})
		return err
	}
	if r := wantCause(t, try(t0.Add(2*time.Hour), ada, 3), CauseCap); r.Left != 1 {
		t.Errorf("%d are left, want 1", r.Left)
	}
	if r := wantCause(t, try(t0.Add(2*time.Hour), ada, 1), CauseCap); r.Left != 0 {
		t.Errorf("%d are left, want 0", r.Left)
	}
	wantCause(t, try(t0.Add(CapWindow-1), ada, 3), CauseCap)
	wantCause(t, try(t0.Add(CapWindow), ada, 3), "") // a has left the window, b has not.
	wantUsed(t, s, ada, t0.Add(CapWindow), 3, t0.Add(time.Hour+CapWindow))
	checkConsistent(t, s)
}

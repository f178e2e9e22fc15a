package storage

import (
	"errors"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

func TestRestore(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	_, err := s.Restore("a", bob, t0)
	wantCause(t, err, CauseNotOurs) // pending: nothing was done to a.
	suspended(t, s, r, "a", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	if st.State != StepRestoring || st.RestoreBy != bob || st.Unsure {
		t.Errorf("got %+v", st)
	}
	_, err = s.Restore("a", ada, t0)
	if got := wantCause(t, err, CauseAlready); got.By != bob {
		t.Errorf("got %+v, want who asked before", got)
	}
	must(t, s.Restored(st, t0.Add(time.Minute)))
	_, err = s.Restore("a", ada, t0)
	wantCause(t, err, CauseNotOurs)
	known, err := s.Known([]string{"a", "b"}, t0, t0)
	must(t, err)
	if !known[0].RestoredAt.Equal(t0.Add(time.Minute)) || known[0].WasOff || !known[1].RestoredAt.IsZero() {
		t.Errorf("known: %+v", known)
	}
	agree(t, s)
}

// TestRestoreIsNeverHeldUp: neither pause nor stop nor expiry nor a newer report
// stands in the way.
func TestRestoreIsNeverHeldUp(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	must(t, s.Stop(b.ID, bob, "", t0))
	published(t, s, t0.Add(time.Hour), "c")
	paused(t, s, true)
	must(t, s.Expire(t0.Add(2*week)))
	_, err := s.Restore("a", bob, t0.Add(2*week))
	must(t, err)
	wantBatch(t, s, b.ID, BatchStopped)
	_, err = s.Undo(b.ID, bob, t0.Add(2*week))
	must(t, err)
	wantBatch(t, s, b.ID, BatchDone)
	agree(t, s)
}

func TestRestoreBeforeTheSuspensionIsConfirmed(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	claimed(t, s, r, "a", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	if !st.Unsure {
		t.Error("the restore does not know that the suspension may still come")
	}
	wantBatch(t, s, b.ID, BatchDone)
	wantCause(t, s.Confirm(st, t0), CauseState)
	wantCause(t, s.Retry(st, t0), CauseState)
	agree(t, s)
}

func TestRestoreFailedCanBeAskedForAgain(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	suspended(t, s, r, "a", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	must(t, s.RestoreFailed(st, "no_licence", t0))
	if have := stored(t, s, st); have.State != StepSuspended || have.Problem != "no_licence" {
		t.Errorf("got %+v", have)
	}
	if st, err = s.Restore("a", ada, t0); err != nil || st.Problem != "" || st.RestoreBy != ada {
		t.Errorf("got %+v, %v", st, err)
	}
	agree(t, s)
}

func TestUndo(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c", "d")
	b := approved(t, s, r, t0, "a", "b", "c", "d")
	suspended(t, s, r, "a", t0)
	claimed(t, s, r, "b", t0)
	must(t, s.Fail(stepOf(r, "c"), "forbidden", t0))
	n, err := s.Undo(b.ID, bob, t0)
	if err != nil || n != 2 {
		t.Fatalf("Undo = %d, %v, want 2", n, err)
	}
	wantStep(t, s, stepOf(r, "a"), StepRestoring, "")
	wantStep(t, s, stepOf(r, "b"), StepRestoring, "")
	wantStep(t, s, stepOf(r, "c"), StepFailed, "forbidden")
	wantStep(t, s, stepOf(r, "d"), StepSkipped, SkipUndone)
	if got := wantBatch(t, s, b.ID, BatchDone); got.UndoneBy != bob {
		t.Errorf("undone by %q", got.UndoneBy)
	}
	_, err = s.Undo(b.ID, ada, t0)
	if got := wantCause(t, err, CauseNobody); got.By != bob {
		t.Errorf("got %+v, want who undid it", got)
	}
	agree(t, s)
}

// TestReturned: a scan finds people on whom it had seen off.
func TestReturned(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	claimed(t, s, r, "b", t0)
	known, err := s.Known([]string{"a", "b", "c"}, t0, t0)
	must(t, err)
	if !known[0].WasOff || known[1].WasOff || known[2].WasOff {
		t.Errorf("known: %+v, want a off alone", known)
	}
	sc, err := s.BeginScan(Scan{StartedAt: t0.Add(time.Hour)})
	must(t, err)
	must(t, s.AddRows(sc.ID, Seen{Returned: []string{"a", "b", "c"}, At: t0.Add(time.Hour)}))
	wantStep(t, s, stepOf(r, "a"), StepRestored, "")
	wantStep(t, s, stepOf(r, "b"), StepClaimed, "") // on, because the request has shown no effect yet.
	known, err = s.Known([]string{"a", "c"}, t0, t0)
	must(t, err)
	for _, k := range known {
		if k.WasOff || !k.RestoredAt.Equal(t0.Add(time.Hour)) {
			t.Errorf("known: %+v, want restored by now", k)
		}
	}
	agree(t, s)
}

// TestAnOlderStepLeavesANewerSuspensionAlone: the index names the report whose
// suspension is in effect, whatever is written of another.
func TestAnOlderStepLeavesANewerSuspensionAlone(t *testing.T) {
	s := newStore(t)
	must(t, s.db.Update(func(tx *bolt.Tx) error {
		older, newer := Step{ReportID: 1, BatchID: 1, AccountID: "a", State: StepRestored}, Step{ReportID: 2, BatchID: 2, AccountID: "a", State: StepSuspended}
		return errors.Join(putStep(tx, newer), putStep(tx, older))
	}))
	if all, err := s.Suspended(0); err != nil || len(all) != 1 || all[0].ReportID != 2 {
		t.Errorf("suspended are %+v, %v; want a by report 2", all, err)
	}
}

func TestSuspendedAndRestoringUpToALimit(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c")
	approved(t, s, r, t0, "a", "b", "c")
	suspended(t, s, r, "c", t0)
	suspended(t, s, r, "a", t0)
	claimed(t, s, r, "b", t0)
	for limit, want := range map[int]int{0: 3, 1: 1, 2: 2, 3: 3, 9: 3} {
		all, err := s.Suspended(limit)
		if err != nil || len(all) != want || all[0].AccountID != "a" {
			t.Errorf("Suspended(%d) = %+v, %v; want %d from a on", limit, all, err, want)
		}
	}
	if _, err := s.Undo(1, bob, t0); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Restoring(2); err != nil || len(all) != 2 {
		t.Errorf("Restoring(2) = %+v, %v", all, err)
	}
}

// TestNotReturned: whom a scan read before our suspension took effect is not back.
func TestNotReturned(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	suspended(t, s, r, "a", t0.Add(time.Minute))
	for from, want := range map[time.Duration]bool{0: false, time.Minute: true, time.Hour: true} {
		known, err := s.Known([]string{"a"}, t0.Add(from), t0.Add(time.Hour))
		must(t, err)
		if known[0].WasOff != want {
			t.Errorf("read from %s on: was off %t, want %t", from, known[0].WasOff, want)
		}
	}
}

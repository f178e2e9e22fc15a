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
	wantCause(t, err, CauseNotSuspendedByUs) // a is still pending.
	suspended(t, s, r, "a", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	if st.State != StepRestoring || st.RestoreBy != bob || st.Unconfirmed {
		t.Errorf("got %+v", st)
	}
	_, err = s.Restore("a", ada, t0)
	if got := wantCause(t, err, CauseAlready); got.By != bob {
		t.Errorf("got %+v, want who asked before", got)
	}
	must(t, s.MarkRestored(st, t0.Add(time.Minute)))
	_, err = s.Restore("a", ada, t0)
	wantCause(t, err, CauseNotSuspendedByUs)
	known, err := s.AccountStates([]string{"a", "b"}, t0, t0)
	must(t, err)
	if !known[0].RestoredAt.Equal(t0.Add(time.Minute)) || known[0].WasDisabled || !known[1].RestoredAt.IsZero() {
		t.Errorf("states: %+v", known)
	}
	checkConsistent(t, s)
}

// TestRestoreIsNeverHeldUp checks that no pause, stop, expiry or newer report
// prevents a restore.
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
	checkConsistent(t, s)
}

func TestRestoreBeforeTheSuspensionIsConfirmed(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	claimed(t, s, r, "a", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	if !st.Unconfirmed {
		t.Error("the restore is not marked as unconfirmed")
	}
	wantBatch(t, s, b.ID, BatchDone)
	wantCause(t, s.Confirm(st, t0), CauseState)
	wantCause(t, s.Retry(st, t0), CauseState)
	checkConsistent(t, s)
}

func TestRestoreFailedCanBeAskedForAgain(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	suspended(t, s, r, "a", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	must(t, s.MarkRestoreFailed(st, "no_licence", t0))
	if have := stored(t, s, st); have.State != StepSuspended || have.Problem != "no_licence" {
		t.Errorf("got %+v", have)
	}
	if st, err = s.Restore("a", ada, t0); err != nil || st.Problem != "" || st.RestoreBy != ada {
		t.Errorf("got %+v, %v", st, err)
	}
	checkConsistent(t, s)
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
	if got := wantCause(t, err, CauseNoOneLeft); got.By != bob {
		t.Errorf("got %+v, want who undid it", got)
	}
	checkConsistent(t, s)
}

// TestAnOlderStepLeavesANewerSuspensionAlone checks that the index names the
// report whose suspension is in effect, even if a step of another report is
// written later.
func TestAnOlderStepLeavesANewerSuspensionAlone(t *testing.T) {
	s := newStore(t)
	must(t, s.db.Update(func(tx *bolt.Tx) error {
		older, newer := Step{ReportID: 1, BatchID: 1, AccountID: "a", State: StepRestored}, Step{ReportID: 2, BatchID: 2, AccountID: "a", State: StepSuspended}
		return errors.Join(putStep(tx, newer), putStep(tx, older))
	}))
	if all, err := s.ActiveSuspensions(0); err != nil || len(all) != 1 || all[0].ReportID != 2 {
		t.Errorf("active suspensions are %+v, %v; want a by report 2", all, err)
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
		all, err := s.ActiveSuspensions(limit)
		if err != nil || len(all) != want || all[0].AccountID != "a" {
			t.Errorf("ActiveSuspensions(%d) = %+v, %v; want %d from a on", limit, all, err, want)
		}
	}
	if _, err := s.Undo(1, bob, t0); err != nil {
		t.Fatal(err)
	}
	if all, _, err := s.PendingRestores(2); err != nil || len(all) != 2 {
		t.Errorf("PendingRestores(2) = %+v, %v", all, err)
	}
}

// TestRestoreRequests counts the requests of a restore before they are sent. Another
// press begins again.
func TestRestoreRequests(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	suspended(t, s, r, "b", t0)
	_, err := s.MarkRestoreSent(stepOf(r, "a"), t0)
	wantCause(t, err, CauseState)
	for _, who := range []string{"a", "b"} {
		_, err := s.Restore(who, bob, t0)
		must(t, err)
	}
	first, err := s.MarkRestoreSent(stepOf(r, "b"), t0)
	must(t, err)
	must(t, s.SetRestoreAnswer(first, RestoreAccepted, t0.Add(time.Second)))
	wantRestore(t, s, first, 1, t0.Add(time.Second), RestoreAccepted)
	if unsent, sent, err := s.PendingRestores(9); err != nil || len(unsent) != 1 || unsent[0].AccountID != "a" || len(sent) != 1 || sent[0].AccountID != "b" {
		t.Errorf("pending restores are %+v and %+v, %v", unsent, sent, err)
	}
	before := stored(t, s, first)
	later := t0.Add(10 * time.Minute)
	second, err := s.MarkRestoreSent(first, later)
	must(t, err)
	wantRestore(t, s, second, 2, later, "")
	must(t, s.UnmarkRestoreSent(before))
	wantRestore(t, s, second, 1, t0.Add(time.Second), RestoreAccepted)
	must(t, s.MarkRestoreFailed(second, "not_confirmed", later))
	must(t, s.SetRestoreAnswer(second, RestoreConflict, later))
	wantRestore(t, s, second, 1, t0.Add(time.Second), RestoreAccepted)
	again, err := s.Restore("b", ada, later)
	must(t, err)
	wantRestore(t, s, again, 0, time.Time{}, "")
	checkConsistent(t, s)
}

func wantRestore(t *testing.T, s *Store, st Step, requests int, sentAt time.Time, answer RestoreAnswer) {
	t.Helper()
	if have := stored(t, s, st); have.RestoreRequests != requests || !have.RestoreSentAt.Equal(sentAt) || have.RestoreAnswer != answer {
		t.Errorf("%d requests, the last at %s with the answer %q; want %d, %s, %q", have.RestoreRequests, have.RestoreSentAt, have.RestoreAnswer, requests, sentAt, answer)
	}
}

// TestFailedRestoreOfAnUnconfirmedSuspension keeps its way back: it is unclear
// unless the API accepted the suspension.
func TestFailedRestoreOfAnUnconfirmedSuspension(t *testing.T) {
	for accepted, want := range map[bool]StepState{false: StepFailed, true: StepSuspended} {
		s := newStore(t)
		r := published(t, s, t0, "a")
		approved(t, s, r, t0, "a")
		st := claimed(t, s, r, "a", t0)
		if accepted {
			must(t, s.MarkAccepted(st))
		}
		st, err := s.Restore("a", bob, t0)
		must(t, err)
		must(t, s.MarkRestoreFailed(st, "not_suspended", t0))
		have := stored(t, s, st)
		if have.State != want || have.Unclear() == accepted || have.Problem != "not_suspended" || !have.Restorable() {
			t.Errorf("accepted %t: the step is %+v, want %s", accepted, have, want)
		}
		_, err = s.Restore("a", bob, t0)
		must(t, err)
		checkConsistent(t, s)
	}
}

// TestUndoTakesTheUnclear checks that an undo restores people for whom it is not
// known whether they are suspended.
func TestUndoTakesTheUnclear(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	b := approved(t, s, r, t0, "a")
	must(t, s.GiveUp(claimed(t, s, r, "a", t0), false, t0.Add(10*time.Minute)))
	wantStep(t, s, stepOf(r, "a"), StepFailed, FailUnclear)
	if n, err := s.Undo(b.ID, bob, t0.Add(time.Hour)); err != nil || n != 1 {
		t.Errorf("Undo = %d, %v, want 1", n, err)
	}
	wantStep(t, s, stepOf(r, "a"), StepRestoring, "")
	checkConsistent(t, s)
}

// TestNotReturned covers a person who was read before the suspension took
// effect.
func TestNotReturned(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	suspended(t, s, r, "a", t0.Add(time.Minute))
	for from, want := range map[time.Duration]bool{0: false, time.Minute: true, time.Hour: true} {
		known, err := s.AccountStates([]string{"a"}, t0.Add(from), t0.Add(time.Hour))
		must(t, err)
		if known[0].WasDisabled != want {
			t.Errorf("read from %s on: was disabled %t, want %t", from, known[0].WasDisabled, want)
		}
	}
}

package storage

import (
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// scanRead stores what a scan read about one person.
func scanRead(t *testing.T, s *Store, account string, off bool, at time.Time) {
	t.Helper()
	row := Row{AccountID: account, Lane: "active", CanLogIn: true}
	if off {
		row = Row{AccountID: account, Lane: LaneAlreadyOff}
	}
	sc, err := s.BeginScan(Scan{StartedAt: at})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{row}, At: at}))
}

// TestReadsAreEvidence checks which reads of later scans end a suspension. It is
// this bot's until two of them, at least ten minutes apart and both over ten
// minutes after it, show the person as active.
func TestReadsAreEvidence(t *testing.T) {
	type read struct {
		after time.Duration
		off   bool
	}
	active := func(minutes int) read { return read{time.Duration(minutes) * time.Minute, false} }
	off := func(minutes int) read { return read{time.Duration(minutes) * time.Minute, true} }
	for name, c := range map[string]struct {
		unclear bool // the suspension was given up at 10 minutes, without a read.
		reads   []read
		state   StepState
		reason  string
		ours    bool
	}{
		"no read":                          {false, nil, StepSuspended, "", true},
		"one late read":                    {false, []read{active(30)}, StepSuspended, "", true},
		"two early reads":                  {false, []read{active(5), active(9)}, StepSuspended, "", true},
		"an early and a late read":         {false, []read{active(9), active(30)}, StepSuspended, "", true},
		"two late reads, close":            {false, []read{active(10), active(19)}, StepSuspended, "", true},
		"two late reads":                   {false, []read{active(10), active(20)}, StepRestored, "", false},
		"three late reads, the ends apart": {false, []read{active(10), active(19), active(20)}, StepRestored, "", false},
		"off in between":                   {false, []read{active(10), off(15), active(20)}, StepSuspended, "", true},
		"off, then two late reads":         {false, []read{off(5), active(10), active(20)}, StepRestored, "", false},
		"unclear, off":                     {true, []read{off(11)}, StepSuspended, "", true},
		"unclear, off after active":        {true, []read{active(11), off(30)}, StepSuspended, "", true},
		"unclear, one late read":           {true, []read{active(11)}, StepFailed, FailUnclear, true},
		"unclear, two late reads":          {true, []read{active(11), active(21)}, StepFailed, FailNoEffect, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			approved(t, s, r, t0, "a", "b")
			if c.unclear {
				must(t, s.GiveUp(claimed(t, s, r, "a", t0), false, t0.Add(10*time.Minute)))
			} else {
				suspended(t, s, r, "a", t0)
			}
			for _, read := range c.reads {
				scanRead(t, s, "a", read.off, t0.Add(read.after))
			}
			wantStep(t, s, stepOf(r, "a"), c.state, c.reason)
			if all, err := s.ActiveSuspensions(0); err != nil || len(all) == 1 != c.ours {
				t.Errorf("active suspensions are %+v, %v; want a's: %t", all, err, c.ours)
			}
			checkConsistent(t, s)
		})
	}
}

// TestGivenUpWhileActive counts the read with which the step was given up as the
// first of the two.
func TestGivenUpWhileActive(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	must(t, s.GiveUp(claimed(t, s, r, "a", t0), true, t0.Add(10*time.Minute)))
	wantStep(t, s, stepOf(r, "a"), StepFailed, FailUnclear)
	scanRead(t, s, "a", false, t0.Add(20*time.Minute))
	wantStep(t, s, stepOf(r, "a"), StepFailed, FailNoEffect)
	checkConsistent(t, s)
}

// TestGivenUpWithoutARead keeps the way back of a step that gets no further
// request, because the person may be suspended.
func TestGivenUpWithoutARead(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	must(t, s.Retry(claimed(t, s, r, "a", t0), t0.Add(time.Minute)))
	must(t, s.Skip(stepOf(r, "a"), "active", nil, t0.Add(time.Minute)))
	must(t, s.GiveUp(stepOf(r, "a"), false, t0.Add(10*time.Minute)))
	wantStep(t, s, stepOf(r, "a"), StepFailed, FailUnclear)
	_, err := s.Restore("a", bob, t0.Add(time.Hour))
	must(t, err)
	checkConsistent(t, s)
}

// TestReadsBesideARequest: only a request of this bot settles a step that waits for
// one.
func TestReadsBesideARequest(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	claimed(t, s, r, "a", t0)
	suspended(t, s, r, "b", t0)
	_, err := s.Restore("b", bob, t0)
	must(t, err)
	for _, who := range []string{"a", "b"} {
		for minutes := range 4 {
			scanRead(t, s, who, minutes == 0, t0.Add(time.Duration(minutes)*30*time.Minute))
		}
	}
	wantStep(t, s, stepOf(r, "a"), StepClaimed, "")
	wantStep(t, s, stepOf(r, "b"), StepRestoring, "")
	checkConsistent(t, s)
}

// TestRestoredElsewhere protects a person whom a scan found active from that day,
// and not again from the next scan on.
func TestRestoredElsewhere(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	claimed(t, s, r, "b", t0)
	known, err := s.AccountStates([]string{"a", "b", "c"}, t0, t0)
	must(t, err)
	if !known[0].WasDisabled || known[1].WasDisabled || known[2].WasDisabled {
		t.Errorf("states: %+v, want only a disabled", known)
	}
	found := t0.Add(time.Hour)
	sc, err := s.BeginScan(Scan{StartedAt: found})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{RestoredElsewhere: []string{"a", "c"}, At: found}))
	known, err = s.AccountStates([]string{"a", "c"}, t0, t0)
	must(t, err)
	for _, k := range known {
		if k.WasDisabled || !k.RestoredAt.Equal(found) {
			t.Errorf("state: %+v, want restored", k)
		}
	}
	checkConsistent(t, s)
}

// TestUnclearOfAnOlderDatabase checks what the upgrade makes of unclear steps of an
// older version, in which a later report could list the person again. One report
// owns the person, Restore settles that one, and no other can suspend the person.
func TestUnclearOfAnOlderDatabase(t *testing.T) {
	later := t0.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		second func(*testing.T, *Store, Report) // what became of the person in the second report.
		owner  uint64
		first  string // the reason of the first report's step.
	}{
		"not listed again": {nil, 1, FailUnclear},
		"unclear again":    {func(t *testing.T, s *Store, r Report) { unclear(t, s, r, "a", later) }, 2, FailReplaced},
		"suspended since":  {func(t *testing.T, s *Store, r Report) { suspended(t, s, r, "a", later) }, 2, FailReplaced},
		"about to be":      {func(*testing.T, *Store, Report) {}, 1, FailUnclear},
		"to be sent again": {func(t *testing.T, s *Store, r Report) { must(t, s.Retry(claimed(t, s, r, "a", later), later)) }, 2, FailReplaced},
		"skipped since":    {func(t *testing.T, s *Store, r Report) { must(t, s.Skip(stepOf(r, "a"), "already_off", nil, later)) }, 1, FailUnclear},
		"restored since": {func(t *testing.T, s *Store, r Report) {
			suspended(t, s, r, "a", later)
			st, err := s.Restore("a", bob, later)
			must(t, err)
			must(t, s.MarkRestored(st, later))
		}, 0, FailReplaced},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a")
			approved(t, s, r, t0, "a")
			unclear(t, s, r, "a", t0)
			forget := func(tx *bolt.Tx) error { return activeSuspensions.delete(tx, []byte("a")) } // as schema 2 had it.
			must(t, s.db.Update(forget))
			second := published(t, s, later, "a", "b")
			if c.second != nil {
				approved(t, s, second, later, "a", "b")
				c.second(t, s, second)
			}
			path := s.Path()
			must(t, s.Close())
			changeFile(t, path, func(tx *bolt.Tx) error {
				if err := setMeta(tx, keySchema, 2); err != nil || c.owner != 1 {
					return err
				}
				return forget(tx)
			})
			s = reopen(t, path)
			checkConsistent(t, s)
			wantStep(t, s, stepOf(r, "a"), StepFailed, c.first)
			st, err := s.Restore("a", bob, later.Add(time.Hour))
			if c.owner == 0 {
				wantCause(t, err, CauseNotSuspendedByUs)
				return
			}
			if must(t, err); st.ReportID != c.owner {
				t.Errorf("report %d restores the person, want %d", st.ReportID, c.owner)
			}
			if c.owner == 1 && name == "about to be" {
				_, err := s.Claim(stepOf(second, "a"), rulesNow(s), nil, later.Add(time.Hour))
				wantCause(t, err, CauseExcluded)
				wantStep(t, s, stepOf(second, "a"), StepSkipped, SkipTaken)
			}
			if unsent, _, err := s.PendingRestores(9); err != nil || len(unsent) != 1 {
				t.Errorf("pending restores are %+v, %v; want one", unsent, err)
			}
			checkConsistent(t, s)
		})
	}
}

// unclear gives up a person's step without a read.
func unclear(t *testing.T, s *Store, r Report, account string, at time.Time) {
	t.Helper()
	must(t, s.GiveUp(claimed(t, s, r, account, at), false, at.Add(10*time.Minute)))
}

// TestUndoLeavesAnotherReportsSuspension: another report owns the person.
func TestUndoLeavesAnotherReportsSuspension(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	suspended(t, s, r, "b", t0)
	must(t, s.db.Update(func(tx *bolt.Tx) error { return activeSuspensions.put(tx, []byte("a"), r.ID+1) }))
	if n, err := s.Undo(b.ID, bob, t0); err != nil || n != 1 {
		t.Errorf("Undo = %d, %v, want b alone", n, err)
	}
}

// TestOneSlowScanIsOneRead: the time of a read is known only to lie between the
// start of the scan and when its part was stored. Two scans whose reads may be
// seconds apart prove nothing.
func TestOneSlowScanIsOneRead(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	suspended(t, s, r, "a", t0)
	for _, at := range []struct{ from, until time.Duration }{{20 * time.Minute, 40 * time.Minute}, {41 * time.Minute, 60 * time.Minute}} {
		must(t, s.RecordRead(Sighting{AccountID: "a", From: t0.Add(at.from), Until: t0.Add(at.until)}))
	}
	wantStep(t, s, stepOf(r, "a"), StepSuspended, "")
	must(t, s.RecordRead(Sighting{AccountID: "a", From: t0.Add(50 * time.Minute), Until: t0.Add(70 * time.Minute)}))
	wantStep(t, s, stepOf(r, "a"), StepRestored, "")
}

// TestReadsOfAnotherDirectory say nothing about a suspension.
func TestReadsOfAnotherDirectory(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	suspended(t, s, r, "a", t0)
	for i := range 3 {
		at := t0.Add(time.Duration(i+1) * time.Hour)
		must(t, s.RecordRead(Sighting{AccountID: "a", DirectoryID: "another", From: at, Until: at}))
	}
	wantStep(t, s, stepOf(r, "a"), StepSuspended, "")
}

// TestAcceptedThenActive: the API accepted the suspension, and it never showed.
// Someone else restored the person, who is protected from then on.
func TestAcceptedThenActive(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	approved(t, s, r, t0, "a")
	st := claimed(t, s, r, "a", t0)
	must(t, s.MarkAccepted(st))
	must(t, s.GiveUp(st, true, t0.Add(10*time.Minute)))
	known, err := s.AccountStates([]string{"a"}, t0.Add(20*time.Minute), t0.Add(20*time.Minute))
	if must(t, err); !known[0].WasDisabled {
		t.Error("a scan that finds the person active does not know of the suspension")
	}
	scanRead(t, s, "a", false, t0.Add(20*time.Minute))
	wantStep(t, s, st, StepRestored, "")
	known, err = s.AccountStates([]string{"a"}, t0.Add(time.Hour), t0.Add(time.Hour))
	if must(t, err); !known[0].RestoredAt.Equal(t0.Add(10 * time.Minute)) {
		t.Errorf("restored at %s", known[0].RestoredAt)
	}
	checkConsistent(t, s)
}

// TestToBeSentAgain: a request has had no effect yet, and its step waits to be sent
// again. The person can be restored, and a scan that sees the person off settles
// the step.
func TestToBeSentAgain(t *testing.T) {
	for _, off := range []bool{false, true} {
		s := newStore(t)
		r := published(t, s, t0, "a")
		b := approved(t, s, r, t0, "a")
		must(t, s.Retry(claimed(t, s, r, "a", t0), t0.Add(time.Minute)))
		if open, err := s.UnconfirmedSteps(b, 10); err != nil || len(open) != 1 {
			t.Errorf("unconfirmed steps are %+v, %v; want the one to be sent again", open, err)
		}
		must(t, s.Stop(b.ID, bob, "", t0.Add(time.Minute)))
		if off {
			scanRead(t, s, "a", true, t0.Add(time.Hour))
			wantStep(t, s, stepOf(r, "a"), StepSuspended, "")
		}
		_, err := s.Restore("a", bob, t0.Add(2*time.Hour))
		must(t, err)
		wantStep(t, s, stepOf(r, "a"), StepRestoring, "")
		checkConsistent(t, s)
	}
}

// TestGivenUpCountsOnce: a step that was refused was counted as failed then.
func TestGivenUpCountsOnce(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	must(t, s.Retry(claimed(t, s, r, "a", t0), t0.Add(time.Minute)))
	must(t, s.Fail(claimed(t, s, r, "a", t0.Add(time.Minute)), "forbidden", t0.Add(time.Minute)))
	must(t, s.GiveUp(stepOf(r, "a"), false, t0.Add(time.Hour)))
	if have := wantBatch(t, s, b.ID, BatchRunning); have.FailedSteps != 1 {
		t.Errorf("%d failures of one person", have.FailedSteps)
	}
}

package storage

import (
	"errors"
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

// TestUnclearOfAnOlderDatabase checks that the upgrade makes unclear steps of an
// older version restorable, except where another report suspended the person since.
func TestUnclearOfAnOlderDatabase(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	for _, who := range []string{"a", "b"} {
		must(t, s.GiveUp(claimed(t, s, r, who, t0), false, t0.Add(10*time.Minute)))
	}
	path := s.Path()
	must(t, s.Close())
	changeFile(t, path, func(tx *bolt.Tx) error { // as schema 2 had it.
		return errors.Join(setMeta(tx, keySchema, 2), activeSuspensions.delete(tx, []byte("a")), activeSuspensions.put(tx, []byte("b"), r.ID+1))
	})
	s = reopen(t, path)
	must(t, s.db.View(func(tx *bolt.Tx) error {
		for who, want := range map[string]uint64{"a": r.ID, "b": r.ID + 1} {
			if of, _, err := activeSuspensions.get(tx, []byte(who)); err != nil || of != want {
				t.Errorf("%s is suspended by report %d, %v; want %d", who, of, err, want)
			}
		}
		return nil
	}))
	_, err := s.Restore("a", bob, t0.Add(time.Hour))
	must(t, err)
}

package storage

import (
	"testing"
	"time"
)

// TestAnOldSignOfLifeClosesWhatIsOpen checks that a database that may be a
// restored backup keeps its state and suspends no one.
func TestAnOldSignOfLifeClosesWhatIsOpen(t *testing.T) {
	s := newStore(t)
	must(t, s.Exclude(Exclusion{AccountID: "e", By: ada, Since: t0}))
	running := published(t, s, t0, "a", "b", "c", "e")
	b := approved(t, s, running, t0, "a", "b", "c")
	suspended(t, s, running, "a", t0)
	sent := claimed(t, s, running, "b", t0)
	must(t, s.Heartbeat(t0))
	later := t0.Add(MaxHeartbeatAge + time.Second)
	behind, err := s.InvalidateIfRolledBack(later)
	must(t, err)
	if behind != MaxHeartbeatAge+time.Second {
		t.Errorf("it is %s behind, want %s", behind, MaxHeartbeatAge+time.Second)
	}
	wantStep(t, s, stepOf(running, "a"), StepSuspended, "")
	wantStep(t, s, stepOf(running, "b"), StepClaimed, "")
	wantStep(t, s, stepOf(running, "c"), StepSkipped, SkipClosed)
	_, err = s.Claim(stepOf(running, "c"), rulesNow(s), nil, later)
	wantCause(t, err, CauseState)
	must(t, s.Retry(sent, later))
	must(t, s.GiveUp(sent, true, later.Add(10*time.Minute)))
	wantStep(t, s, sent, StepSkipped, SkipClosed)
	wantBatch(t, s, b.ID, BatchDone)
	if _, held, err := s.Exclusion("e", later); !held || err != nil {
		t.Errorf("the exclusion is in effect: %t, %v", held, err)
	}
	_, err = s.Approve(Decision{ReportID: running.ID, Hash: running.Hash, By: ada, At: later, People: []string{"c"}, Cap: 9})
	wantCause(t, err, CauseState)
	checkConsistent(t, s)
}

// TestAnOldSignOfLifeEndsWhatWaits checks that open reports and reports that
// wait for a second approver are superseded.
func TestAnOldSignOfLifeEndsWhatWaits(t *testing.T) {
	for name, wait := range map[string]bool{"open": false, "awaiting": true} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			r := published(t, s, t0, "a", "b")
			if wait {
				_, err := s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: t0, People: []string{"a", "b"}, Cap: 1, Second: true})
				must(t, err)
				wantReport(t, s, r.ID, ReportAwaiting)
			}
			must(t, s.Heartbeat(t0))
			if behind, err := s.InvalidateIfRolledBack(t0.Add(MaxHeartbeatAge)); behind != 0 || err != nil {
				t.Errorf("after exactly a day it is %s behind: %v", behind, err)
			}
			_, err := s.InvalidateIfRolledBack(t0.Add(MaxHeartbeatAge + 1))
			must(t, err)
			wantReport(t, s, r.ID, ReportSuperseded)
			_, err = s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: t0, People: []string{"a"}, Cap: 9})
			wantCause(t, err, CauseState)
			if open, err := s.UnfinishedBatches(); len(open) > 0 || err != nil {
				t.Errorf("there are unfinished batches: %+v %v", open, err)
			}
		})
	}
}

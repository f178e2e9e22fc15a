package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKilledInTheMiddle kills the bot while it waits for the response to a
// suspend request that has or has not taken effect, and starts it again.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	const people = 6
	requests := []int{3}
	if *long {
		requests = []int{1, 3, people - 1}
	}
	for _, at := range requests {
		for _, effect := range []bool{true, false} {
			t.Run(fmt.Sprintf("request %d, effect %t", at, effect), func(t *testing.T) {
				t.Parallel()
				killedInTheMiddle(t, people, at, effect)
			})
		}
	}
}

func killedInTheMiddle(t *testing.T, people, at int, effect bool) {
	t.Helper()
	s := newSimulation(t, "--users", "60", "--candidates", fmt.Sprint(100*people/60))
	ada := s.addresses.Users.Approver
	p := s.serve()
	s.command(ada, "scan")
	rows, listed := s.waitReport()
	if len(rows) != people {
		t.Fatalf("%d people are listed, want %d", len(rows), people)
	}
	s.press(ada, "exclude", rows[0])
	fault := fields{"route": "POST suspend", "skip": at - 1, "count": 1, "hold": true}
	if effect {
		fault["cut"] = "after"
	}
	s.addFault(fault)
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	held := s.waitHeld()
	p.kill()
	s.until("the request to be dropped", func() bool { return s.requests("POST suspend")["0"] == 1 })
	if got := s.orgState()[held].Suspends == 1; got != effect {
		t.Fatalf("the held request took effect: %t, want %t", got, effect)
	}
	s.checkShownSuspensions(listed)

	s.serve("INACTIVEBOT_SETTLE=1s")
	s.waitBatchDone(listed)
	if diff := cmp.Diff(sorted(listed[1:]), s.suspended()); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}
	for account, p := range s.orgState() {
		if p.Suspends > 1 {
			t.Errorf("%s was suspended %d times", account, p.Suspends)
		}
	}
	if got := s.orgState()[held].SuspendRequests; effect && got != 1 {
		t.Errorf("%d requests were sent for a suspended person, want 1", got)
	}
}

// waitHeld waits until a request is held and returns its account.
func (s *simulation) waitHeld() (account string) {
	s.t.Helper()
	all := get[[]struct {
		AccountID string `json:"account_id"`
	}](s, s.addresses.AtlassianControl+"/held")
	return all[0].AccountID
}

// TestKilledInTheMiddleOfUndo does the same with a restore request.
func TestKilledInTheMiddleOfUndo(t *testing.T) {
	t.Parallel()
	for _, effect := range []bool{true, false} {
		t.Run(fmt.Sprintf("effect %t", effect), func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, "--users", "60", "--candidates", "10")
			ada := s.addresses.Users.Approver
			p := s.serve()
			s.command(ada, "scan")
			_, listed := s.waitReport()
			s.press(ada, "suspend_all", "")
			s.submit(ada, "suspend_confirm")
			s.waitBatchDone(listed)
			fault := fields{"route": "POST restore", "skip": 2, "count": 1, "hold": true}
			if effect {
				fault["cut"] = "after"
			}
			s.addFault(fault)
			s.press(ada, "undo_batch", "")
			s.submit(ada, "undo_confirm")
			s.waitHeld()
			p.kill()
			s.serve()
			s.waitAllRestored(len(listed))
			for _, account := range listed {
				if p := s.orgState()[account]; p.Suspends != 1 || p.Restores != 1 {
					t.Errorf("%s was suspended %d and restored %d times, want once each", account, p.Suspends, p.Restores)
				}
			}
		})
	}
}

// TestKilledAfterTheAck checks that an acknowledged decision is in the
// database.
func TestKilledAfterTheAck(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	ada := s.addresses.Users.Approver
	p := s.serve()
	s.command(ada, "scan")
	rows, listed := s.waitReport()
	s.press(ada, "exclude", rows[0])
	p.kill()
	p = s.serve()
	s.until("the exclusion", func() bool { return slices.Equal(s.report().buttons("undo_exclude"), rows[:1]) })
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	p.kill()
	s.serve("INACTIVEBOT_SETTLE=1s")
	s.waitBatchDone(listed)
	if diff := cmp.Diff(sorted(listed[1:]), s.suspended()); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}
}

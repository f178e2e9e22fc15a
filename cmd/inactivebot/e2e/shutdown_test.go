package e2e

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAskedToStopWhileItWaits checks that the bot stops in time during each
// kind of wait.
func TestAskedToStopWhileItWaits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		atlassian, slack fields
	}{
		"for a page of a scan":   {atlassian: fields{"route": "POST users/search", "count": 1, "hold": true}},
		"for Slack to post":      {slack: fields{"method": "chat.postMessage", "count": 1, "hold": true}},
		"for Slack's rate limit": {slack: fields{"method": "chat.postMessage", "count": 1, "status": 429, "retry_after": 60}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, "--users", "30")
			p := s.serve()
			s.waitMessage("inactivebot is running")
			if test.slack != nil {
				post[fields](s, s.addresses.SlackControl+"/faults", test.slack)
			} else {
				s.addFault(test.atlassian)
			}
			s.command(s.addresses.Users.Approver, "scan")
			switch {
			case test.slack == nil:
				s.waitHeld()
			case test.slack["hold"] != nil:
				get[fields](s, s.addresses.SlackControl+"/held")
			default:
				s.until("the refusal", func() bool { return s.calls("chat.postMessage", "ratelimited") == 1 })
			}
			p.terminate()
			s.serve()
			if test.slack != nil {
				post[fields](s, s.addresses.SlackControl+"/release", fields{})
				s.waitReport()
			}
		})
	}
}

// TestStoppedInTheMiddle stops the bot while it waits for the response to a
// suspend request: it stops in time, and the next start continues the batch.
func TestStoppedInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	ada := s.addresses.Users.Approver
	p := s.serve()
	s.command(ada, "scan")
	_, listed := s.waitReport()
	s.addFault(fields{"route": "POST suspend", "skip": 1, "count": 1, "hold": true})
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	s.waitHeld()
	p.terminate()
	s.checkShownSuspensions(listed)
	s.serve("INACTIVEBOT_SETTLE=1s")
	s.waitBatchDone(listed)
	if diff := cmp.Diff(sorted(listed), s.suspended()); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}
	for account, p := range s.orgState() {
		if p.Suspends > 1 {
			t.Errorf("%s was suspended %d times", account, p.Suspends)
		}
	}
}

// TestStopAndGoOn presses Stop while the batch waits for a response, and then
// Resume: the batch finishes, whether or not anyone was left to suspend.
func TestStopAndGoOn(t *testing.T) {
	t.Parallel()
	for name, skip := range map[string]int{"at the first": 0, "at the last": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, "--users", "60", "--candidates", "10")
			ada := s.addresses.Users.Approver
			s.serve()
			s.command(ada, "scan")
			_, listed := s.waitReport()
			s.addFault(fields{"route": "POST suspend", "skip": skip, "count": 1, "hold": true})
			s.press(ada, "suspend_all", "")
			s.submit(ada, "suspend_confirm")
			s.waitHeld()
			s.press(ada, "stop", s.sealed("1"))
			post[fields](s, s.addresses.AtlassianControl+"/release", fields{})
			s.until("Resume", func() bool { return slices.Equal(s.report().buttons("resume"), []string{s.sealed("1")}) })
			if got, want := len(s.suspended()), skip+1; got != want {
				t.Errorf("%d people are suspended after Stop, want %d", got, want)
			}
			s.press(ada, "resume", "")
			s.waitBatchDone(listed)
			if diff := cmp.Diff(sorted(listed), s.suspended()); diff != "" {
				t.Errorf("suspended (-want +got):\n%s", diff)
			}
		})
	}
}

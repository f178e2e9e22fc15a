package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRoughConnection checks that duplicate envelopes, lost responses and cut
// connections do not change what was decided.
func TestRoughConnection(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	ada := s.addresses.Users.Approver
	s.serve()
	s.waitMessage("inactivebot is running")
	slack := func(fault fields) { post[fields](s, s.addresses.SlackControl+"/faults", fault) }
	slack(fields{"method": "chat.postMessage", "count": 1, "cut": "after"})
	s.command(ada, "scan")
	rows, listed := s.waitReport()
	s.waitMessage("people checked with") // until then a press is told that the report is being posted.
	slack(fields{"envelope": "duplicate_new_id", "count": 1})
	s.press(ada, "exclude", rows[0])
	s.waitMessage("excluded *")
	post[fields](s, s.addresses.SlackControl+"/disconnect", fields{"reason": "cut"})
	s.waitConnections(1)
	slack(fields{"envelope": "duplicate", "count": 1})
	s.press(ada, "suspend_all", "")
	slack(fields{"envelope": "duplicate_new_id", "count": 1})
	slack(fields{"method": "chat.update", "count": 1, "cut": "after"})
	s.submit(ada, "suspend_confirm")
	s.waitBatchDone(listed)
	if diff := cmp.Diff(sorted(listed[1:]), s.suspended()); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}
	s.waitMessage("Batch 1 is finished")
	for _, once := range []string{"inactivebot_report", "excluded *", "approved batch", "Batch 1 is finished"} {
		n := 0
		for _, m := range s.messages() {
			if m.Metadata.Type == once || strings.Contains(m.Text, once) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d messages with %q, want 1", n, once)
		}
	}
}

// TestOutageAtStart checks that the bot waits while Slack answers with errors
// at startup.
func TestOutageAtStart(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	for _, method := range []string{"auth.test", "apps.connections.open"} {
		post[fields](s, s.addresses.SlackControl+"/faults", fields{"method": method, "count": 1, "status": 503})
	}
	s.addFault(fields{"route": "GET directories", "count": 2, "status": 503})
	s.serve()
	s.command(s.addresses.Users.Approver, "scan")
	s.waitReport()
}

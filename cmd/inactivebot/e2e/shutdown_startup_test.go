package e2e

import (
	"strings"
	"testing"
)

// TestAskedToStopWhileItStarts stops the bot while it waits for a response at
// startup: it stops in time, and the next start works.
func TestAskedToStopWhileItStarts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		slack, atlassian string // the call that is held.
	}{
		"who it is":       {slack: "auth.test"},
		"its channel":     {slack: "conversations.info"},
		"its approvers":   {slack: "users.info"},
		"its connection":  {slack: "apps.connections.open"},
		"its directories": {atlassian: "GET directories"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, "--users", "30")
			if test.slack != "" {
				post[fields](s, s.addresses.SlackControl+"/faults", fields{"method": test.slack, "count": 1, "hold": true})
			} else {
				s.addFault(fields{"route": test.atlassian, "count": 1, "hold": true})
			}
			p := launch(t, s.dir, s.settings(), "inactivebot", "serve")
			if test.slack != "" {
				get[fields](s, s.addresses.SlackControl+"/held")
			} else {
				s.waitHeld()
			}
			p.terminate()
			if !strings.Contains(p.out.String(), `"message":"stopped"`) {
				t.Error("the log does not say that the bot stopped")
			}
			s.serve()
			s.command(s.addresses.Users.Approver, "scan")
			s.waitReport()
		})
	}
}

// TestStoppedWhileItRestores stops the bot while it waits for the response to a
// restore request: it stops in time, and the next start restores the person.
func TestStoppedWhileItRestores(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	ada := s.addresses.Users.Approver
	p := s.serve("INACTIVEBOT_SETTLE=1s")
	s.command(ada, "scan")
	_, listed := s.waitReport()
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	s.waitBatchDone(listed)
	s.addFault(fields{"route": "POST restore", "count": 1, "hold": true})
	s.command(ada, "restore "+listed[0])
	s.waitHeld()
	p.terminate()
	s.serve("INACTIVEBOT_SETTLE=1s")
	s.until("the person to be back", func() bool { return !s.orgState()[listed[0]].Suspended })
	if got, want := len(s.suspended()), len(listed)-1; got != want {
		t.Errorf("%d people are suspended, want %d", got, want)
	}
}

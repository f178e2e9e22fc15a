package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// TestPressesGoToAnyConnection checks that two programs on one app share the presses, and that the control API tells
// how many each one got.
func TestPressesGoToAnyConnection(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	const presses = 64 // The chance that one program gets all of them is 1 in 2^63.
	served := [2]chan answer{make(chan answer, 2*presses), make(chan answer, 2*presses)}
	for _, to := range served {
		ws, _ := a.dial(t)
		go relay(ws, to)
	}
	ts := a.report(t)
	for range presses {
		if r := a.Press(slacktest.Press{User: a.Users.Approver, TS: ts, ActionID: "exclude"}); !r.OK {
			t.Fatalf("press: %+v", r)
		}
		a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"})
	}
	total := 0
	for _, c := range a.Connections() {
		if c.Presses == 0 {
			t.Errorf("connection %s got no press", c.ID)
		}
		total += c.Presses
	}
	if total != presses {
		t.Errorf("%d presses, want %d", total, presses)
	}
	if _, body := a.send(t, "GET", "/_control/connections", "", "", ""); strings.Count(body["text"].(string), `"presses":`) != 2 {
		t.Errorf("GET /connections: %v", body)
	}
}

// TestRepeatedPressCountsOnce checks the number of presses of a connection that got one press twice.
func TestRepeatedPressCountsOnce(t *testing.T) {
	a := serve(t, slacktest.Options{RedeliverAfter: time.Millisecond})
	if err := a.Fault(slacktest.Fault{Envelope: "drop_ack"}); err != nil {
		t.Fatal(err)
	}
	a.connect(t, ack)
	if r := a.Press(slacktest.Press{User: a.Users.Approver, ActionID: "exclude"}); !r.OK {
		t.Fatalf("press: %+v", r)
	}
	if open := a.Connections(); open[0].Presses != 1 || a.Acks()[0].Deliveries < 2 {
		t.Errorf("connections %+v, ledger %+v", open, a.Acks())
	}
}

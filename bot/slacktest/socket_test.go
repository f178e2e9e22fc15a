package slacktest_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

func TestNobodyConnected(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); r.Error != "dispatch_failed" {
		t.Errorf("got %+v", r)
	}
}

func TestLostAckIsDeliveredAgain(t *testing.T) {
	a := serve(t, slacktest.Options{RedeliverAfter: time.Millisecond})
	if err := a.Fault(slacktest.Fault{Envelope: "drop_ack"}); err != nil {
		t.Fatal(err)
	}
	a.connect(t, ack)
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); !r.OK {
		t.Fatalf("command: %+v", r)
	}
	if acks := a.Acks(); acks[0].Deliveries < 2 {
		t.Errorf("ledger: %+v", acks)
	}
}

func TestEnvelopeFaults(t *testing.T) {
	for _, tt := range []struct {
		fault string
		same  bool
	}{{"duplicate", true}, {"duplicate_new_id", false}} {
		t.Run(tt.fault, func(t *testing.T) {
			a := serve(t, slacktest.Options{})
			if err := a.Fault(slacktest.Fault{Envelope: tt.fault}); err != nil {
				t.Fatal(err)
			}
			ws, _ := a.dial(t)
			go a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"})
			one, two := next(t, ws), next(t, ws)
			if same := one["envelope_id"] == two["envelope_id"]; same != tt.same {
				t.Errorf("%v and %v", one["envelope_id"], two["envelope_id"])
			}
			_ = ws.WriteJSON(answer{"envelope_id": one["envelope_id"]})
		})
	}
}

func TestUnreadableEnvelope(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if err := a.Fault(slacktest.Fault{Envelope: "malformed"}); err != nil {
		t.Fatal(err)
	}
	bad := make(chan bool, 1)
	a.connect(t, func(_ *socketmode.Client, event socketmode.Event) {
		if event.Type == socketmode.EventTypeErrorBadMessage {
			bad <- true
		}
	})
	go a.Press(slacktest.Press{User: a.Users.Approver, ActionID: "exclude"})
	<-bad
}

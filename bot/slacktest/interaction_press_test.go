package slacktest_test

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

func TestPressReachesTheApp(t *testing.T) {
	a := serve(t, slacktest.Options{})
	got := make(chan slack.InteractionCallback, 1)
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		if callback, ok := event.Data.(slack.InteractionCallback); ok {
			got <- callback
		}
		ack(client, event)
	})
	ts := a.report(t)
	result := a.Press(slacktest.Press{User: a.Users.Approver, TS: ts, ActionID: "exclude", Value: "12.b"})
	if !result.OK || result.Error != "" {
		t.Fatalf("press: %+v", result)
	}
	c := <-got
	if c.User.ID != a.Users.Approver || c.Channel.ID != a.Channel || c.Message.Timestamp != ts || c.Container.MessageTs != ts {
		t.Errorf("payload: %+v", c)
	}
	action := c.ActionCallback.BlockActions[0]
	if action.Value != "12.b" || action.BlockID != c.Message.Blocks.BlockSet[1].ID() {
		t.Errorf("action: %+v", action)
	}
	if acks := a.Acks(); len(acks) != 1 || acks[0].AckedAt == nil || acks[0].Deliveries != 1 || acks[0].Late {
		t.Errorf("ledger: %+v", acks)
	}
	if v := a.Violations(); len(v) != 0 {
		t.Errorf("violations: %+v", v)
	}
}

func TestForgedPress(t *testing.T) {
	a := serve(t, slacktest.Options{})
	got := make(chan slack.InteractionCallback, 1)
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		if callback, ok := event.Data.(slack.InteractionCallback); ok {
			got <- callback
		}
		ack(client, event)
	})
	a.Press(slacktest.Press{User: a.Users.Outsider, Channel: "C0ELSE", TS: "1.000001", ActionID: "suspend_all", Value: "99"})
	c := <-got
	if c.Channel.ID != "C0ELSE" || c.ActionCallback.BlockActions[0].Value != "99" || c.Team.ID == "" || c.User.TeamID != c.Team.ID {
		t.Errorf("payload: %+v", c)
	}
}

func TestPressAsRawEnvelope(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.connect(t, ack)
	payload, err := json.Marshal(answer{"type": "block_actions", "user": answer{"id": "U1"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Envelope(slacktest.Envelope{Type: "interactive", Payload: payload, EnvelopeID: "e1"})
	if err != nil || !r.OK {
		t.Fatalf("envelope: %+v, %v", r, err)
	}
	if r, err := a.Envelope(slacktest.Envelope{Replay: "e1"}); err != nil || !r.OK {
		t.Errorf("replay: %+v, %v", r, err)
	}
	if acks := a.Acks(); acks[0].Deliveries != 2 {
		t.Errorf("ledger: %+v", acks)
	}
}

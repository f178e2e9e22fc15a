package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
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

func TestCommandIsEscaped(t *testing.T) {
	a := serve(t, slacktest.Options{})
	got := make(chan slack.SlashCommand, 1)
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		if command, ok := event.Data.(slack.SlashCommand); ok {
			got <- command
		}
		ack(client, event)
	})
	for _, tt := range []struct{ name, typed, want string }{
		{"person", "why @member", "why <@" + a.Users.Member + "|member>"},
		{"channel", "in #atlassian-admins", "in <#" + a.Channel + "|atlassian-admins>"},
		{"nobody", "why @nobody", "why @nobody"},
		{"email as typed", "why kim@example.com", "why kim@example.com"},
		{"already encoded", "why <mailto:a@b.c|a@b.c> <@U1|x>", "why <mailto:a@b.c|a@b.c> <@U1|x>"},
		{"specials", "a <b> & c", "a &lt;b&gt; &amp; c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: tt.typed}); !r.OK {
				t.Fatalf("command: %+v", r)
			}
			if command := <-got; command.Text != tt.want {
				t.Errorf("text = %q, want %q", command.Text, tt.want)
			}
		})
	}
}

func TestNobodyConnected(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); r.Error != "dispatch_failed" {
		t.Errorf("got %+v", r)
	}
}

func TestDisconnectAndComeBack(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "cut"} {
		t.Run(reason, func(t *testing.T) {
			a := serve(t, slacktest.Options{})
			connected := make(chan bool, 10)
			a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
				if event.Type == socketmode.EventTypeHello {
					connected <- true
				}
				ack(client, event)
			})
			<-connected
			if err := a.Disconnect(slacktest.Disconnect{Reason: reason}); err != nil {
				t.Fatal(err)
			}
			<-connected
			if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); !r.OK {
				t.Errorf("command after %s: %+v", reason, r)
			}
		})
	}
}

// dial opens a connection by hand and reads the first frame.
func (a *app) dial(t *testing.T) (*websocket.Conn, answer) {
	t.Helper()
	_, opened := a.send(t, "POST", "/api/apps.connections.open", "", a.AppToken, "")
	ws, _, err := websocket.DefaultDialer.Dial(opened["url"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return ws, next(t, ws)
}

func next(t *testing.T, ws *websocket.Conn) answer {
	t.Helper()
	var got answer
	_ = ws.SetReadDeadline(time.Now().Add(5 * time.Second))
	if err := ws.ReadJSON(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTicketsWorkOnce(t *testing.T) {
	a := serve(t, slacktest.Options{})
	_, opened := a.send(t, "POST", "/api/apps.connections.open", "", a.AppToken, "")
	address := opened["url"].(string)
	ws, _, err := websocket.DefaultDialer.Dial(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if _, _, err := websocket.DefaultDialer.Dial(address, nil); err == nil {
		t.Error("the ticket worked twice")
	}
}

func TestEleventhConnection(t *testing.T) {
	a := serve(t, slacktest.Options{})
	for i := range 10 {
		if _, hello := a.dial(t); hello["num_connections"] != float64(i+1) {
			t.Fatalf("hello %d: %v", i+1, hello)
		}
	}
	if _, got := a.dial(t); got["type"] != "disconnect" || got["reason"] != "too_many_websockets" {
		t.Errorf("eleventh: %v", got)
	}
}

func TestFrameTooLarge(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ws, _ := a.dial(t)
	if err := ws.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("x", 20_480))); err != nil {
		t.Fatal(err)
	}
	_, _, err := ws.ReadMessage()
	if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Errorf("got %v, want close 1009", err)
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

func TestCutConnectionHandsOver(t *testing.T) {
	a := serve(t, slacktest.Options{})
	first, _ := a.dial(t)
	result := make(chan slacktest.Result)
	go func() { result <- a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}) }()
	sent := next(t, first)
	_ = first.NetConn().Close()
	second, _ := a.dial(t)
	again := next(t, second)
	if again["envelope_id"] != sent["envelope_id"] || again["retry_attempt"] != float64(1) {
		t.Errorf("again: %v", again)
	}
	if err := second.WriteJSON(answer{"envelope_id": again["envelope_id"]}); err != nil {
		t.Fatal(err)
	}
	if r := <-result; !r.OK {
		t.Errorf("command: %+v", r)
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

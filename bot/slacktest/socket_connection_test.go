package slacktest_test

import (
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

// TestMoreThanTenConnections checks that rejected connections are not counted and get no envelopes, and that rejecting
// one does not let the next one in.
func TestMoreThanTenConnections(t *testing.T) {
	a := serve(t, slacktest.Options{})
	served := make(chan answer, 10)
	for range 10 {
		ws, _ := a.dial(t)
		go relay(ws, served)
	}
	var refused []*websocket.Conn // The eleventh is still open when the twelfth connects.
	for i := range 2 {
		ws, got := a.dial(t)
		if got["reason"] != "too_many_websockets" {
			t.Fatalf("connection %d: %v", 11+i, got)
		}
		refused = append(refused, ws)
	}
	for _, ws := range refused {
		if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("a rejected connection ended with %v", err)
		}
	}
	if open := a.Connections(); len(open) != 10 {
		t.Errorf("%d connections, want 10", len(open))
	}
	for range 20 {
		if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); !r.OK {
			t.Fatalf("command: %+v", r)
		}
		<-served
	}
}

// TestLeavingConnectionGetsNothing checks that after refresh_requested only other connections get envelopes.
func TestLeavingConnectionGetsNothing(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.dial(t)
	if err := a.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}); err != nil {
		t.Fatal(err)
	}
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); r.Error != "dispatch_failed" {
		t.Errorf("without another connection: %+v", r)
	}
	served := make(chan answer, 10)
	other, _ := a.dial(t)
	go relay(other, served)
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); !r.OK {
		t.Errorf("with another connection: %+v", r)
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

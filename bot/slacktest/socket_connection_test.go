package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"inactivebot/bot/slacktest"
)

// TestMoreThanTenConnections: whoever is sent away counts nowhere and is handed nothing, and sending away one does not
// let the next in.
func TestMoreThanTenConnections(t *testing.T) {
	a := serve(t, slacktest.Options{})
	served := make(chan answer, 10)
	for range 10 {
		ws, _ := a.dial(t)
		go relay(ws, served)
	}
	var refused []*websocket.Conn // The eleventh is still open when the twelfth comes.
	for i := range 2 {
		ws, got := a.dial(t)
		if got["reason"] != "too_many_websockets" {
			t.Fatalf("connection %d: %v", 11+i, got)
		}
		refused = append(refused, ws)
	}
	for _, ws := range refused {
		if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("a refused connection ended with %v", err)
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

// relay acks everything and passes it on.
func relay(ws *websocket.Conn, to chan<- answer) {
	for {
		var got answer
		if ws.ReadJSON(&got) != nil {
			return
		}
		if ws.WriteJSON(answer{"envelope_id": got["envelope_id"]}) != nil {
			return
		}
		to <- got
	}
}

// TestLeavingConnectionGetsNothing: after a refresh is asked for, what people do goes to the other connections alone.
func TestLeavingConnectionGetsNothing(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.dial(t)
	if err := a.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}); err != nil {
		t.Fatal(err)
	}
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); r.Error != "dispatch_failed" {
		t.Errorf("with nobody else connected: %+v", r)
	}
	served := make(chan answer, 10)
	other, _ := a.dial(t)
	go relay(other, served)
	if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}); !r.OK {
		t.Errorf("with another: %+v", r)
	}
}

// TestOnlyPostMessageTakesAUser: other methods want the id of the direct conversation.
func TestOnlyPostMessageTakesAUser(t *testing.T) {
	a := serve(t, slacktest.Options{})
	got := a.call(t, "chat.postMessage", "channel", a.Users.Approver, "text", "hello")
	im, ts := got["channel"].(string), got["ts"].(string)
	for _, method := range []string{"chat.update", "chat.delete", "chat.postEphemeral"} {
		fields := []string{"ts", ts, "user", a.Users.Approver, "text", "again"}
		if got := a.call(t, method, append(fields, "channel", a.Users.Approver)...); got["error"] != "channel_not_found" {
			t.Errorf("%s to a user: %v", method, got)
		}
	}
	if got := a.call(t, "chat.update", "channel", im, "ts", ts, "text", "again"); got["ok"] != true {
		t.Errorf("chat.update in %s: %v", im, got)
	}
}

// TestOneBucketForADirectConversation: by whichever id it is named.
func TestOneBucketForADirectConversation(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	a := serve(t, slacktest.Options{Now: func() time.Time { return now }})
	im := a.call(t, "chat.postMessage", "channel", a.Users.Approver, "text", "1")["channel"].(string)
	limited := 0
	for i := range 10 {
		to := []string{im, a.Users.Approver}[i%2]
		if a.call(t, "chat.postMessage", "channel", to, "text", "x")["error"] == "ratelimited" {
			limited++
		}
	}
	if limited < 5 {
		t.Errorf("%d of 10 were held back", limited)
	}
}

func TestValidateTakesOneArgument(t *testing.T) {
	a := serve(t, slacktest.Options{})
	blocks := `[{"type":"divider"}]`
	for name, tt := range map[string]struct {
		fields []string
		want   any
	}{
		"one":  {[]string{"blocks", blocks}, nil},
		"none": {nil, "invalid_arguments"},
		"two":  {[]string{"blocks", blocks, "message", `{"text":"x"}`}, "invalid_arguments"},
		"long": {[]string{"message", `{"text":"` + strings.Repeat("x", 100_000) + `"}`}, "invalid_arguments"},
	} {
		if got := a.call(t, "blocks.validate", tt.fields...); got["error"] != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// TestCommandsAreTheManifests: a command needs its scope, and its text is encoded only where the app asks for it.
func TestCommandsAreTheManifests(t *testing.T) {
	without := serve(t, slacktest.Options{BotScopes: []string{"chat:write"}})
	if r := without.Command(slacktest.Command{User: without.Users.Approver, Text: "help"}); r.Error != "/inactive is not a valid command." {
		t.Errorf("without the scope: %+v", r)
	}
	a := serve(t, slacktest.Options{Commands: []string{"/inactive", "/raw"}, PlainCommands: []string{"/raw"}})
	ws, _ := a.dial(t)
	served := make(chan answer, 10)
	go relay(ws, served)
	for command, want := range map[string]string{"/inactive": "why <@" + a.Users.Member + "|member> &amp; co", "/raw": "why @member & co"} {
		a.Command(slacktest.Command{User: a.Users.Approver, Command: command, Text: "why @member & co"})
		if got := (<-served)["payload"].(answer)["text"]; got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}

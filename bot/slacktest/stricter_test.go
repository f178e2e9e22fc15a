package slacktest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

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
	for i := range 2 {
		if ws, got := a.dial(t); got["reason"] != "too_many_websockets" {
			t.Fatalf("connection %d: %v", 11+i, got)
		} else if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("connection %d ended with %v", 11+i, err)
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

// TestGrid: two workspaces of one enterprise share the admin channel.
func TestGrid(t *testing.T) {
	a := serve(t, slacktest.Options{EnterpriseID: "E0EXAMPLE01"})
	if got := a.call(t, "auth.test"); got["enterprise_id"] != "E0EXAMPLE01" || got["is_enterprise_install"] != false {
		t.Errorf("auth.test: %v", got)
	}
	colleague, err := a.client.GetUserInfo(a.Users.Colleague)
	if err != nil || colleague.TeamID == "T0INACTIVE1" || colleague.Enterprise.EnterpriseID != "E0EXAMPLE01" || colleague.IsStranger {
		t.Errorf("colleague: %+v, %v", colleague, err)
	}
	info := a.call(t, "conversations.info", "channel", a.Channel)["channel"].(answer)
	if info["is_org_shared"] != true || info["is_ext_shared"] != false {
		t.Errorf("channel: %v", info)
	}
	ws, _ := a.dial(t)
	served := make(chan answer, 10)
	go relay(ws, served)
	a.Press(slacktest.Press{User: a.Users.Colleague, TS: a.report(t), ActionID: "exclude", Value: "12.b"})
	payload := (<-served)["payload"].(answer)
	team, enterprise := payload["team"].(answer), payload["enterprise"].(answer)
	if team["id"] != colleague.TeamID || team["domain"] != "example-sister" || enterprise["id"] != "E0EXAMPLE01" {
		t.Errorf("press: team %v, enterprise %v", team, enterprise)
	}
	if !strings.Contains(a.get(t, "/"), "Cleo Colleague") {
		t.Error("the page does not offer the colleague")
	}
	if alone := serve(t, slacktest.Options{}); alone.Users.Colleague != "" || strings.Contains(alone.get(t, "/"), "Cleo") {
		t.Error("a colleague without a Grid")
	}
}

// TestCloseOneOrAll: the cancel button shows the modal below again, the cross closes them all, and the app hears of
// those it asked about.
func TestCloseOneOrAll(t *testing.T) {
	for name, all := range map[string]bool{"cancel": false, "cross": true} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, slacktest.Options{})
			ws, _ := a.dial(t)
			served := make(chan answer, 10)
			go relay(ws, served)
			view := modal()
			view.NotifyOnClose = true
			open := func(method string, viewID string) string {
				a.Press(slacktest.Press{User: a.Users.Approver, ViewID: viewID, ActionID: "x", TS: "1.000001"})
				trigger := (<-served)["payload"].(answer)["trigger_id"].(string)
				body, err := json.Marshal(answer{"trigger_id": trigger, "view": view})
				if err != nil {
					t.Fatal(err)
				}
				_, got := a.send(t, http.MethodPost, "/api/"+method, "application/json", a.BotToken, string(body))
				return got["view"].(answer)["id"].(string)
			}
			first := open("views.open", "")
			second := open("views.push", first)
			body, err := json.Marshal(slacktest.Close{User: a.Users.Approver, ViewID: second, All: all})
			if err != nil {
				t.Fatal(err)
			}
			if _, got := a.send(t, http.MethodPost, "/_control/close", "application/json", "", string(body)); got["ok"] != true {
				t.Fatalf("close: %v", got)
			}
			left, heard := a.Views(a.Users.Approver), len(served)
			if all && (len(left) != 0 || heard != 2) || !all && (len(left) != 1 || left[0].ID != first || heard != 1) {
				t.Errorf("%d modals left, the app heard of %d", len(left), heard)
			}
			if cleared := (<-served)["payload"].(answer)["is_cleared"]; cleared != all {
				t.Errorf("is_cleared %v", cleared)
			}
		})
	}
}

// TestEphemeralsAreGoneOnReload: whoever loads the page again no longer sees them.
func TestEphemeralsAreGoneOnReload(t *testing.T) {
	a := serve(t, slacktest.Options{})
	loaded := a.get(t, "/")
	_, since, _ := strings.Cut(loaded, `data-since="`)
	since, _, _ = strings.Cut(since, `"`)
	if _, err := a.client.PostEphemeral(a.Channel, a.Users.Approver, slack.MsgOptionText("for you alone", false)); err != nil {
		t.Fatal(err)
	}
	if live := a.get(t, "/conversation?since="+since); !strings.Contains(live, "for you alone") {
		t.Error("an open page does not show it")
	}
	if again := a.get(t, "/"); strings.Contains(again, "for you alone") {
		t.Error("it outlives a reload")
	}
}

// TestFormsOfInputs: a text has the form that its input asks for.
func TestFormsOfInputs(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ws, _ := a.dial(t)
	served := make(chan answer, 10)
	go relay(ws, served)
	for _, tt := range []struct {
		element, bad, good, says string
	}{
		{"email_text_input", "ada", "ada@example.com", "Please enter a valid email address."},
		{"url_text_input", "example", "https://example.com", "Please enter a valid URL."},
	} {
		t.Run(tt.element, func(t *testing.T) {
			a.Command(slacktest.Command{User: a.Users.Approver, Text: "x"})
			trigger := (<-served)["payload"].(answer)["trigger_id"].(string)
			view := `{"type":"modal","title":{"type":"plain_text","text":"x"},"submit":{"type":"plain_text","text":"x"},"blocks":[
				{"type":"input","block_id":"b","label":{"type":"plain_text","text":"x"},"element":{"type":"` + tt.element + `","action_id":"a"}}]}`
			opened := a.call(t, "views.open", "trigger_id", trigger, "view", view)
			id := opened["view"].(answer)["id"].(string)
			submit := func(value string) slacktest.Result {
				return a.Submit(slacktest.Submit{User: a.Users.Approver, ViewID: id, Values: map[string]map[string]answer{"b": {"a": {"type": tt.element, "value": value}}}})
			}
			if r := submit(tt.bad); r.Error != tt.says {
				t.Errorf("%s: %+v", tt.bad, r)
			}
			if page := a.get(t, "/conversation"); !strings.Contains(page, `<p class="error" role="alert">`+tt.says) {
				t.Errorf("the page does not say %q beside the input", tt.says)
			}
			if r := submit(tt.good); !r.OK {
				t.Errorf("%s: %+v", tt.good, r)
			}
			<-served
		})
	}
}

package slacktest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"inactivebot/bot/slacktest"
)

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
			left, heard := a.Views(a.Users.Approver), len(a.Acks())-2 // Two opened the modals.
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

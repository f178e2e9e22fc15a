package slacktest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"inactivebot/bot/slacktest"
)

// TestCloseOneOrAll checks that the cancel button shows the modal below, that the ✕ closes all modals, and that the app
// receives view_closed where it asked for it.
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
			left, closed := a.Views(a.Users.Approver), len(a.Acks())-2 // The first two envelopes opened the modals.
			if all && (len(left) != 0 || closed != 2) || !all && (len(left) != 1 || left[0].ID != first || closed != 1) {
				t.Errorf("%d modals left, %d view_closed envelopes", len(left), closed)
			}
			if cleared := (<-served)["payload"].(answer)["is_cleared"]; cleared != all {
				t.Errorf("is_cleared %v", cleared)
			}
		})
	}
}

package slacktest_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

// open presses a button whose handler opens the modal, and returns the modal. Submissions are acknowledged with the
// payload.
func open(t *testing.T, a *app, payload any) slacktest.View {
	t.Helper()
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		callback, ok := event.Data.(slack.InteractionCallback)
		if !ok || callback.Type != slack.InteractionTypeViewSubmission {
			if ok {
				if _, err := a.client.OpenView(callback.TriggerID, modal()); err != nil {
					t.Errorf("open: %v", err)
				}
			}
			ack(client, event)
			return
		}
		if payload == nil {
			ack(client, event)
			return
		}
		ackWith(payload)(client, event)
	})
	if r := a.Press(slacktest.Press{User: a.Users.Approver, TS: a.report(t), ActionID: "exclude"}); !r.OK {
		t.Fatalf("press: %+v", r)
	}
	views := a.Views(a.Users.Approver)
	if len(views) != 1 {
		t.Fatalf("views: %+v", views)
	}
	return views[0]
}

func reason(text string) map[string]map[string]map[string]any {
	return map[string]map[string]map[string]any{"why": {"reason": {"type": "plain_text_input", "value": text}}}
}

func TestSubmit(t *testing.T) {
	other := modal()
	other.CallbackID = "second"
	for _, tt := range []struct {
		name, typed string
		payload     any
		wantError   string
		wantViews   []string // callback ids
	}{
		{"closes", "left", nil, "", nil},
		{"errors", "left", slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "Too vague"}), "Too vague", []string{"exclude_details"}},
		{"update", "left", slack.NewUpdateViewSubmissionResponse(&other), "", []string{"second"}},
		{"push", "left", slack.NewPushViewSubmissionResponse(&other), "", []string{"exclude_details", "second"}},
		{"clear", "left", slack.NewClearViewSubmissionResponse(), "", nil},
		{"error for an unknown block", "left", slack.NewErrorsViewSubmissionResponse(map[string]string{"x": "?"}), "We had some trouble connecting. Try again?", []string{"exclude_details"}},
		{"required input", "", nil, "Please complete this required field.", []string{"exclude_details"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := serve(t, slacktest.Options{})
			v := open(t, a, tt.payload)
			r := a.Submit(slacktest.Submit{User: a.Users.Approver, ViewID: v.ID, Values: reason(tt.typed)})
			if r.Error != tt.wantError || r.OK != (tt.wantError == "") {
				t.Errorf("result: %+v", r)
			}
			var got []string
			for _, v := range a.Views(a.Users.Approver) {
				got = append(got, v.CallbackID)
			}
			if strings.Join(got, " ") != strings.Join(tt.wantViews, " ") {
				t.Errorf("views %q, want %q", got, tt.wantViews)
			}
		})
	}
}

func TestHashGuardsUpdates(t *testing.T) {
	a := serve(t, slacktest.Options{})
	v := open(t, a, nil)
	if _, err := a.client.UpdateView(modal(), "", "old", v.ID); err == nil || err.Error() != "hash_conflict" {
		t.Errorf("old hash: %v", err)
	}
	if _, err := a.client.UpdateView(modal(), "", v.Hash, v.ID); err != nil {
		t.Errorf("right hash: %v", err)
	}
}

func TestStackHoldsThree(t *testing.T) {
	a := serve(t, slacktest.Options{})
	push := modal()
	v := open(t, a, slack.NewPushViewSubmissionResponse(&push))
	for range 2 {
		r := a.Submit(slacktest.Submit{User: a.Users.Approver, ViewID: v.ID, Values: reason("x")})
		if !r.OK {
			t.Fatalf("push: %+v", r)
		}
		views := a.Views(a.Users.Approver)
		v = views[len(views)-1]
	}
	if r := a.Submit(slacktest.Submit{User: a.Users.Approver, ViewID: v.ID, Values: reason("x")}); r.OK {
		t.Errorf("fourth view: %+v", r)
	}
}

// TestFormsOfInputs checks the format of email and URL inputs.
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
				t.Errorf("the page does not show %q at the input", tt.says)
			}
			if r := submit(tt.good); !r.OK {
				t.Errorf("%s: %+v", tt.good, r)
			}
			<-served
		})
	}
}

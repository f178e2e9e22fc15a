package acceptance_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/handler"
	"inactivebot/bot/slacktest"
)

// tiny is a small organisation, because the fuzz test sets up thousands of
// worlds.
var tiny = atlassiantest.Options{Users: 60, Candidates: 5}

// Placeholders in a seed: the test replaces them by a listed account and the
// report's hash, so that a mutated seed is close to a valid press.
const (
	someAccount = "712020:x"
	someHash    = "0000"
)

// seeds returns the payloads from which fuzzing starts.
func seeds(t testing.TB) (out [][]byte) {
	add := func(payload any) {
		body, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, body)
	}
	const ada, channel = "U0APPROVER1", "C0ADMINS001"
	press := func(user, channel, id string, value any) map[string]any {
		return map[string]any{"type": "block_actions", "user": map[string]any{"id": user}, "channel": map[string]any{"id": channel}, "actions": []any{action(id, value)}}
	}
	for _, id := range handler.Actions()["button"] {
		for _, value := range []any{"1", "1." + someAccount, "", 1} {
			add(press(ada, channel, id, value))
		}
		add(press("U0MEMBER001", channel, id, "1"))
	}
	for _, id := range handler.Actions()["submit"] {
		for _, private := range []string{"1", someAccount, `{"r":1,"h":"0000","n":6,"s":"Pw"}`} {
			add(submission(ada, id, private, choice("all")))
			add(submission("U0GUEST0001", id, private, nil))
		}
	}
	add(with(press(ada, channel, "exclude", "1"), "actions", []any{action("exclude", "1"), action("stop", "1")}))
	add(with(press(ada, channel, "exclude", "1"), "view", map[string]any{"id": "V1", "private_metadata": "1.0"}))
	return out
}

// FuzzInteraction sends any JSON as an interaction. It must be acknowledged, no
// handler may panic, and nothing may change unless an approver pressed
// something that exists.
func FuzzInteraction(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if !json.Valid(payload) {
			return
		}
		inWorld(t, tiny, nil, func(w *world) {
			w.command(w.slack.Users.Approver, "scan")
			w.pass(20 * time.Second)
			payload = bytes.ReplaceAll(payload, []byte(someAccount), []byte(accounts(buttons(w.report(), "exclude"))[0]))
			payload = bytes.ReplaceAll(payload, []byte(someHash), []byte(w.lastReport().Hash))
			digest, orgState := w.digest(), w.orgState()
			got, err := w.slack.Envelope(slacktest.Envelope{Type: "interactive", Payload: payload})
			if err != nil || !got.OK {
				t.Errorf("ack %+v, %v", got, err)
			}
			w.pass(5 * time.Second)
			if strings.Contains(w.log.String(), "panicked") {
				t.Errorf("a handler panicked: %s", w.log)
			}
			if (w.digest() != digest || w.orgState() != orgState) && !w.couldCount(payload) {
				t.Error("something changed")
			}
		})
	})
}

// couldCount reports whether an approver's client can send the payload: one
// button of a message in the admin channel or of a modal, or a submitted modal.
func (w *world) couldCount(payload []byte) bool {
	var p struct {
		Type    string
		User    struct{ ID string }
		Channel struct{ ID string }
		View    struct {
			ID         string
			CallbackID string `json:"callback_id"`
		}
		Actions []struct {
			ActionID string `json:"action_id"`
		}
	}
	if json.Unmarshal(payload, &p) != nil || !slices.Contains(w.settings.Approvers, p.User.ID) {
		return false
	}
	known := handler.Actions()
	switch p.Type {
	case "view_submission":
		return slices.Contains(known["submit"], p.View.CallbackID)
	case "block_actions":
		here := p.Channel.ID == w.settings.Channel || p.View.ID != ""
		return here && len(p.Actions) == 1 && slices.Contains(known["button"], p.Actions[0].ActionID)
	}
	return false
}

package e2e

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// fields is a JSON object that a control API takes.
type fields = map[string]any

// result is the outcome of a person's action in Slack.
type result struct {
	OK    bool   `json:"ok"`
	AckMS int    `json:"ack_ms"`
	Error string `json:"error"`
}

// command types an /inactive command.
func (s *simulation) command(user, words string) {
	s.t.Helper()
	s.act("/inactive "+words, "/command", fields{"user": user, "command": "/inactive", "text": words})
}

// press presses a button of the newest report; an empty value selects the first
// button with the action.
func (s *simulation) press(user, action, value string) {
	s.t.Helper()
	s.act(action, "/press", fields{"user": user, "channel": s.addresses.Channel, "ts": s.report().TS, "action_id": action, "value": value})
}

// submit waits for a modal and submits it.
func (s *simulation) submit(user, callback string) {
	s.t.Helper()
	s.act(callback, "/submit", fields{"user": user, "view_id": s.waitModal(user, callback).ID})
}

func (s *simulation) act(what, path string, body fields) {
	s.t.Helper()
	if got := post[result](s, s.addresses.SlackControl+path, body); !got.OK {
		s.t.Fatalf("%s: slack shows %q", what, got.Error)
	}
}

// view is an open modal.
type view struct {
	ID       string   `json:"id"`
	Callback string   `json:"callback_id"`
	Private  string   `json:"private_metadata"`
	Blocks   []fields `json:"blocks"`
}

func (s *simulation) views(user string) []view {
	s.t.Helper()
	return get[[]view](s, s.addresses.SlackControl+"/views?user="+url.QueryEscape(user))
}

// waitModal waits until the user's top modal has this callback id.
func (s *simulation) waitModal(user, callback string) (top view) {
	s.t.Helper()
	s.until("the modal "+callback+"; "+user+" was answered "+strings.Join(s.ephemeralTexts(user), " | "), func() bool {
		all := s.views(user)
		if len(all) > 0 {
			top = all[len(all)-1]
		}
		return top.Callback == callback
	})
	return top
}

// ephemeralTexts returns the ephemeral messages for one user, oldest first.
func (s *simulation) ephemeralTexts(user string) (texts []string) {
	s.t.Helper()
	for _, m := range get[[]message](s, s.addresses.SlackControl+"/ephemerals?user="+url.QueryEscape(user)) {
		texts = append(texts, m.Text)
	}
	return texts
}

// waitEphemeral waits until a user has an ephemeral message that contains all
// words.
func (s *simulation) waitEphemeral(user string, words ...string) {
	s.t.Helper()
	s.until("the answer to "+user+": "+strings.Join(words, " … "), func() bool {
		return slices.ContainsFunc(s.ephemeralTexts(user), func(text string) bool { return containsAll(text, words) })
	})
}

func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// ack is an envelope in the simulator's list of acks.
type ack struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	AckedAt    *time.Time `json:"acked_at"`
	AckMS      int        `json:"ack_ms"`
	Late       bool       `json:"late"`
	Deliveries int        `json:"deliveries"`
}

func (s *simulation) acks() []ack {
	s.t.Helper()
	return get[[]ack](s, s.addresses.SlackControl+"/acks")
}

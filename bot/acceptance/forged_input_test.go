package acceptance_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/bot/handler"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// pressOf returns the payload of pressed buttons in the admin channel.
func (w *world) pressOf(user string, actions ...any) map[string]any {
	return map[string]any{
		"type": "block_actions", "team": map[string]any{"id": home}, "user": map[string]any{"id": user}, "trigger_id": newTrigger(),
		"channel": map[string]any{"id": w.settings.Channel}, "container": map[string]any{"type": "message", "message_ts": w.report().TS},
		"actions": actions,
	}
}

func action(id string, value any) map[string]any {
	return map[string]any{"type": "button", "block_id": "b1", "action_id": id, "value": value, "action_ts": actionTS()}
}

// triggers counts the trigger ids of forged payloads: Slack makes one for each
// press.
var triggers atomic.Int64

func newTrigger() string { return fmt.Sprintf("1.2.%d", triggers.Add(1)) }

// actionTS returns the time of a press now, another one for each press.
func actionTS() string {
	now := time.Now().Add(time.Duration(triggers.Add(1)) * time.Microsecond)
	return fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
}

// sealed returns a value or private metadata with the bot's installation.
func (w *world) sealed(value string) string {
	return strings.TrimSuffix(w.store.Installation().ID+"."+value, ".")
}

// messageOf returns the timestamp of a report's message, and of the newest one's
// if the value names none.
func (w *world) messageOf(value any) string {
	text, _ := value.(string)
	id, _, _ := strings.Cut(text, ".")
	for _, m := range w.top() {
		payload, _ := m.Metadata["event_payload"].(map[string]any)
		if payload["id"] == id && m.Metadata["event_type"] == "inactivebot_report" {
			return m.TS
		}
	}
	return w.report().TS
}

// pressStored presses a button that the message of a report or batch may not show.
func (w *world) pressStored(user, action, value string) slacktest.Result {
	w.t.Helper()
	got := w.slack.Press(slacktest.Press{User: user, Channel: w.settings.Channel, TS: w.messageOf(value), ActionID: action, Value: w.sealed(value)})
	w.pass(3 * time.Second)
	return got
}

// with sets a field of the payload; nil removes the field.
func with(payload map[string]any, field string, value any) map[string]any {
	payload[field] = value
	if value == nil {
		delete(payload, field)
	}
	return payload
}

// forged returns payloads that Slack would not send, for a world in which
// report 1 is superseded and report 2 is open, each with a part of the answer.
// The part is empty if there is nothing to answer to.
func forged(w *world) map[string]struct {
	payload any
	says    string
} {
	ada := w.slack.Users.Approver
	row := buttons(w.report(), "exclude")[0]
	account := accounts([]string{row})[0]
	stranger := w.someoneActive()
	press := func(id string, value any) map[string]any {
		at := map[string]any{"type": "message", "message_ts": w.messageOf(value)}
		if text, ok := value.(string); ok {
			value = w.sealed(text)
		}
		return with(w.pressOf(ada, action(id, value)), "container", at)
	}
	submit := func(callback, private string) map[string]any {
		return submission(ada, callback, w.sealed(private), nil)
	}
	inModal := func(id, value string) map[string]any {
		return with(press(id, value), "view", map[string]any{"id": "V1", "private_metadata": w.sealed("")})
	}
	type forgery = struct {
		payload any
		says    string
	}
	const notStored = "I don't have this report"
	return map[string]forgery{
		"unknown action":                     {press("launch", "2"), ""},
		"a report that does not exist":       {press("suspend_all", "99"), notStored},
		"a person of a missing report":       {press("exclude", "99."+account), notStored},
		"an old report":                      {press("suspend_all", "1"), "newer report"},
		"a person of an old report":          {press("exclude", "1."+account), "newer report"},
		"a person who is not in the report":  {press("exclude", "2."+stranger), "not in the report"},
		"an account that does not exist":     {press("exclude", "2.712020:nobody"), "not in the report"},
		"undo for a stranger":                {press("undo_exclude", "2."+stranger), "not in the report"},
		"a batch that does not exist":        {press("stop", "99"), notStored},
		"a second approval of nothing":       {press("second_approve", "7"), notStored},
		"a restore of another's suspension":  {submit("restore_confirm", stranger), "is not suspended by this bot"},
		"an override of an open report":      {press("override", "2"), "This report is open"},
		"an override submitted without lock": {submit("override_confirm", "2"), "This report is open"},
		"a negative report":                  {press("suspend_all", "-2"), notStored},
		"a report with a sign":               {press("suspend_all", "+2"), notStored},
		"a report too large for a number":    {press("suspend_all", "99999999999999999999999999"), notStored},
		"a row without a person":             {press("exclude", "2."), notStored},
		"a row without a report":             {press("exclude", "."+account), notStored},
		"a page that is not a number":        {press("browse_page", "2.x"), notStored},
		"a lane that does not exist":         {press("lanes_open", "2.nowhere.0"), notStored},
		"a page of a lane, not a number":     {press("lanes_page", "2.active.x"), notStored},
		"a lane of a missing report":         {press("lanes_open", "99.active.0"), notStored},
		"a file of a missing report":         {press("lanes_csv", "99"), notStored},
		"a search without a modal":           {press("browse_search", "ada"), notStored},
		"a sort order without a modal":       {press("browse_sort", "name"), notStored},
		"a page of exclusions, not a number": {press("exclusions_page", "x"), notStored},
		"an exclusion that does not exist":   {inModal("remove_exclusion", stranger), ""},
		"a rule that does not exist":         {inModal("remove_exclusion", "rule:"+noise(2)), ""},
		"a search bound to nothing":          {submit("browse", ""), notStored},
		"a search without a lane":            {submit("lanes", `{"r":2}`), notStored},
		"several actions":                    {w.pressOf(ada, action("exclude", row), action("suspend_all", "2")), ""},
		"no actions":                         {w.pressOf(ada), ""},
		"no action list":                     {with(press("exclude", row), "actions", nil), ""},
		"no channel":                         {with(press("exclude", row), "channel", nil), "work only in"},
		"no user":                            {with(press("exclude", row), "user", nil), ""},
		"no type":                            {with(press("exclude", row), "type", nil), ""},
		"another type":                       {with(press("exclude", row), "type", "message_action"), ""},
		"a closed modal":                     {with(submit("suspend_confirm", "2"), "type", "view_closed"), ""},
		"nothing at all":                     {map[string]any{}, ""},
		"a list":                             {[]any{1, 2}, ""},
		"a user that is a text":              {with(press("exclude", row), "user", ada), ""},
		"actions that are an object":         {with(press("exclude", row), "actions", action("exclude", row)), ""},
		"a value that is a number":           {press("exclude", 2), ""},
		"a value that is a list":             {press("exclude", []any{row}), ""},
		"unknown modal":                      {submit("launch_confirm", "2"), ""},
		"no view":                            {with(submit("suspend_confirm", "2"), "view", nil), ""},
		"a view that is a list":              {with(submit("suspend_confirm", "2"), "view", []any{}), ""},
		"a suspension bound to a batch":      {submit("suspend_confirm", "2"), notStored},
		"a suspension bound to a person":     {submit("suspend_confirm", account), notStored},
		"a suspension bound to nothing":      {submit("suspend_confirm", ""), notStored},
		"an undo bound to a person":          {submit("undo_confirm", account), notStored},
		"a restore bound to a report":        {submit("restore_confirm", "2"), "is not suspended by this bot"},
		"a restore bound to a suspension":    {submit("restore_confirm", `{"r":2,"h":"x","n":6,"s":"Pw"}`), "is not suspended by this bot"},
		"an override bound to a suspension":  {submit("override_confirm", `{"r":2,"h":"x","n":6,"s":"Pw"}`), notStored},
		"a choice of the wrong type":         {submission(ada, "suspend_confirm", w.sealed("{}"), map[string]any{"how_many": []any{1}}), ""},
		"an exclusion of 2,000 random bytes": {press("exclude", noise(1)), notStored},
	}
}

// noise returns 2,000 random bytes.
func noise(seed uint64) string {
	dice, b := rand.New(rand.NewPCG(seed, 0)), make([]byte, 2000)
	for i := range b {
		b[i] = byte(dice.Uint32())
	}
	return string(b)
}

// someoneActive returns an active account that the report does not list.
func (w *world) someoneActive() string {
	w.t.Helper()
	listed := accounts(buttons(w.report(), "exclude"))
	for _, p := range w.org.AllPeople() {
		if p.Status == "active" && p.AccountType == "atlassian" && !strings.Contains(strings.Join(listed, " "), p.AccountID) {
			return p.AccountID
		}
	}
	w.t.Fatal("no other active person")
	return ""
}

// twoReports makes two reports. The second one supersedes the first.
func (w *world) twoReports() {
	w.t.Helper()
	w.command(w.slack.Users.Approver, "scan")
	w.command(w.slack.Users.Approver, "scan")
	w.pass(20 * time.Second)
}

// sendWithoutEffect sends a payload and fails unless it is acknowledged in time and
// changes nothing. It returns the answer.
func (w *world) sendWithoutEffect(name string, payload any) string {
	w.t.Helper()
	ada := w.slack.Users.Approver
	digest, orgState, told := w.digest(), w.orgState(), len(w.told(ada))
	got := w.send(payload)
	w.pass(5 * time.Second)
	if !got.OK || got.AckMS >= 3000 {
		w.t.Errorf("%s: ack %+v", name, got)
	}
	if w.digest() != digest || w.orgState() != orgState {
		w.t.Errorf("%s changed something", name)
	}
	if strings.Contains(w.log.String(), "panicked") {
		w.t.Fatalf("%s: %s", name, w.log)
	}
	return strings.Join(w.told(ada)[told:], "\n") + string(got.Response)
}

// TestForgeries sends payloads that no Slack client sends, in the name of an
// approver. Each is acknowledged and changes nothing; where an answer is
// possible, it gives the reason.
func TestForgeries(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.twoReports()
		for name, f := range forged(w) {
			if says := w.sendWithoutEffect(name, f.payload); !strings.Contains(says, f.says) || f.says != "" && !strings.Contains(says, "Nothing was changed") {
				t.Errorf("%s: answered %q, want %q", name, says, f.says)
			}
		}
		before := w.digest()
		w.send(with(w.pressOf(w.slack.Users.Approver, action("exclude", buttons(w.report(), "exclude")[0])), "more", []any{1}))
		if w.pass(5 * time.Second); w.digest() == before {
			t.Error("a valid press with an additional field changed nothing: the test is void")
		}
	})
}

// TestNoiseInEveryButton puts 2,000 random bytes into every button and modal.
func TestNoiseInEveryButton(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.twoReports()
		ada := w.slack.Users.Approver
		for i, id := range handler.Actions()["button"] {
			w.sendWithoutEffect(id, w.pressOf(ada, action(id, noise(uint64(i)))))
			w.sendWithoutEffect(id, w.pressOf(ada, action(id, w.sealed(noise(uint64(i))))))
		}
		for i, id := range handler.Actions()["submit"] {
			w.sendWithoutEffect(id, submission(ada, id, noise(uint64(i)), nil))
			w.sendWithoutEffect(id, submission(ada, id, w.sealed(noise(uint64(i))), nil))
			w.sendWithoutEffect(id, submission(ada, id, w.sealed(""), choice(noise(uint64(i)))))
		}
	})
}

// bindingOf opens the suspend modal and returns its private metadata.
func (w *world) bindingOf(user string) (bound map[string]any) {
	w.t.Helper()
	w.press(user, "suspend_all", "")
	views := w.slack.Views(user)
	if len(views) == 0 {
		w.t.Fatalf("no modal: %q", w.told(user))
	}
	top := views[len(views)-1]
	if err := json.Unmarshal([]byte(strings.TrimPrefix(top.PrivateMetadata, w.sealed("")+".")), &bound); err != nil {
		w.t.Fatal(err)
	}
	w.slack.CloseView(user, top.ID)
	return bound
}

func (w *world) bound(b map[string]any) string {
	body, _ := json.Marshal(b)
	return w.sealed(string(body))
}

// TestTamperedBinding submits the suspend modal with changed private metadata.
// It suspends no one who is not in the report, no one excluded, and no one
// above the cap.
func TestTamperedBinding(t *testing.T) {
	t.Parallel()
	allBits := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\xff", 1000)))
	tests := map[string]func(map[string]any){
		"the hash of another report":   func(b map[string]any) { b["h"] = strings.Repeat("0", 64) },
		"no hash":                      func(b map[string]any) { delete(b, "h") },
		"an old report":                func(b map[string]any) { b["r"] = 1 },
		"a report that does not exist": func(b map[string]any) { b["r"] = 99 },
		"a report that is a text":      func(b map[string]any) { b["r"] = "2" },
		"no one":                       func(b map[string]any) { b["s"] = "" },
		"positions that do not decode": func(b map[string]any) { b["s"] = "!!" },
		"positions beyond the report":  func(b map[string]any) { b["s"] = base64.RawStdEncoding.EncodeToString([]byte{0, 0, 0, 0, 255}) },
		"a negative number":            func(b map[string]any) { b["n"] = -1 },
		"more than the cap":            func(b map[string]any) { b["n"], b["s"] = 1_000_000, allBits },
	}
	capped := func(s *bot.Settings) { s.MaxSuspend = 3 }
	inWorld(t, small, capped, func(w *world) {
		w.twoReports()
		ada := w.slack.Users.Approver
		for name, tamper := range tests {
			b := w.bindingOf(ada)
			tamper(b)
			if says := w.sendWithoutEffect(name, submission(ada, "suspend_confirm", w.bound(b), nil)); !strings.Contains(says, "Nothing was changed") {
				t.Errorf("%s: answered %q", name, says)
			}
		}
		rows := buttons(w.report(), "exclude")
		w.press(ada, "exclude", rows[0])
		w.press(ada, "exclude", rows[1])
		w.press(ada, "exclude", rows[2])
		b := w.bindingOf(ada)
		b["s"], b["n"] = allBits, 1000
		w.send(submission(ada, "suspend_confirm", w.bound(b), nil))
		w.pass(5 * time.Minute)
		if got, want := w.suspended(), accounts(rows[3:]); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("suspended %v, want %v", got, want)
		}
	})
}

// TestReplayedSubmission sends a submission again, in the same envelope and in
// new ones: it is one decision.
func TestReplayedSubmission(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		payload := submission(ada, "suspend_confirm", w.bound(w.bindingOf(ada)), nil)
		w.send(payload)
		acks := w.slack.Acks()
		for range 3 {
			if _, err := w.slack.Envelope(slacktest.Envelope{Replay: acks[len(acks)-1].ID}); err != nil {
				t.Fatal(err)
			}
			if got := w.send(payload); !strings.Contains(string(got.Response), "clear") {
				t.Errorf("a repeated submission is answered with %s, want the modal closed", got.Response)
			}
			w.pass(time.Minute)
		}
		for _, p := range w.org.AllPeople() {
			if p.SuspendRequests > 1 {
				t.Errorf("%s got %d suspend requests", p.AccountID, p.SuspendRequests)
			}
		}
		approvals := 0
		for _, l := range w.lines() {
			if l.Action == "approve" {
				approvals++
			}
		}
		if approvals != 1 || len(w.suspended()) != 6 {
			t.Errorf("%d approvals and %d suspended, want 1 and 6", approvals, len(w.suspended()))
		}
	})
}

// lastReport returns the newest report from the database.
func (w *world) lastReport() (r storage.Report) {
	w.t.Helper()
	w.stored(func(s *storage.Store) (err error) {
		r, _, err = s.LastReport()
		return err
	})
	return r
}

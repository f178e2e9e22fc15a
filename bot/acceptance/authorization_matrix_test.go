package acceptance_test

import (
	"encoding/json"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/blocks"
	"inactivebot/bot/slacktest"
)

// scenario runs the rows of the matrix in an order in which each row finds the
// state that it needs.
type scenario struct {
	*world
	presser
	kept map[string]string // private metadata of modals by callback id.
}

// row is a row of the matrix: one button, modal or command.
type row struct {
	kind    string // as in [handler.Actions].
	what    string
	modal   bool            // a button in a modal.
	opens   bool            // a command that opens a modal.
	changes bool            // it changes stored data.
	stage   func(*scenario) // what another approver does first.
	press   func(s *scenario, user string) slacktest.Result
}

var matrix = []row{
	{kind: "open", what: "help", press: typed("help")},
	{kind: "open", what: "status", press: typed("status")},
	{kind: "command", what: "scan", changes: true, press: typed("scan")},
	{kind: "command", what: "report", press: typed("report")},
	{kind: "command", what: "exclusions", opens: true, press: typed("exclusions")},
	{kind: "command", what: "history", press: typed("history")},
	{kind: "command", what: "why", press: typed("why nobody@example.com")},
	{kind: "command", what: "pause", changes: true, press: typed("pause")},
	{kind: "command", what: "resume", changes: true, press: typed("resume")},
	{kind: "button", what: "browse", press: pressed("browse")},
	{kind: "button", what: "browse_page", modal: true, press: forgedPress("browse_page", "1.0", "")},
	{kind: "button", what: "browse_page_back", modal: true, press: forgedPress("browse_page_back", "1.0", "")},
	{kind: "button", what: "browse_search", modal: true, press: forgedPress("browse_search", "a", "")},
	{kind: "button", what: "browse_sort", modal: true, press: forgedPress("browse_sort", "name", "")},
	{kind: "submit", what: "browse", press: forgedSearch("browse", "")},
	{kind: "button", what: "lanes", press: pressed("lanes")},
	{kind: "button", what: "lanes_open", modal: true, press: forgedPress("lanes_open", "1.protected.0", "")},
	{kind: "button", what: "lanes_page", modal: true, press: forgedPress("lanes_page", "1.active.1", "")},
	{kind: "button", what: "lanes_page_back", modal: true, press: forgedPress("lanes_page_back", "1.active.0", "")},
	{kind: "button", what: "lanes_search", modal: true, press: forgedPress("lanes_search", "a", "active")},
	{kind: "submit", what: "lanes", press: forgedSearch("lanes", "active")},
	{kind: "button", what: "lanes_csv", modal: true, changes: true, press: forgedPress("lanes_csv", "1", "")},
	{kind: "button", what: "exclude", changes: true, press: pressed("exclude")},
	{kind: "button", what: "exclude_details", press: pressed("exclude_details")},
	{kind: "submit", what: "exclude_details", changes: true, stage: opened("exclude_details"), press: func(s *scenario, user string) slacktest.Result {
		return s.send(submission(user, "exclude_details", s.kept["exclude_details"], typedIn("reason", time.Now().String())))
	}},
	{kind: "button", what: "undo_exclude", changes: true, press: pressed("undo_exclude")},
	{kind: "command", what: "exclude", changes: true, press: typed("exclude domain:example.org")},
	{kind: "button", what: "exclusions_page", modal: true, press: forgedPress("exclusions_page", "1", "")},
	{kind: "button", what: "exclusions_page_back", modal: true, press: forgedPress("exclusions_page_back", "0", "")},
	{kind: "button", what: "remove_exclusion", modal: true, changes: true, stage: first("exclude domain:example.net"), press: forgedPress("remove_exclusion", "rule:domain:example.net", "")},
	{kind: "command", what: "include", changes: true, press: typed("include domain:example.org")},
	{kind: "command", what: "unexclude", changes: true, stage: first("exclude domain:example.org"), press: typed("unexclude domain:example.org")},
	{kind: "button", what: "scan_again", changes: true, press: func(s *scenario, user string) slacktest.Result {
		return s.button(user, "scan_again", buttons(s.report(), "lanes")[0])
	}},
	{kind: "button", what: "suspend_all", press: pressed("suspend_all")},
	{kind: "submit", what: "suspend_confirm", changes: true, stage: opened("suspend_all"), press: forgedSubmit("suspend_confirm")},
	{kind: "command", what: "suspended", press: typed("suspended")},
	{kind: "button", what: "restore_somebody", press: pressedBatch("restore_somebody")},
	{kind: "button", what: "undo_batch", press: pressedBatch("undo_batch")},
	{kind: "button", what: "restore", press: pressed("restore")},
	{kind: "submit", what: "restore_confirm", changes: true, stage: opened("restore"), press: forgedSubmit("restore_confirm")},
	{kind: "command", what: "restore", changes: true, press: func(s *scenario, user string) slacktest.Result {
		return s.types(user, "restore "+s.suspended()[0])
	}},
	{kind: "submit", what: "undo_confirm", changes: true, stage: undoing, press: forgedSubmit("undo_confirm")},
	{kind: "button", what: "second_approve", stage: awaiting, press: pressed("second_approve")},
	{kind: "submit", what: "second_confirm", changes: true, stage: confirming, press: forgedSubmit("second_confirm")},
	{kind: "button", what: "stop", changes: true, stage: first("pause"), press: pressed("stop")},
	{kind: "button", what: "resume", changes: true, press: pressed("resume")},
	{kind: "button", what: "close", changes: true, stage: stopped, press: pressed("close")},
	{kind: "button", what: "override", stage: locked, press: pressed("override")},
	{kind: "submit", what: "override_confirm", changes: true, stage: opened("override"), press: forgedSubmit("override_confirm")},
}

// begin adds the person and makes a first report.
func (s *scenario) begin() {
	u := s.user
	u.ID, u.Name, u.RealName, u.Email = person, "person", "Pia Person", "pia.person@example.com"
	if u.TeamID == "" {
		u.TeamID, u.EnterpriseID = home, grid
	}
	s.slack.SetUser(u)
	s.slack.SetChannel(slacktest.Channel{ID: elsewhere, Name: "elsewhere", Members: []string{person}})
	for _, c := range s.slack.Channels() {
		if c.ID == s.settings.Channel {
			c.Members = append(c.Members, person)
			s.slack.SetChannel(c)
		}
	}
	if s.group {
		s.slack.SetGroup(slacktest.Group{ID: s.slack.Group, Members: []string{person}})
	}
	s.pass(time.Minute)
	s.kept = map[string]string{}
	s.command(s.slack.Users.Approver, "scan")
	if s.prepare != nil {
		s.prepare(s)
	}
}

// where returns the channel in which a user presses and types.
func (s *scenario) where(user string) string {
	if user == person && s.channel != "" {
		return s.channel
	}
	return s.settings.Channel
}

func (s *scenario) types(user, text string) slacktest.Result {
	return s.slack.Command(slacktest.Command{User: user, Channel: s.where(user), Command: "/inactive", Text: text})
}

func (s *scenario) button(user, action, value string) slacktest.Result {
	return s.slack.Press(slacktest.Press{User: user, Channel: s.where(user), TS: s.report().TS, ActionID: action, Value: value})
}

func typed(text string) func(*scenario, string) slacktest.Result {
	return func(s *scenario, user string) slacktest.Result { return s.types(user, text) }
}

// pressed presses the first button of the report with this action.
func pressed(action string) func(*scenario, string) slacktest.Result {
	return func(s *scenario, user string) slacktest.Result {
		values := buttons(s.report(), action)
		if len(values) == 0 {
			s.t.Fatalf("the report has no button %s: %s", action, blockText(s.report()))
		}
		return s.button(user, action, values[0])
	}
}

// pressedBatch presses a button of batch 1 without looking for it in the message.
func pressedBatch(action string) func(*scenario, string) slacktest.Result {
	return func(s *scenario, user string) slacktest.Result { return s.button(user, action, s.sealed("1")) }
}

// remembered returns the private metadata of a modal on report 1.
func (s *scenario) remembered(lane string) string {
	return s.sealed(blocks.ListState{Report: 1, Lane: lane}.Encode())
}

// forgedPress sends a forged press in a modal that lists people of report 1.
func forgedPress(action, value, lane string) func(*scenario, string) slacktest.Result {
	return func(s *scenario, user string) slacktest.Result {
		return s.send(map[string]any{
			"type": "block_actions", "team": map[string]any{"id": home}, "user": map[string]any{"id": user}, "trigger_id": newTrigger(),
			"container": map[string]any{"type": "view", "view_id": "V0NOWHERE00"},
			"view":      map[string]any{"id": "V0NOWHERE00", "type": "modal", "private_metadata": s.remembered(lane)},
			"actions":   []any{map[string]any{"type": "button", "block_id": "b1", "action_id": action, "value": value, "action_ts": actionTS()}},
		})
	}
}

// forgedSearch submits a search in a modal that lists people of report 1.
func forgedSearch(callback, lane string) func(*scenario, string) slacktest.Result {
	return func(s *scenario, user string) slacktest.Result {
		return s.send(submission(user, callback, s.remembered(lane), nil))
	}
}

// forgedSubmit submits a modal that another approver opened, as a forged payload.
func forgedSubmit(callback string) func(*scenario, string) slacktest.Result {
	return func(s *scenario, user string) slacktest.Result {
		return s.send(submission(user, callback, s.kept[callback], nil))
	}
}

// submission returns the payload of a submitted modal.
func submission(user, callback, private string, values map[string]any) map[string]any {
	return map[string]any{
		"type": "view_submission", "team": map[string]any{"id": home}, "user": map[string]any{"id": user}, "trigger_id": newTrigger(),
		"view": map[string]any{
			"id": "V0SUBMITTED", "type": "modal", "callback_id": callback, "private_metadata": private,
			"state": map[string]any{"values": values},
		},
	}
}

// choice returns the state of the suspend modal with an option selected.
func choice(value string) map[string]any {
	return map[string]any{"how_many": map[string]any{"choice": map[string]any{
		"type": "radio_buttons", "selected_option": map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}},
	}}}
}

// typedIn returns the state of a modal with text in one of its inputs.
func typedIn(input, text string) map[string]any {
	return map[string]any{input: map[string]any{input: map[string]any{"type": "plain_text_input", "value": text}}}
}

// send sends a raw interaction and waits for its ack.
func (w *world) send(payload any) slacktest.Result {
	w.t.Helper()
	body, err := json.Marshal(payload)
	if err != nil {
		w.t.Fatal(err)
	}
	got, err := w.slack.Envelope(slacktest.Envelope{Type: "interactive", Payload: body})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// first makes an approver type a command first.
func first(text string) func(*scenario) {
	return func(s *scenario) { s.command(s.slack.Users.Approver, text) }
}

// opened makes an approver open a modal and keeps its private metadata.
func opened(action string) func(*scenario) {
	return func(s *scenario) {
		s.pass(time.Minute)
		ada := s.slack.Users.Approver
		s.press(ada, action, buttons(s.report(), action)[0])
		s.keep(ada)
	}
}

// keep stores the private metadata of the user's top modal and closes it.
func (s *scenario) keep(user string) {
	views := s.slack.Views(user)
	if len(views) == 0 {
		s.t.Fatalf("no modal opened: %q", s.told(user))
	}
	top := views[len(views)-1]
	s.kept[top.CallbackID] = top.PrivateMetadata
	s.slack.CloseView(user, top.ID)
}

// confirming opens the second approval of the batch as another approver.
func confirming(s *scenario) {
	ben := s.slack.Users.Approver2
	s.press(ben, "second_approve", "")
	s.keep(ben)
}

func undoing(s *scenario) {
	ada := s.slack.Users.Approver
	s.press(ada, "undo_batch", s.sealed("1"))
	s.keep(ada)
}

// awaiting leaves a batch of all remaining people waiting for a second
// approver. Atlassian answers slowly from then on, so the batch does not finish
// at once.
func awaiting(s *scenario) {
	s.pass(2 * time.Minute)
	opened("suspend_all")(s)
	s.send(submission(s.slack.Users.Approver, "suspend_confirm", s.kept["suspend_confirm"], choice("all")))
	s.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, DelayMS: 9000})
	s.pass(10 * time.Second)
}

func (w *world) fault(f atlassiantest.Fault) {
	w.t.Helper()
	if err := w.org.AddFault(f); err != nil {
		w.t.Error(err)
	}
}

// stopped stops the running batch.
func stopped(s *scenario) {
	pressed("stop")(s, s.slack.Users.Approver)
	s.pass(3 * time.Second)
}

// locked makes a locked report: the clocks disagree.
func locked(s *scenario) {
	s.org.ClearFaults()
	s.command(s.slack.Users.Approver, "resume")
	if err := s.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(600)}); err != nil {
		s.t.Error(err)
	}
	s.command(s.slack.Users.Approver, "scan")
	if got := buttons(s.report(), "override"); len(got) != 1 {
		s.t.Fatalf("not locked: %s", blockText(s.report()))
	}
}

package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// message is a message as the simulator stores it.
type message struct {
	TS       string   `json:"ts"`
	Thread   string   `json:"thread_ts"`
	Text     string   `json:"text"`
	Blocks   []fields `json:"blocks"`
	Metadata struct {
		Type string `json:"event_type"`
	} `json:"metadata"`
}

// messages returns the admin channel's messages, oldest first.
func (s *simulation) messages() []message {
	s.t.Helper()
	return get[[]message](s, s.addresses.SlackControl+"/messages?channel="+s.addresses.Channel)
}

// waitMessage waits until a message in the channel or in one of its threads
// contains all words.
func (s *simulation) waitMessage(words ...string) {
	s.t.Helper()
	s.until("a message with "+strings.Join(words, " … "), func() bool {
		return slices.ContainsFunc(s.messages(), func(m message) bool { return containsAll(m.Text+fmt.Sprint(m.Blocks), words) })
	})
}

// report returns the newest report's message, or the zero message.
func (s *simulation) report() message {
	s.t.Helper()
	for _, m := range slices.Backward(s.messages()) {
		if m.Metadata.Type == "inactivebot_report" {
			return m
		}
	}
	return message{}
}

// waitReport waits for the first report. It returns the values of its Exclude
// buttons and their accounts, in the order of the rows.
func (s *simulation) waitReport() (values, accounts []string) {
	s.t.Helper()
	s.until("a report with people", func() bool {
		values = s.report().buttons("exclude")
		return len(values) > 0
	})
	return values, accountsOf(values)
}

// accountsOf returns the accounts in the values of row buttons.
func accountsOf(values []string) (accounts []string) {
	for _, v := range values {
		_, account, _ := strings.Cut(bare(v), ".")
		accounts = append(accounts, account)
	}
	return accounts
}

// bare returns the value of a button without the installation before it.
func bare(value string) string {
	_, rest, _ := strings.Cut(value, ".")
	return rest
}

// sealed returns a value with the installation of the newest report's buttons.
func (s *simulation) sealed(value string) string {
	s.t.Helper()
	var id string
	s.until("a report with buttons", func() bool {
		for _, e := range s.report().elements() {
			if value, ok := e["value"].(string); ok {
				id, _, _ = strings.Cut(value, ".")
			}
		}
		return id != ""
	})
	return id + "." + value
}

// sorted returns a sorted copy without some entries.
func sorted(all []string, without ...string) []string {
	left := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(without, s) })
	slices.Sort(left)
	return left
}

// buttons returns the values of all buttons with an action.
func (m message) buttons(action string) (values []string) {
	for _, e := range m.elements() {
		if e["action_id"] == action {
			values = append(values, fmt.Sprint(e["value"]))
		}
	}
	return values
}

// labels returns the texts of all buttons with an action.
func (m message) labels(action string) (texts []string) {
	for _, e := range m.elements() {
		if e["action_id"] == action {
			texts = append(texts, textOf(e))
		}
	}
	return texts
}

func (m message) elements() (all []fields) {
	for _, b := range m.Blocks {
		if e, ok := b["accessory"].(fields); ok {
			all = append(all, e)
		}
		list, _ := b["elements"].([]any)
		for _, e := range list {
			if e, ok := e.(fields); ok {
				all = append(all, e)
			}
		}
	}
	return all
}

// textOf returns the text of a block or an element.
func textOf(b fields) string {
	text, _ := b["text"].(fields)
	s, _ := text["text"].(string)
	return s
}

var rowID = regexp.MustCompile(`\.row[0-9]+$`)

// rows returns the texts of the people's rows, in order.
func (m message) rows() (texts []string) {
	for _, b := range m.Blocks {
		if rowID.MatchString(fmt.Sprint(b["block_id"])) {
			texts = append(texts, textOf(b))
		}
	}
	return texts
}

// all returns all text of the message.
func (m message) all() string { return m.Text + fmt.Sprint(m.Blocks) }

const saysSuspended = ":no_entry: suspended"

// checkShownSuspensions fails if the report shows a person as suspended who is not. The
// listed accounts are those of the rows, in order. No one may be restored
// during the check, because it reads the message before the accounts.
func (s *simulation) checkShownSuspensions(listed []string) {
	s.t.Helper()
	rows := s.report().rows()
	orgState := s.orgState()
	for i, row := range rows[:min(len(rows), len(listed))] {
		if strings.Contains(row, saysSuspended) && !orgState[listed[i]].Suspended {
			s.t.Errorf("the report shows %s as suspended, who is not: %s", listed[i], row)
		}
	}
}

// waitBatchDone waits until the report's batch is finished, and checks
// throughout and at the end that the rows show as suspended who is.
func (s *simulation) waitBatchDone(listed []string) message {
	s.t.Helper()
	var m message
	s.until("the end of the batch", func() bool {
		s.checkShownSuspensions(listed)
		m = s.report()
		return len(m.buttons("undo_batch")) == 1 && len(m.buttons("resume")) == 0
	})
	rows, orgState := m.rows(), s.orgState()
	for i, row := range rows[:min(len(rows), len(listed))] {
		if got, want := strings.Contains(row, saysSuspended), orgState[listed[i]].Suspended; got != want {
			s.t.Errorf("the row of %s is %q, suspended is %t", listed[i], row, want)
		}
	}
	return m
}

// waitAllRestored waits until no one is suspended and n rows say who restored
// the person.
func (s *simulation) waitAllRestored(n int) {
	s.t.Helper()
	s.until("everyone to be restored", func() bool {
		return len(s.suspended()) == 0 && strings.Count(strings.Join(s.report().rows(), "\n"), "restored by <@") == n
	})
}

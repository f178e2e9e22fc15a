package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
)

func asTable(s *bot.Settings) { s.Table = true }

// slackFault adds a fault to Slack.
func (w *world) slackFault(f slacktest.Fault) {
	w.t.Helper()
	if err := w.slack.Fault(f); err != nil {
		w.t.Fatal(err)
	}
}

// blockKinds returns the types of a message's blocks.
func blockKinds(m slacktest.Message) string {
	var out []string
	for _, b := range m.Blocks {
		out = append(out, b["type"].(string))
	}
	return strings.Join(out, " ")
}

// TestTable presses every button in the table layout.
func TestTable(t *testing.T) {
	t.Parallel()
	inWorld(t, small, asTable, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		if got := blockKinds(w.report()); got != "section section actions data_table context" {
			t.Fatalf("the report has the blocks %s", got)
		}
		rows := buttons(w.report(), "exclude")
		w.press(ada, "exclude", rows[0])
		if got := buttons(w.report(), "undo_exclude"); len(got) != 1 || got[0] != rows[0] {
			t.Fatalf("undo is offered for %v, want %s", got, rows[0])
		}
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got := len(w.suspended()); got != len(rows)-1 {
			t.Fatalf("%d suspended, want %d", got, len(rows)-1)
		}
		w.press(ada, "restore", buttons(w.report(), "restore")[0])
		w.submit(ada, "restore_confirm")
		w.pass(time.Minute)
		if got := len(w.suspended()); got != len(rows)-2 {
			t.Errorf("%d suspended after a restore, want %d", got, len(rows)-2)
		}
	})
}

// TestTableRefused posts rows at once if Slack refuses the table. The bot
// remembers this until the setting is turned off.
func TestTableRefused(t *testing.T) {
	t.Parallel()
	inWorld(t, small, asTable, func(w *world) {
		ada := w.slack.Users.Approver
		w.slackFault(slacktest.Fault{Method: "chat.postMessage", Count: 1, Error: "invalid_blocks"})
		w.command(ada, "scan")
		if got := blockKinds(w.report()); strings.Contains(got, "data_table") || !strings.Contains(got, "section section actions section") {
			t.Errorf("the report has the blocks %s", got)
		}
		if got := len(w.top()); got != 2 {
			t.Errorf("%d messages in the channel, want 2: the greeting and one report", got)
		}
		w.stop()
		w.start()
		w.command(ada, "scan")
		if got := blockKinds(w.report()); strings.Contains(got, "data_table") {
			t.Errorf("after a restart the table is tried again: %s", got)
		}
		w.stop()
		w.settings.Table = false
		w.start()
		w.stop()
		w.settings.Table = true
		w.start()
		w.command(ada, "scan")
		if got := blockKinds(w.report()); !strings.Contains(got, "data_table") {
			t.Errorf("the table is not tried again: %s", got)
		}
	})
}

// TestTableRefusedOnUpdate refuses the table in an update of a message that was
// posted with one.
func TestTableRefusedOnUpdate(t *testing.T) {
	t.Parallel()
	inWorld(t, small, asTable, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.slackFault(slacktest.Fault{Method: "chat.update", Count: 1, Error: "invalid_blocks"})
		w.press(ada, "exclude", buttons(w.report(), "exclude")[0])
		if got := blockKinds(w.report()); strings.Contains(got, "data_table") || !strings.Contains(got, "section section actions section") {
			t.Errorf("the report has the blocks %s", got)
		}
	})
}

// TestPicture checks that the thread has a chart from 20 people on, with a
// sentence that says the same.
func TestPicture(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 250, Candidates: 10}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		charts := func() (n int, sentence string) {
			for _, m := range w.slack.Messages(w.settings.Channel) {
				if strings.HasPrefix(m.Text, "25 people by time without Confluence activity: ") {
					n += strings.Count(blockKinds(m), "data_visualization")
					sentence = m.Text
				}
			}
			return n, sentence
		}
		w.command(ada, "scan")
		w.pass(time.Minute)
		if n, _ := charts(); n != 1 {
			t.Fatalf("%d charts after the first report, want 1", n)
		}
		w.command(ada, "scan")
		w.pass(time.Minute)
		n, sentence := charts()
		if n != 3 || !strings.Contains(sentence, "The last 2 reports listed 25, 25.") {
			t.Errorf("%d charts after the second report, want 3: %s", n, sentence)
		}
	})
	inWorld(t, small, nil, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		for _, m := range w.slack.Messages(w.settings.Channel) {
			if strings.Contains(blockKinds(m), "data_visualization") {
				t.Errorf("a chart for few people: %s", m.Text)
			}
		}
	})
}

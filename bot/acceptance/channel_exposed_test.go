package acceptance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// namesIn returns the names and emails of candidates in what the channel shows
// from a moment on: messages, and files in their threads.
func (w *world) namesIn(since time.Time) (found []string) {
	w.t.Helper()
	var shown strings.Builder
	for _, m := range w.slack.Messages(w.settings.Channel) {
		if at := slackTime(m.TS); at.After(since) {
			fmt.Fprint(&shown, m.Text, m.Blocks)
		}
	}
	for _, f := range w.slack.Files() {
		if f.Created.After(since) {
			shown.WriteString(f.Content)
		}
	}
	for _, p := range w.org.AllPeople() {
		if p.Email != "" && strings.Contains(shown.String(), p.Email) {
			found = append(found, p.Email)
		}
	}
	return found
}

// TestCaseA6 lets others read the admin channel while the bot runs. Nothing with
// names is posted, the live report is redrawn without names and buttons, its list
// is deleted, the approvers get a direct message, and status says it. It comes back
// when the channel is private again.
func TestCaseA6(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*slacktest.Channel)
		says   string
	}{
		"shared with another company": {func(c *slacktest.Channel) { c.IsShared = true }, "is shared outside the organisation"},
		"made public":                 {func(c *slacktest.Channel) { c.IsPrivate = false }, "is public, so the whole workspace could read the names"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, two, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				w.pass(time.Minute)
				first := w.report().TS
				before := w.changeChannel(test.change)
				w.pass(10 * time.Second)
				began := time.Now()
				w.command(ada, "scan")
				w.pass(time.Minute)
				if got := w.namesIn(began); len(got) > 0 {
					t.Errorf("after the change the channel was shown %q", got)
				}
				m := w.messageAt(first)
				if got := anyButtons(m); len(got) > 0 || !strings.Contains(m.Text, test.says) || strings.Contains(blockText(m), "@example") {
					t.Errorf("the live report has the buttons %q: %s", got, blockText(m))
				}
				for _, f := range w.slack.Files() {
					if !f.Deleted {
						t.Errorf("the list %s is still there", f.Name)
					}
				}
				w.checkDirectMessages(1, test.says)
				w.command(ada, "status")
				w.checkLastAnswer(ada, test.says)
				w.checkWarned(storage.WarnChannel, true)
				w.pass(2 * time.Hour)
				w.checkDirectMessages(1, test.says)
				w.slack.SetChannel(before)
				w.pass(5 * time.Minute)
				if got := anyButtons(w.report()); len(got) == 0 || w.report().TS == first {
					t.Errorf("afterwards the newest report has the buttons %q", got)
				}
				w.checkWarned(storage.WarnChannel, false)
			})
		})
	}
}

// TestIncidentWhileExposed posts a message without names while others can read the
// channel: that does not end the exposure, and no one is told twice.
func TestIncidentWhileExposed(t *testing.T) {
	t.Parallel()
	inWorld(t, small, two, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.changeChannel(func(c *slacktest.Channel) { c.IsPrivate = false })
		w.pass(10 * time.Second)
		w.command(ada, "scan")
		w.must(w.store.SetIncident("key_refused", time.Now()))
		w.running.Changed()
		w.pass(10 * time.Minute)
		w.checkDirectMessages(1, "is public, so the whole workspace could read the names")
		w.checkWarned(storage.WarnChannel, true)
	})
}

// TestExposureWithoutAPost makes the channel public while nothing is posted: the
// report is hidden within an hour.
func TestExposureWithoutAPost(t *testing.T) {
	t.Parallel()
	inWorld(t, small, two, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.pass(10 * time.Minute)
		w.changeChannel(func(c *slacktest.Channel) { c.IsPrivate = false })
		w.pass(61 * time.Minute)
		if got := anyButtons(w.report()); len(got) > 0 || !strings.Contains(w.report().Text, "is hidden") {
			t.Errorf("the report has the buttons %q: %s", got, w.report().Text)
		}
	})
}

// TestChannelThatCannotBeAsked holds posts back while Slack does not tell who can
// read the channel.
func TestChannelThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.pass(time.Minute)
		w.must(w.slack.Fault(slacktest.Fault{Method: "conversations.info", Count: -1, Status: 500}))
		n := len(w.top())
		w.command(w.slack.Users.Approver, "scan")
		w.pass(5 * time.Minute)
		if got := len(w.top()); got != n {
			t.Errorf("%d messages were posted", got-n)
		}
		w.slack.ClearFaults()
		w.pass(5 * time.Minute)
		w.report()
	})
}

// TestUndeliveredDirectMessage sends the direct message about the channel again
// when the app's Messages tab is turned on: a definite error means not told.
func TestUndeliveredDirectMessage(t *testing.T) {
	t.Parallel()
	inWorld(t, small, two, func(w *world) {
		w.slack.SetMessagesTab(false)
		w.command(w.slack.Users.Approver, "scan")
		w.changeChannel(func(c *slacktest.Channel) { c.Archived = true })
		w.press(w.slack.Users.Approver, "exclude", "")
		w.pass(10 * time.Minute)
		w.checkDirectMessages(0, "")
		w.slack.SetMessagesTab(true)
		w.pass(2 * time.Hour)
		w.checkDirectMessages(1, "unarchive it")
	})
}

// slackTime returns the time of a Slack timestamp.
func slackTime(ts string) time.Time {
	var seconds, micros int64
	_, _ = fmt.Sscanf(ts, "%d.%d", &seconds, &micros)
	return time.Unix(seconds, micros*1000)
}

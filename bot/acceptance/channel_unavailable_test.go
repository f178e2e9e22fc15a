package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// two sets two approvers and the default cap, and turns the schedule off.
func two(s *bot.Settings) {
	twoApprovers(s)
	s.MaxSuspend = 50
}

// directMessages returns the texts of the bot's direct messages to a user.
func (w *world) directMessages(user string) (out []string) {
	for _, c := range w.slack.Channels() {
		if c.IsIM && slices.Contains(c.Members, user) {
			for _, m := range w.slack.Messages(c.ID) {
				out = append(out, m.Text)
			}
		}
	}
	return out
}

// checkDirectMessages fails unless each approver got n direct messages and the last
// one contains text.
func (w *world) checkDirectMessages(n int, text string) {
	w.t.Helper()
	for _, user := range w.settings.Approvers {
		got := w.directMessages(user)
		if len(got) != n || n > 0 && !strings.Contains(got[n-1], text) {
			w.t.Errorf("%s got the direct messages %q, want %d and %q in the last", user, got, n, text)
		}
	}
}

// changeChannel changes the admin channel and returns its previous state.
func (w *world) changeChannel(change func(*slacktest.Channel)) (before slacktest.Channel) {
	for _, c := range w.slack.Channels() {
		if c.ID == w.settings.Channel {
			before = c
			c.Members = slices.Clone(c.Members)
			change(&c)
			w.slack.SetChannel(c)
		}
	}
	return before
}

func withoutBot(c *slacktest.Channel) {
	c.Members = slices.DeleteFunc(c.Members, func(m string) bool { return m == "U0INACTBOT1" })
}

// TestChannelThatCannotBePostedTo checks that each approver gets one direct
// message about the outage, also after a restart. Once the channel works again,
// the bot posts a note there and redraws the report. A second outage is
// reported again.
func TestChannelThatCannotBePostedTo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*slacktest.Channel)
		says   string
	}{
		"archived":                   {func(c *slacktest.Channel) { c.Archived = true }, "unarchive it"},
		"bot removed, public":        {func(c *slacktest.Channel) { c.IsPrivate = false; withoutBot(c) }, "no longer a member of the channel"},
		"bot removed, private":       {withoutBot, "the channel was deleted, or it is private"},
		"posting closed to everyone": {nil, "does not let the bot post"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			open := func(s *bot.Settings) {
				two(s)
				s.AllowPublicChannel = true
			}
			inWorld(t, small, open, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				for round := 1; round <= 2; round++ {
					restore := w.slack.ClearFaults
					if test.change != nil {
						before := w.changeChannel(test.change)
						restore = func() { w.slack.SetChannel(before) }
					} else {
						for _, method := range []string{"chat.postMessage", "chat.update"} {
							w.must(w.slack.Fault(slacktest.Fault{Method: method, Count: 1, Error: "restricted_action"}))
						}
					}
					row := buttons(w.report(), "exclude")[0]
					w.command(w.slack.Users.Approver, "exclude "+accounts([]string{row})[0])
					w.pass(10 * time.Second)
					if test.change != nil {
						w.pass(2 * time.Hour)
						w.stop()
						w.start()
						w.pass(2 * time.Hour)
					}
					restore()
					w.pass(3 * time.Minute)
					w.checkDirectMessages(round, test.says)
					back := 0
					for _, m := range w.top() {
						if strings.Contains(m.Text, "can post here again") {
							back++
						}
					}
					if back != round || len(buttons(w.report(), "undo_exclude")) != round {
						t.Errorf("%d notes that the channel works again, want %d; the report: %s", back, round, blockText(w.report()))
					}
				}
			})
		})
	}
}

// TestNobodyIsToldTwiceAfterALostAnswer checks that a direct message whose
// response was lost is not sent again, because Slack cannot look it up. One
// that was certainly not sent is retried.
func TestNobodyIsToldTwiceAfterALostAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacktest.Fault{
		"lost":    {Cut: "after"},
		"limited": {Status: 429, RetryAfter: 30},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, two, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				w.changeChannel(func(c *slacktest.Channel) { c.Archived = true })
				fault.Method, fault.Skip, fault.Count = "chat.postMessage", 1, 1 // skip the note in the channel.
				w.must(w.slack.Fault(fault))
				w.command(w.slack.Users.Approver, "pause")
				w.press(w.slack.Users.Approver, "exclude", "")
				w.pass(10 * time.Minute)
				w.checkDirectMessages(1, "unarchive it")
			})
		})
	}
}

// TestNobodyIsSuspendedWhereNobodySees stops a running batch while the channel
// cannot be posted to. It continues only after Resume is pressed.
func TestNobodyIsSuspendedWhereNobodySees(t *testing.T) {
	t.Parallel()
	inWorld(t, small, two, func(w *world) {
		all := w.runningBatch()
		before := w.changeChannel(func(c *slacktest.Channel) { c.Archived = true })
		w.pass(time.Minute)
		w.checkNoSuspensions(3 * time.Hour)
		w.checkDirectMessages(1, "a running batch stops")
		w.slack.SetChannel(before)
		w.pass(5 * time.Minute)
		w.checkNoSuspensions(time.Hour)
		if r := w.lastReport(); r.State != storage.ReportStopped || !strings.Contains(blockText(w.report()), "could not post in the admin channel") {
			t.Errorf("the report is %s: %s", r.State, blockText(w.report()))
		}
		w.press(w.slack.Users.Approver, "resume", "")
		w.checkAllSuspendedOnce(all)
	})
}

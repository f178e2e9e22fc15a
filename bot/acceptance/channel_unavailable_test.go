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

// two are both approvers, with the schedule out of the way.
func two(s *bot.Settings) {
	twoApprovers(s)
	s.MaxSuspend = 50
}

// direct returns the texts of the bot's direct messages to a person.
func (w *world) direct(user string) (out []string) {
	for _, c := range w.slack.Channels() {
		if c.IsIM && slices.Contains(c.Members, user) {
			for _, m := range w.slack.Messages(c.ID) {
				out = append(out, m.Text)
			}
		}
	}
	return out
}

// toldDirectly fails unless each approver has had so many direct messages, the
// last of which says this.
func (w *world) toldDirectly(n int, text string) {
	w.t.Helper()
	for _, user := range w.settings.Approvers {
		got := w.direct(user)
		if len(got) != n || n > 0 && !strings.Contains(got[n-1], text) {
			w.t.Errorf("%s was told %q, want %d messages and %q", user, got, n, text)
		}
	}
}

// changeChannel changes the admin channel and is how it was.
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

// TestChannelThatCannotBePostedTo: each approver is told once, also across
// restarts. When posting works again, the channel is told and shows what
// happened meanwhile. A second outage is told again.
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
					w.toldDirectly(round, test.says)
					back := 0
					for _, m := range w.top() {
						if strings.Contains(m.Text, "can post here again") {
							back++
						}
					}
					if back != round || len(buttons(w.report(), "undo_exclude")) != round {
						t.Errorf("told %d times that it works again, want %d; the report: %s", back, round, blockText(w.report()))
					}
				}
			})
		})
	}
}

// TestNobodyIsToldTwiceAfterALostAnswer: Slack does not let direct messages be
// looked up. What certainly did not go out does later.
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
				fault.Method, fault.Skip, fault.Count = "chat.postMessage", 1, 1 // the first is the note.
				w.must(w.slack.Fault(fault))
				w.command(w.slack.Users.Approver, "pause")
				w.press(w.slack.Users.Approver, "exclude", "")
				w.pass(10 * time.Minute)
				w.toldDirectly(1, "unarchive it")
			})
		})
	}
}

// TestNobodyIsSuspendedWhereNobodySees: a running batch stops while nothing can
// be posted, and continues when an approver presses Resume.
func TestNobodyIsSuspendedWhereNobodySees(t *testing.T) {
	t.Parallel()
	inWorld(t, small, two, func(w *world) {
		all := w.underWay()
		before := w.changeChannel(func(c *slacktest.Channel) { c.Archived = true })
		w.pass(time.Minute)
		w.still(3 * time.Hour)
		w.toldDirectly(1, "a running batch stops")
		w.slack.SetChannel(before)
		w.pass(5 * time.Minute)
		w.still(time.Hour)
		if r := w.lastReport(); r.State != storage.ReportStopped || !strings.Contains(blockText(w.report()), "could not post in the admin channel") {
			t.Errorf("the report is %s: %s", r.State, blockText(w.report()))
		}
		w.press(w.slack.Users.Approver, "resume", "")
		w.everybodyOnce(all)
	})
}

package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// incidents returns the channel's messages about problems that block the bot.
func (w *world) incidents() (out []slacktest.Message) {
	for _, m := range w.top() {
		if m.Metadata["event_type"] == "inactivebot_trouble" {
			out = append(out, m)
		}
	}
	return out
}

// checkIncident fails unless the channel has exactly one such message and it
// contains want.
func (w *world) checkIncident(want string) {
	w.t.Helper()
	all := w.incidents()
	if len(all) != 1 || !strings.Contains(all[0].Text, want) {
		w.t.Errorf("%d messages: %v, want one with %q\nlog: %s", len(all), all, want, w.log)
	}
}

// TestFailedScheduledScan retries a failed scan every hour. One message
// describes the outage from the first failure to the last, also after a restart
// or a lost response.
func TestFailedScheduledScan(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*world){
		"a restart": func(w *world) { w.stop(); w.start() },
		"a lost answer": func(w *world) {
			w.must(w.slack.Fault(slacktest.Fault{Method: "chat.update", Count: 1, Cut: "after"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				w.until(nextMonday().Add(-time.Hour))
				w.must(w.slack.Fault(slacktest.Fault{Method: "chat.postMessage", Count: 1, Cut: "after"}))
				w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 503}))
				w.pass(time.Hour + 30*time.Minute)
				w.checkIncident("Atlassian returns server errors")
				meanwhile(w)
				w.pass(2 * time.Hour)
				w.org.ClearFaults()
				w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 403}))
				w.pass(2 * time.Hour)
				w.checkIncident("The API key may not manage this organisation")
				w.checkIncident(" times so far since ")
				if w.reports() != 0 {
					t.Errorf("%d reports, want none", w.reports())
				}
				w.org.ClearFaults()
				w.pass(time.Hour)
				w.checkIncident("inactivebot has been working again since ")
				if got := w.reports(); got != 1 {
					t.Errorf("%d reports an hour after the outage, want 1\nlog: %s", got, w.log)
				}
				w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 503}))
				w.until(nextMonday().Add(time.Hour))
				if got := len(w.incidents()); got != 2 {
					t.Errorf("%d messages after the second outage, want one for each", got)
				}
			})
		})
	}
}

// TestTroubleMessageIsDeleted posts a new message in place of a deleted one
// while the problem persists, and none once it is solved.
func TestTroubleMessageIsDeleted(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.until(nextMonday().Add(-time.Hour))
		w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 503}))
		w.pass(time.Hour + 30*time.Minute)
		w.checkIncident("inactivebot is blocked")
		for _, end := range []func(){func() {}, w.org.ClearFaults} {
			w.must(w.slack.Fault(slacktest.Fault{Method: "chat.update", Count: 1, Error: "message_not_found"}))
			end()
			w.pass(time.Hour)
			if got := len(w.incidents()); got != 2 {
				t.Errorf("%d messages, want a second one in place of the first and no third; the log: %s", got, w.log)
			}
		}
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports, want one", got)
		}
	})
}

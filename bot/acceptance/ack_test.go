package acceptance_test

import (
	"fmt"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/bot/handler"
	"inactivebot/bot/slacktest"
)

// TestAckInTimeWhateverSlackDoes checks that every button and modal is
// acknowledged within Slack's three-second limit. None of the twelve approvers
// is cached, and every Slack method is slow.
func TestAckInTimeWhateverSlackDoes(t *testing.T) {
	t.Parallel()
	dozen := func(s *bot.Settings) {
		for i := range 12 {
			s.Approvers = append(s.Approvers, fmt.Sprintf("U0DOZEN00%02d", i))
		}
	}
	for _, delay := range []time.Duration{400 * time.Millisecond, 1400 * time.Millisecond, 10 * time.Second} {
		t.Run(delay.String(), func(t *testing.T) {
			inWorld(t, small, dozen, func(w *world) {
				for _, id := range w.settings.Approvers[1:] {
					w.slack.SetUser(slacktest.User{ID: id, Name: id, TeamID: home})
				}
				ada := w.slack.Users.Approver
				w.twoReports()
				payloads := map[string]any{}
				for _, id := range handler.Actions()["button"] {
					payloads[id+" of an old report"] = w.pressOf(ada, action(id, w.sealed("1")))
					payloads[id] = w.pressOf(ada, action(id, w.sealed("2")))
				}
				for _, id := range handler.Actions()["submit"] {
					payloads[id] = submission(ada, id, w.sealed("2"), nil)
				}
				if err := w.slack.Fault(slacktest.Fault{Method: "*", Count: 100_000, DelayMS: int(delay.Milliseconds())}); err != nil {
					t.Fatal(err)
				}
				for name, payload := range payloads {
					w.pass(3 * time.Minute)
					if got := w.send(payload); !got.OK || got.AckMS >= 3000 {
						t.Errorf("%s: acked after %d ms, %s", name, got.AckMS, got.Error)
					}
				}
				w.slack.ClearFaults()
				w.pass(5 * time.Minute)
			})
		})
	}
}

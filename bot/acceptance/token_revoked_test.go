package acceptance_test

import (
	"fmt"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// TestATokenRefusedLaterEndsTheBot checks that the bot ends, with instructions,
// once auth.test confirms that its token is refused. A single method that
// reports this, or lacks a scope, does not end it.
func TestATokenRefusedLaterEndsTheBot(t *testing.T) {
	t.Parallel()
	for code, ends := range map[string]bool{"token_revoked": true, "account_inactive": true, "missing_scope": false, "internal_error": false} {
		for _, everywhere := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, everywhere %t", code, everywhere), func(t *testing.T) {
				inWorld(t, small, nil, func(w *world) {
					w.command(w.slack.Users.Approver, "scan")
					methods := []string{"chat.update"}
					if everywhere && ends {
						methods = append(methods, "auth.test")
					}
					for _, method := range methods {
						w.must(w.slack.Fault(slacktest.Fault{Method: method, Count: 5, Error: code}))
					}
					w.press(w.slack.Users.Approver, "exclude", "")
					if everywhere && ends {
						w.checkEndsWithInstructions("SLACK_BOT_TOKEN")
						return
					}
					w.pass(10 * time.Minute)
					if got := len(buttons(w.report(), "undo_exclude")); got != 1 {
						t.Errorf("the report shows %d people as excluded, want 1", got)
					}
				})
			})
		}
	}
}

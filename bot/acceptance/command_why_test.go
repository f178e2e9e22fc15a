package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// TestWhy asks about people with different statuses, and about one who was in
// no scan.
func TestWhy(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 250, Candidates: 4}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		why := func(who string, want ...string) {
			t.Helper()
			before := len(w.told(ada))
			w.command(ada, "why "+who)
			told := strings.Join(w.told(ada)[before:], "\n")
			for _, s := range want {
				if !strings.Contains(told, s) {
					t.Errorf("/inactive why %s answers\n%s\nwant it to contain %q", who, told, s)
				}
			}
		}
		candidates := accounts(buttons(w.afterScan(ada), "exclude"))
		one, two := candidates[0], candidates[1]
		why(one+" "+two, "\n\n*", "*Inactive*", "more than 180 days before", "with users/search", "can be suspended there")
		why("nobody@example.com", "Checking with Atlassian", "No account has the email")
		w.command(ada, "exclude "+one+" until 2030-01-31 on leave")
		why(one, "Today: excluded by <@"+ada+">", "on leave", "*Inactive*")
		w.command(ada, "scan")
		why(one, "*Excluded*", "excluded by an approver", "on leave")
		w.command(ada, "include "+one)
		why(one, "the exclusion or rule has ended")
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		why(two, "batch 1, approved by <@"+ada+">, suspended the person on", "`/inactive restore` gives access back")
		w.command(ada, "restore "+two)
		w.pass(5 * time.Minute)
		why(two, "restored by <@"+ada+">")
	})
}

// afterScan makes a report and returns its message.
func (w *world) afterScan(by string) slacktest.Message {
	w.command(by, "scan")
	return w.report()
}

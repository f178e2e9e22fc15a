package acceptance_test

import (
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

// TestCommands types every command and checks the answer.
func TestCommands(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada, member := w.slack.Users.Approver, w.slack.Users.Member
		last := func(user string) string {
			told := w.told(user)
			if len(told) == 0 {
				return "(nothing)"
			}
			return told[len(told)-1]
		}
		expect := func(user, text, want string) {
			t.Helper()
			w.command(user, text)
			if got := last(user); !strings.Contains(got, want) {
				t.Errorf("/inactive %s answers %q, want it to contain %q", text, got, want)
			}
		}
		expect(ada, "report", "no report yet")
		expect(ada, "suspended", "No one is suspended")
		expect(ada, "scan", "6 people inactive")
		expect(ada, "report", "|Report 1>")
		expect(ada, "scan 90", "This is a preview")
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports after scan 90, want 1", got)
		}
		expect(ada, "scan soon", "number of days is not valid")
		expect(ada, "exclude", "Type an email")
		expect(ada, "exclude nobody@example.com", "No account has the email")
		expect(ada, "exclude svc-backup@example.com until 1999-01-01", "has passed")
		expect(ada, "exclude svc-backup@example.com until friday", "YYYY-MM-DD")
		expect(ada, `exclude <mailto:SVC-Backup@example.com|SVC-Backup@example.com> until 2030-01-31 "runs the backup"`, "is excluded")
		expect(ada, "exclude svc-backup@example.com until 2030-01-31 runs the backup", "already did this")
		if got := w.openByCommand(ada, "exclusions"); !strings.Contains(got, "runs the backup") {
			t.Errorf("the exclusions show %s", got)
		}
		expect(ada, "exclude svc-backup@example.com", "is excluded until 31 Jan 2030: runs the backup")
		expect(ada, "exclude svc-backup@example.com still needed, says ops until 2031-01-31", "is excluded until 31 Jan 2031: still needed, says ops")
		expect(ada, "exclude svc-backup@example.com kept until further notice", "is excluded indefinitely: kept until further notice")
		expect(ada, "exclude domain:contractor.example group:nobody", "Rule `domain:contractor.example` added")
		expect(ada, "exclude domain:<http://contractor.example|contractor.example> until 2030-01-31", "excluded until 31 Jan 2030.")
		expect(ada, "exclude domain:<http://contractor.example|contractor.example> until 2030-01-31", "already did this")
		if got := w.openByCommand(ada, "exclusions"); !strings.Contains(got, "domain:contractor.example") {
			t.Errorf("the exclusions show %s", got)
		}
		expect(ada, "unexclude domain:contractor.example", "removed")
		expect(ada, "include svc-backup@example.com", "no longer excluded")
		expect(ada, "include svc-backup@example.com", "Nothing was changed")
		expect(ada, "restore svc-backup@example.com,", "is not suspended by this bot")
		expect(ada, "status", "Last scan")
		expect(ada, "dance", "no command")
		expect(ada, "exlude ada@example.com", "Did you mean `/inactive exclude`?")
		expect(ada, "hsitory", "Did you mean `/inactive history`?")
		expect(ada, "why", "Type an email")
		expect(ada, "why domain:example.com", "is not an email")
		expect(ada, "why "+strings.Repeat("a@example.com ", 11), "at most 10")
		expect(ada, "", "/inactive exclude")
		expect(member, "help", "/inactive exclude")
		expect(member, "status", "is running")
		if strings.Contains(last(member), "Last scan") {
			t.Error("status tells a member more than that the bot is running")
		}
		expect(member, "exclusions", "Only approvers")
	})
}

// TestFirstAnswerComesFirst delays "Checking …" at Slack: a scan that finishes
// earlier posts its answer after it.
func TestFirstAnswerComesFirst(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		if err := w.slack.Fault(slacktest.Fault{Method: "response_url", DelayMS: 5_000}); err != nil {
			t.Fatal(err)
		}
		w.command(w.slack.Users.Approver, "scan 90")
		told := w.told(w.slack.Users.Approver)
		if len(told) != 2 || !strings.HasPrefix(told[0], "Checking") || !strings.Contains(told[1], "This is a preview") {
			t.Errorf("the answers are, in this order, %q", told)
		}
	})
}

package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
)

// TestSuspendingWhereOnlyDatesAreServed: the second look protects admins and
// groups although the search returns neither.
func TestSuspendingWhereOnlyDatesAreServed(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		if err := w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
			t.Fatal(err)
		}
		w.command(ada, "scan")
		w.pass(5 * time.Minute)
		rows := accounts(buttons(w.report(), "exclude"))
		if len(rows) != 6 {
			t.Fatalf("%d candidates, want 6: %v", len(rows), w.told(ada))
		}
		w.org.ChangePerson(rows[0], func(p *atlassiantest.Person) { p.PlatformRoles = []string{"atlassian/site-admin"} })
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, rows[1:]) {
			t.Errorf("suspended %v, want %v", got, rows[1:])
		}
		w.command(ada, "status")
		if got := w.told(ada); !strings.Contains(got[len(got)-1], "person by person") {
			t.Errorf("status does not say how activity was read: %s", got[len(got)-1])
		}
	})
}

// TestGroupRuleThatCannotBeJudgedMakesNoReport: a rule by group name matches no
// one if the search returns no names.
func TestGroupRuleThatCannotBeJudgedMakesNoReport(t *testing.T) {
	t.Parallel()
	byName := func(s *bot.Settings) { s.Policy.Rules = policy.Rules{mustRule(t, "group:engineering")} }
	inWorld(t, small, byName, func(w *world) {
		ada := w.slack.Users.Approver
		if err := w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
			t.Fatal(err)
		}
		w.command(ada, "scan")
		if told := w.told(ada); w.reports() != 0 || !strings.Contains(told[len(told)-1], "group's id") {
			t.Errorf("%d reports, told %v", w.reports(), told)
		}
	})
}

func mustRule(t *testing.T, s string) policy.Rule {
	t.Helper()
	r, err := policy.ParseRule(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

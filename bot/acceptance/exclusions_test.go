package acceptance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
)

// TestExclusionsModal lists people and rules and removes one of each. A rule
// from the settings has no Remove button.
func TestExclusionsModal(t *testing.T) {
	t.Parallel()
	rules := func(s *bot.Settings) {
		rule, err := policy.ParseRule("*@svc.example.com")
		if err != nil {
			panic(err)
		}
		s.Policy.Rules = policy.Rules{rule}
	}
	inWorld(t, small, rules, func(w *world) {
		ada := w.slack.Users.Approver
		if got := w.openByCommand(ada, "exclusions"); !strings.Contains(got, "0 rules by approvers · 1 rule by setting") {
			t.Errorf("the first modal shows %s", got)
		}
		w.command(ada, "scan")
		who := accounts(buttons(w.report(), "exclude"))
		for _, account := range who[:3] {
			w.command(ada, "exclude "+account+" until 2030-01-31 runs the backup")
		}
		w.command(ada, "exclude domain:partner.example")
		w.openByCommand(ada, "exclusions")
		v := w.modal(ada, "exclusions")
		if got := buttons(asMessage(v), "remove_exclusion"); len(got) != 4 || got[3] != w.sealed("rule:domain:partner.example") {
			t.Fatalf("the Remove buttons are %v", got)
		}
		w.inModal(ada, "remove_exclusion", w.sealed(who[1]), nil)
		w.inModal(ada, "remove_exclusion", w.sealed("rule:domain:partner.example"), nil)
		v = w.modal(ada, "exclusions")
		if got := buttons(asMessage(v), "remove_exclusion"); len(got) != 2 || strings.Contains(fmt.Sprint(got), who[1]) {
			t.Errorf("after two removals the Remove buttons are %v", got)
		}
		w.inModal(ada, "remove_exclusion", w.sealed(who[1]), nil)
		if got := viewText(w.modal(ada, "exclusions")); !strings.Contains(got, "Nothing was changed") {
			t.Errorf("a second removal says %s", got)
		}
		if got := w.threadText(); !strings.Contains(got, "ended the exclusion") || !strings.Contains(got, "removed the rule") {
			t.Errorf("the thread says %s", got)
		}
	})
}

// TestExclusionsPages pages through a long list and removes a person on the
// second page.
func TestExclusionsPages(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 400, Candidates: 12}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		var who []string
		for _, p := range w.org.AllPeople()[:40] {
			who = append(who, p.AccountID)
		}
		w.command(ada, "exclude "+strings.Join(who, " "))
		w.openByCommand(ada, "exclusions")
		w.inModal(ada, "exclusions_page", "", nil)
		second := buttons(asMessage(w.modal(ada, "exclusions")), "remove_exclusion")
		w.inModal(ada, "remove_exclusion", second[0], nil)
		v := w.modal(ada, "exclusions")
		if got := buttons(asMessage(v), "remove_exclusion"); got[0] != second[1] || !strings.Contains(viewText(v), "page 2 of 3") {
			t.Errorf("after a removal on page 2 the modal shows %s", viewText(v))
		}
		w.inModal(ada, "exclusions_page_back", "", nil)
		if got := viewText(w.modal(ada, "exclusions")); !strings.Contains(got, "page 1 of 3") {
			t.Errorf("the previous page shows %s", got)
		}
	})
}

// TestReminders checks that the thread of a new report lists exclusions that
// end within a week, and once a quarter those older than a year, also after
// restarts.
func TestReminders(t *testing.T) {
	t.Parallel()
	quiet := func(s *bot.Settings) { s.Schedule = "CRON_TZ=UTC 0 9 29 2 *" } // no scheduled report during the test.
	inWorld(t, small, quiet, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		who := accounts(buttons(w.report(), "exclude"))
		day := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format("2006-01-02") }
		w.command(ada, "exclude "+who[0]+" until "+day(5))
		w.command(ada, "exclude "+who[1]+" until "+day(30))
		w.command(ada, "exclude "+who[2]+" for ever")
		w.command(ada, "scan")
		w.pass(time.Minute)
		got := w.threadText()
		if !strings.Contains(got, "end within a week") || strings.Count(got, "until") != 1 || strings.Contains(got, "over a year") {
			t.Errorf("the thread says %s", got)
		}
		for _, step := range []struct {
			days int
			want bool
		}{{360, false}, {10, true}, {7, false}, {60, false}, {30, true}} {
			w.stop()
			w.pass(time.Duration(step.days) * 24 * time.Hour)
			w.start()
			w.command(ada, "scan")
			w.pass(time.Minute)
			if got := w.threadText(); strings.Contains(got, "over a year") != step.want || strings.Contains(got, "end within") {
				t.Errorf("after %d more days the thread says %s", step.days, got)
			}
		}
	})
}

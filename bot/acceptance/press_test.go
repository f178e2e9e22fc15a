package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
)

func pressOn(w *world, m slacktest.Message, action string) slacktest.Press {
	return slacktest.Press{User: w.slack.Users.Approver, Channel: w.settings.Channel, TS: m.TS, ActionID: action}
}

// blockText returns all text of a message's blocks.
func blockText(m slacktest.Message) string { return fmt.Sprint(m.Blocks) }

func TestWhoeverMayNotPressChangesNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		user   func(slacktest.Users) string
		change func(*world)
		want   string
	}{
		"member":   {user: func(u slacktest.Users) string { return u.Member }, want: "Only approvers"},
		"guest":    {user: func(u slacktest.Users) string { return u.Guest }, want: "Guests cannot be approvers"},
		"outsider": {user: func(u slacktest.Users) string { return u.Outsider }, want: "outside this workspace"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			approvers := func(s *bot.Settings) { s.Approvers = append(s.Approvers, "U0GUEST0001", "U0OUTSIDER1") }
			inWorld(t, small, approvers, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				who, before := test.user(w.slack.Users), blockText(w.report())
				for _, action := range []string{"exclude", "suspend_all"} {
					w.press(who, action, "")
				}
				w.command(who, "exclude ada@example.com")
				told := w.told(who)
				if len(told) != 3 {
					t.Fatalf("answered %q, want three refusals", told)
				}
				for _, text := range told {
					if !strings.Contains(text, test.want) || !strings.Contains(text, "Nothing was changed") {
						t.Errorf("answered %q, want it to contain %q and that nothing was changed", text, test.want)
					}
				}
				if got := blockText(w.report()); got != before || len(w.slack.Views(who)) != 0 {
					t.Error("something changed")
				}
			})
		})
	}
}

func TestApproverGroup(t *testing.T) {
	t.Parallel()
	group := func(s *bot.Settings) { s.Approvers, s.ApproverGroup = nil, "S0APPROVERS" }
	inWorld(t, small, group, func(w *world) {
		second := w.slack.Users.Approver2
		w.command(second, "scan")
		n := len(buttons(w.report(), "exclude"))
		w.press(second, "exclude", "")
		if got := len(buttons(w.report(), "exclude")); got != n-1 {
			t.Fatalf("a member of the group could not exclude: %v", w.told(second))
		}
		w.slack.SetGroup(slacktest.Group{ID: w.slack.Group, Members: []string{w.slack.Users.Approver}})
		w.pass(time.Minute)
		w.press(second, "exclude", "")
		if got := len(buttons(w.report(), "exclude")); got != n-1 {
			t.Error("a person removed from the group a minute ago could exclude")
		}
	})
}

func TestLookUpThatFailsRefuses(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		n := len(buttons(w.report(), "exclude"))
		w.pass(2 * time.Minute)
		if err := w.slack.Fault(slacktest.Fault{Method: "users.info", Count: 100, Error: "internal_error"}); err != nil {
			t.Fatal(err)
		}
		w.press(ada, "exclude", "")
		if got := len(buttons(w.report(), "exclude")); got != n {
			t.Error("a press counted although users.info failed")
		}
		if told := w.told(ada); !strings.Contains(told[len(told)-1], "try again") {
			t.Errorf("answered %q", told)
		}
	})
}

// TestSubmitIsBoundToThePeopleItShowed checks that an exclusion made after the
// modal was opened is honoured, and that ending another exclusion adds no one.
func TestSubmitIsBoundToThePeopleItShowed(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		rows := buttons(w.report(), "exclude")
		w.press(ada, "exclude", rows[0])
		w.press(ada, "suspend_all", "")
		w.press(ada, "exclude", rows[1])
		w.press(ada, "undo_exclude", rows[0])
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got, want := w.suspended(), accounts(rows[2:]); !slices.Equal(got, want) {
			t.Errorf("suspended %v, want %v", got, want)
		}
	})
}

func TestWhoCameBackIsSkippedAndNamed(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		rows := accounts(buttons(w.report(), "exclude"))
		w.org.ChangePerson(rows[0], func(p *atlassiantest.Person) { p.PlatformRoles = []string{"atlassian/org-admin"} })
		now := time.Now()
		w.org.ChangePerson(rows[1], func(p *atlassiantest.Person) { p.ProductAccess[0].LastActive = &now })
		w.org.RemovePerson(rows[2])
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got, want := w.suspended(), rows[3:]; !slices.Equal(got, want) {
			t.Errorf("suspended %v, want %v", got, want)
		}
		for _, want := range []string{"skipped", "is now an admin", "active again", "no longer in the directory"} {
			if !strings.Contains(blockText(w.report()), want) {
				t.Errorf("the message does not say %q: %s", want, blockText(w.report()))
			}
		}
	})
}

func TestRestartGoesOn(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		rows := accounts(buttons(w.report(), "exclude"))
		w.org.AddFault(atlassiantest.Fault{Route: "POST suspend", Skip: 1, Count: 1, Cut: "after"})
		w.press(ada, "suspend_all", "")
		w.slack.Submit(slacktest.Submit{User: ada, ViewID: w.slack.Views(ada)[0].ID})
		w.stop()
		w.start()
		w.pass(10 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, rows) {
			t.Errorf("suspended %v, want %v", got, rows)
		}
		for _, p := range w.org.AllPeople() {
			if p.Suspends > 1 {
				t.Errorf("%s was suspended %d times", p.AccountID, p.Suspends)
			}
		}
		if got := len(buttons(w.report(), "restore")); got != len(rows) {
			t.Errorf("%d rows can be restored, want %d: %s", got, len(rows), blockText(w.report()))
		}
	})
}

func TestUndoBatch(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(20_000)})
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if len(w.suspended()) == 0 {
			t.Fatal("no one suspended")
		}
		w.press(ada, "undo_batch", "")
		w.submit(ada, "undo_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("still suspended after undo: %v\n%s", got, w.log)
		}
		if strings.Contains(blockText(w.report()), ":no_entry: suspended") {
			t.Errorf("the report shows a restored person as suspended")
		}
	})
}

func TestKeyThatStopsWorkingStopsTheBatch(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		w.org.AddFault(atlassiantest.Fault{Route: "*", Count: -1, Status: 401})
		w.submit(ada, "suspend_confirm")
		w.pass(time.Minute)
		if got := buttons(w.report(), "resume"); len(got) != 1 || len(w.suspended()) != 0 {
			t.Fatalf("the batch is not stopped: %s", blockText(w.report()))
		}
		if all := w.top(); !strings.Contains(all[len(all)-1].Text, "API key") {
			t.Errorf("the channel got no note: %q", all[len(all)-1].Text)
		}
		w.org.ClearFaults()
		w.pass(time.Hour)
		w.checkIncident("inactivebot has been working again since ")
		w.press(ada, "resume", "")
		w.pass(time.Minute)
		if got := len(w.suspended()); got != 6 {
			t.Errorf("%d suspended after Resume, want 6", got)
		}
	})
}

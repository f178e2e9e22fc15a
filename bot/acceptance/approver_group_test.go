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
	"inactivebot/storage"
)

// TestCaseC1 lists an id that Slack does not know among the approvers: the two
// others are two, and a second approval is possible.
func TestCaseC1(t *testing.T) {
	t.Parallel()
	change := func(s *bot.Settings) {
		twoApprovers(s)
		s.Approvers = append(s.Approvers, "U0NOBODY999")
	}
	inWorld(t, small, change, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		all := w.requestSecondApproval()
		w.press(ben, "second_approve", "")
		w.submit(ben, "second_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, all) {
			t.Errorf("suspended %v, want %v; answered %q %q", got, all, w.told(ada), w.told(ben))
		}
	})
}

// TestUnknownApproverIsNoOne lists one approver and an id that Slack does not know:
// the approver is the only one, so a lock can be overridden by that one twice, and
// no second approval is offered.
func TestUnknownApproverIsNoOne(t *testing.T) {
	t.Parallel()
	change := func(s *bot.Settings) {
		twoApprovers(s)
		s.Approvers = []string{"U0APPROVER1", "U0ANOBODY99"}
	}
	inWorld(t, small, change, func(w *world) {
		ada := w.slack.Users.Approver
		w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(600)}))
		w.command(ada, "scan")
		for range 2 {
			w.press(ada, "override", "")
			w.submit(ada, "override_confirm")
			w.pass(25 * time.Hour)
		}
		if got := w.lastReport().State; got != storage.ReportOpen {
			t.Errorf("the report is %s after two overrides by the only approver: %q", got, w.told(ada))
		}
		w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(0)}))
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		if views := w.slack.Views(ada); len(views) != 1 || len(options(views[0])) != 0 {
			t.Errorf("%d modals are open, or a second approval is offered: %q", len(views), w.told(ada))
		}
	})
}

// TestUnknownGroup sets a group that Slack does not know beside a listed approver:
// the definite no is about the group alone.
func TestUnknownGroup(t *testing.T) {
	t.Parallel()
	inWorld(t, small, func(s *bot.Settings) { s.ApproverGroup = "S0NOWHERE" }, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.checkPressWorks()
	})
}

// groupOf makes a group of n members, of whom the last is approver 2.
func (w *world) groupOf(n int) {
	w.t.Helper()
	var ids []string
	for i := range n - 1 {
		id := fmt.Sprintf("U0GROUP%04d", i)
		w.slack.SetUser(slacktest.User{ID: id, Name: id, TeamID: home, Email: fmt.Sprintf("member%d@example.com", i)})
		ids = append(ids, id)
	}
	w.slack.SetGroup(slacktest.Group{ID: w.slack.Group, Members: append(ids, w.slack.Users.Approver2)})
}

// start3 is how long each of three things takes with a group of some size.
type start3 struct{ connected, report, ack time.Duration }

// withGroup measures a bot whose approvers are a group of n, while each answer of
// Slack takes 200 ms.
func withGroup(t *testing.T, n int) (took start3) {
	t.Helper()
	change := func(s *bot.Settings) { s.Approvers, s.ApproverGroup = nil, "S0APPROVERS" }
	inWorld(t, small, change, func(w *world) {
		ben := w.slack.Users.Approver2
		w.stop()
		w.groupOf(n)
		w.must(w.slack.Fault(slacktest.Fault{Method: "*", Count: -1, DelayMS: 200}))
		began := time.Now()
		w.start()
		for len(w.slack.Connections()) == 0 {
			w.pass(100 * time.Millisecond)
		}
		took.connected = w.slack.Connections()[0].Since.Sub(began)
		began = time.Now()
		w.slack.Command(slacktest.Command{User: ben, Channel: w.settings.Channel, Command: "/inactive", Text: "scan"})
		for len(buttons(w.newest(), "exclude")) == 0 {
			w.pass(100 * time.Millisecond)
			if time.Since(began) > 10*time.Minute {
				t.Fatalf("no report with a group of %d: %q", n, w.told(ben))
			}
		}
		took.report = time.Since(began)
		w.pass(time.Minute)
		got := w.slack.Press(slacktest.Press{User: ben, Channel: w.settings.Channel, TS: w.report().TS, ActionID: "exclude"})
		took.ack = time.Duration(got.AckMS) * time.Millisecond
		w.pass(5 * time.Second)
		if rows := buttons(w.report(), "undo_exclude"); !got.OK || len(rows) != 1 {
			t.Errorf("with a group of %d a press is answered %+v: %q", n, got, w.told(ben))
		}
		w.slack.ClearFaults()
	})
	return took
}

// newest returns the newest message outside threads.
func (w *world) newest() slacktest.Message {
	all := w.top()
	if len(all) == 0 {
		return slacktest.Message{}
	}
	return all[len(all)-1]
}

// TestCaseC2 compares a group of 152, and one of 1,000, with one of 3: connecting,
// a report and an ack take at most 1.5 times as long.
func TestCaseC2(t *testing.T) {
	t.Parallel()
	few := withGroup(t, 3)
	for _, n := range []int{152, 1000} {
		many := withGroup(t, n)
		t.Logf("a group of 3: %+v; of %d: %+v", few, n, many)
		for what, pair := range map[string][2]time.Duration{
			"connecting": {few.connected, many.connected}, "a report": {few.report, many.report}, "an ack": {few.ack, many.ack},
		} {
			if pair[1] > pair[0]*3/2+100*time.Millisecond {
				t.Errorf("with %d members %s takes %s, with 3 %s", n, what, pair[1], pair[0])
			}
		}
	}
}

// TestApproversOwnAccount checks that an approver's own account is not suspended:
// it is recognised by the stored profile after a restart while Slack does not
// answer, and otherwise just before the suspension.
func TestApproversOwnAccount(t *testing.T) {
	t.Parallel()
	owner := func(w *world) string {
		w.t.Helper()
		account := accounts(buttons(w.report(), "exclude"))[0]
		p, _ := w.org.Person(account)
		w.slack.SetUser(slacktest.User{ID: w.slack.Users.Approver2, Name: "ben", TeamID: home, Email: strings.ToUpper(p.Email)})
		return account
	}
	t.Run("by the second look", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, two, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			account := owner(w)
			w.pass(2 * time.Hour) // the profiles are read again.
			w.press(ada, "suspend_all", "")
			w.submit(ada, "suspend_confirm")
			w.pass(5 * time.Minute)
			if got := w.suspended(); len(got) != 5 || slices.Contains(got, account) {
				t.Errorf("suspended %v, want five others than %s", got, account)
			}
		})
	})
	t.Run("kept over a restart", func(t *testing.T) {
		t.Parallel()
		weekly := func(s *bot.Settings) {
			two(s)
			s.Schedule = "CRON_TZ=UTC 0 9 * * MON"
		}
		inWorld(t, small, weekly, func(w *world) {
			w.command(w.slack.Users.Approver, "scan")
			account := owner(w)
			w.pass(2 * time.Hour)
			w.stop()
			w.must(w.slack.Fault(slacktest.Fault{Method: "users.info", Count: -1, Error: "internal_error"}))
			w.start()
			w.until(nextMonday().Add(5 * time.Minute))
			if got := accounts(buttons(w.report(), "exclude")); len(got) != 5 || slices.Contains(got, account) {
				t.Errorf("listed %v, want five others than %s", got, account)
			}
		})
	})
}

// TestStepWaitsForTheApprovers checks that a step waits, and neither fails nor
// suspends, while Slack does not tell whether the person is an approver.
func TestStepWaitsForTheApprovers(t *testing.T) {
	t.Parallel()
	change := func(s *bot.Settings) { s.Approvers, s.ApproverGroup = []string{"U0APPROVER1"}, "S0APPROVERS" }
	inWorld(t, small, change, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(time.Minute)
		w.press(ada, "suspend_all", "")
		w.groupOf(3) // new members whose profiles are not known.
		w.pass(2 * time.Minute)
		for _, method := range []string{"users.lookupByEmail", "users.info"} {
			w.must(w.slack.Fault(slacktest.Fault{Method: method, Skip: map[string]int{"users.info": 1}[method], Count: -1, Error: "internal_error"}))
		}
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); len(got) != 0 || len(buttons(w.report(), "stop")) != 1 {
			t.Fatalf("suspended %v while the approvers were not known; the report: %s", got, blockText(w.report()))
		}
		w.slack.ClearFaults()
		w.pass(20 * time.Minute)
		if got := len(w.suspended()); got != 6 {
			t.Errorf("%d people suspended afterwards, want 6: %s", got, blockText(w.report()))
		}
	})
}

// TestHiddenEmailOfAnApprover names the approvers whose own accounts cannot be
// recognised, once, in the report's thread.
func TestHiddenEmailOfAnApprover(t *testing.T) {
	t.Parallel()
	inWorld(t, small, two, func(w *world) {
		ben := w.slack.Users.Approver2
		w.slack.SetUser(slacktest.User{ID: ben, Name: "ben", TeamID: home, Email: "ben@example.com", EmailHidden: true})
		w.pass(2 * time.Hour)
		says := "Slack shows no email of <@" + ben + ">"
		w.command(w.slack.Users.Approver, "scan")
		if got := w.countNotes(says); got != 1 {
			t.Errorf("%d notes, want 1: %q", got, w.notes())
		}
		w.command(w.slack.Users.Approver, "scan")
		if got := w.countNotes(says); got != 0 {
			t.Errorf("the next report says it again: %q", w.notes())
		}
	})
}

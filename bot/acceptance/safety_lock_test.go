package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/storage"
)

// aboveMinimums is an organisation large enough that the percentage of each tripwire,
// not its minimum number, decides.
var aboveMinimums = atlassiantest.Options{Users: 300, Candidates: 5}

// kinds returns the tripwires that locked a report.
func kinds(r storage.Report) (out []string) {
	for _, l := range r.Locks {
		out = append(out, l.Kind)
	}
	return out
}

// checkOpen fails unless the newest report is open.
func (w *world) checkOpen() {
	w.t.Helper()
	r := w.lastReport()
	if r.State != storage.ReportOpen || len(r.Locks) > 0 {
		w.t.Errorf("report %d is %s with the locks %v, want it open", r.ID, r.State, r.Locks)
	}
	if got := len(buttons(w.report(), "suspend_all")); r.Candidates > 0 && got != 1 {
		w.t.Errorf("report %d has %d Suspend buttons, want 1", r.ID, got)
	}
}

// checkLocked fails unless the newest report is locked by exactly this tripwire
// and says so.
func (w *world) checkLocked(s anomaly) {
	w.t.Helper()
	r, m := w.lastReport(), w.report()
	if r.State != storage.ReportLocked || !slices.Equal(kinds(r), []string{string(s.kind)}) {
		w.t.Errorf("report %d is %s with the locks %+v, want only %s\nlog: %s", r.ID, r.State, r.Locks, s.kind, w.log)
	}
	for action, want := range map[string]int{"suspend_all": 0, "scan_again": 1, "override": 1} {
		if got := len(buttons(m, action)); got != want {
			w.t.Errorf("%d %s buttons, want %d", got, action, want)
		}
	}
	if got := blockText(m); !strings.Contains(got, s.says) || !strings.Contains(got, "safety lock") {
		w.t.Errorf("the message does not contain %q: %s", s.says, got)
	}
}

// TestSafetyLocks triggers each lock twice and removes its cause, and stays
// just under each limit.
func TestSafetyLocks(t *testing.T) {
	t.Parallel()
	for name, s := range anomalies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := func(t *testing.T, over bool, test func(*world)) {
				t.Helper()
				inWorld(t, aboveMinimums, s.change, func(w *world) {
					extraActive(w)
					w.pass(time.Hour) // people close to the threshold pass it.
					if s.before != nil {
						s.before(w, over)
					}
					if !s.first {
						w.scanTold()
						w.checkOpen()
					}
					s.trigger(w, over)
					w.scanTold()
					test(w)
				})
			}
			t.Run("fires", func(t *testing.T) {
				t.Parallel()
				in(t, true, func(w *world) {
					w.checkLocked(s)
					w.checkNoSuspendPossible()
					w.scanTold()
					w.checkLocked(s) // a locked scan is not a baseline.
					s.fix(w)
					w.press(w.slack.Users.Approver, "scan_again", "")
					w.pass(2 * time.Minute)
					w.checkOpen()
				})
			})
			t.Run("comes close", func(t *testing.T) { in(t, false, (*world).checkOpen) })
		})
	}
}

// checkNoSuspendPossible presses buttons that a locked report does not have, and
// Exclude, which it has.
func (w *world) checkNoSuspendPossible() {
	w.t.Helper()
	ada := w.slack.Users.Approver
	before := len(w.told(ada))
	w.pressStored(ada, "suspend_all", "1")
	w.pressStored(ada, "suspend_all", "2")
	if told := w.told(ada)[before:]; len(told) != 2 || len(w.slack.Views(ada)) != 0 {
		w.t.Errorf("forged Suspend buttons are answered with %q", told)
	}
	if n := len(buttons(w.report(), "exclude")); n > 0 {
		w.press(ada, "exclude", "")
		if got := len(buttons(w.report(), "exclude")); got != n-1 {
			w.t.Errorf("%d people can be excluded after one exclusion, want %d", got, n-1)
		}
	}
	if got := w.suspended(); len(got) > 0 {
		w.t.Errorf("suspended %v with a locked report", got)
	}
}

// TestModalOfAReportThatLocks submits a modal that was opened before the report
// was locked: no one is suspended.
func TestModalOfAReportThatLocks(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.scanTold()
		w.press(ada, "suspend_all", "")
		w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(3600)}))
		w.scanTold()
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); len(got) > 0 || w.lastReport().State != storage.ReportLocked {
			t.Errorf("suspended %v, the report is %s", got, w.lastReport().State)
		}
	})
}

// inLocked runs a test in a world whose second report is locked.
func inLocked(t *testing.T, change func(*bot.Settings), test func(*world, anomaly)) {
	t.Helper()
	s := anomalies["people are gone"]
	inWorld(t, aboveMinimums, change, func(w *world) {
		extraActive(w)
		w.scanTold()
		s.trigger(w, true)
		w.scanTold()
		w.checkLocked(s)
		test(w, s)
	})
}

// override presses Override and confirms. It returns the modal's error, empty
// if the confirmation counted.
func (w *world) override(user string) string {
	w.t.Helper()
	w.press(user, "override", "")
	return string(w.submit(user, "override_confirm").Response)
}

func (w *world) closeViews(user string) {
	for _, v := range w.slack.Views(user) {
		w.slack.CloseView(user, v.ID)
	}
}

// TestTwoApproversOverrideALock checks that one approver cannot override alone,
// however often they confirm, that the second opens the report, and that its
// scan is a baseline then.
func TestTwoApproversOverrideALock(t *testing.T) {
	t.Parallel()
	group := func(s *bot.Settings) { s.ApproverGroup = "S0APPROVERS" }
	inLocked(t, group, func(w *world, s anomaly) {
		ada, grace := w.slack.Users.Approver, w.slack.Users.Approver2
		w.override(ada)
		w.checkLocked(s)
		if got := blockText(w.report()); !strings.Contains(got, "One more approver must confirm") {
			t.Errorf("the message does not ask for a second confirmation: %s", got)
		}
		for range 2 {
			if got := w.override(ada); !strings.Contains(got, "You have already confirmed this") {
				t.Errorf("a second confirmation by the same approver is answered with %q", got)
			}
			w.closeViews(ada)
			w.checkLocked(s)
			w.pass(25 * time.Hour)
		}
		w.override(grace)
		if r := w.lastReport(); r.State != storage.ReportOpen || len(buttons(w.report(), "suspend_all")) != 1 {
			t.Errorf("after two confirmations the report is %s with the buttons %v", r.State, buttons(w.report(), "suspend_all"))
		}
		w.scanTold()
		w.checkOpen()
	})
}

// TestOneApproverOverridesALockADayApart lets the only approver confirm twice,
// 24 hours apart.
func TestOneApproverOverridesALockADayApart(t *testing.T) {
	t.Parallel()
	inLocked(t, nil, func(w *world, s anomaly) {
		ada := w.slack.Users.Approver
		w.override(ada)
		w.pass(24*time.Hour - time.Minute)
		if got := w.override(ada); !strings.Contains(got, "confirm again in 24 hours") {
			t.Errorf("a second confirmation a minute early is answered with %q", got)
		}
		w.closeViews(ada)
		w.checkLocked(s)
		w.pass(time.Minute)
		w.override(ada)
		if r := w.lastReport(); r.State != storage.ReportOpen {
			t.Errorf("the report is %s after the second confirmation, want it open", r.State)
		}
		w.scanTold()
		w.checkOpen()
	})
}

// TestOnlyApproversOverride opens no modal for a member.
func TestOnlyApproversOverride(t *testing.T) {
	t.Parallel()
	inLocked(t, nil, func(w *world, s anomaly) {
		member := w.slack.Users.Member
		w.pressStored(member, "override", "2")
		if n := len(w.slack.Views(member)); n != 0 {
			t.Errorf("%d modals are open for a member who is not an approver", n)
		}
		w.checkLocked(s)
	})
}

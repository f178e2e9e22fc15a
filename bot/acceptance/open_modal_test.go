package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// checkUndecided fails unless the report is open, without a batch, and no one was
// suspended.
func (w *world) checkUndecided() {
	w.t.Helper()
	w.pass(5 * time.Minute)
	if r := w.lastReport(); r.State != storage.ReportOpen || r.BatchID != 0 {
		w.t.Errorf("the report is %s with batch %d, want it open without one", r.State, r.BatchID)
	}
	if got := w.suspendRequests(); got != 0 {
		w.t.Errorf("%d requests to suspend people, want none", got)
	}
}

// TestReportOnlyMeanwhile submits a modal that was opened before the bot was set
// to report only: nothing is approved.
func TestReportOnlyMeanwhile(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		w.stop()
		w.settings.ReportOnly = true
		w.start()
		if got := w.submit(ada, "suspend_confirm"); !strings.Contains(string(got.Response), "report-only mode") {
			t.Errorf("answered %s", got.Response)
		}
		w.checkUndecided()
	})
}

// withoutOther are ways in which the other approver cannot agree any more, with
// what the modal then answers.
var withoutOther = map[string]struct {
	change func(*world)
	says   string
}{
	"deactivated": {func(w *world) {
		w.slack.SetUser(slacktest.User{ID: w.slack.Users.Approver2, Name: "ben", TeamID: home, Deleted: true})
	}, "No other approver is available"},
	"not known": {func(w *world) {
		w.slackFault(slacktest.Fault{Method: "users.info", Count: 1000, Error: "internal_error"})
	}, "try again"},
}

// TestSecondApproverGoneMeanwhile requests a second approval in a modal that
// offered it, after the only other approver cannot agree any more, or while Slack
// does not tell: nothing waits for an approval that cannot come.
func TestSecondApproverGoneMeanwhile(t *testing.T) {
	t.Parallel()
	for name, gone := range withoutOther {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, twoApprovers, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				w.press(ada, "suspend_all", "")
				if got := options(w.slack.Views(ada)[0]); len(got) != 2 {
					t.Fatalf("the modal offers %q", got)
				}
				w.pass(2 * time.Minute)  // Ben's profile is asked for again.
				w.command(ada, "status") // Ada's is known for a minute.
				gone.change(w)
				if got := w.choose(ada, "all"); !strings.Contains(string(got.Response), gone.says) {
					t.Errorf("answered %s, want %q", got.Response, gone.says)
				}
				w.checkUndecided()
			})
		})
	}
}

// TestNoSecondApproverIsOffered opens the modal above the cap while the only other
// approver cannot agree, or Slack does not tell: it offers the longest inactive
// people alone, and at the limit there is none.
func TestNoSecondApproverIsOffered(t *testing.T) {
	t.Parallel()
	for name, gone := range withoutOther {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, twoApprovers, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				w.pass(2 * time.Minute)
				w.command(ada, "status") // Ada's profile is known for a minute.
				gone.change(w)
				w.press(ada, "suspend_all", "")
				views := w.slack.Views(ada)
				if len(views) != 1 {
					t.Fatalf("%d modals: %q", len(views), w.told(ada))
				}
				if got := options(views[0]); len(got) != 0 || strings.Contains(blockText(slacktest.Message{Blocks: views[0].Blocks}), "second appro") {
					t.Errorf("the modal offers %q, or a second approval", got)
				}
				w.submit(ada, "suspend_confirm")
				w.slack.ClearFaults()
				w.pass(5 * time.Minute)
				if got := len(w.suspended()); got != 3 {
					t.Errorf("%d suspended, want 3", got)
				}
				w.command(ada, "status")
				gone.change(w)
				w.pressStored(ada, "suspend_all", "1")
				if n := len(w.slack.Views(ada)); n != 0 {
					t.Errorf("%d modals are open at the limit", n)
				}
				w.checkLastAnswer(ada, "You have reached your limit")
			})
		})
	}
}

// TestOverrideWhileTheOtherIsNotKnown confirms a lock twice, a day apart, while
// Slack does not tell whether the other approver can: one approver alone does not
// override it then.
func TestOverrideWhileTheOtherIsNotKnown(t *testing.T) {
	t.Parallel()
	two := func(s *bot.Settings) { s.Approvers = []string{"U0APPROVER1", "U0APPROVER2"} }
	inLocked(t, two, func(w *world, s anomaly) {
		ada := w.slack.Users.Approver
		w.override(ada)
		w.checkLocked(s)
		w.pass(25 * time.Hour)
		w.press(ada, "override", "")
		withoutOther["not known"].change(w)
		if got := w.submit(ada, "override_confirm"); !strings.Contains(string(got.Response), "try again") {
			t.Errorf("answered %s", got.Response)
		}
		w.slack.ClearFaults()
		w.checkLocked(s)
	})
}

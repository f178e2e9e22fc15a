package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
)

// TestSubmitForWhatIsOver submits a modal that was opened in time too late:
// nothing changes, and the answer gives the reason.
func TestSubmitForWhatIsOver(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		meanwhile func(*world, map[string]any)
		says      string
	}{
		"superseded": {func(w *world, _ map[string]any) { w.command(w.slack.Users.Approver2, "scan") }, "newer report"},
		"expired":    {func(w *world, _ map[string]any) { w.pass(25 * time.Hour) }, "too old"},
		"locked": {func(w *world, b map[string]any) {
			if err := w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(600)}); err != nil {
				w.t.Error(err)
			}
			w.command(w.slack.Users.Approver2, "scan")
			r := w.lastReport()
			b["r"], b["h"] = r.ID, r.Hash
		}, "safety lock"},
		"executing": {func(w *world, b map[string]any) {
			w.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, DelayMS: 9000})
			w.send(submission(w.slack.Users.Approver2, "suspend_confirm", w.bound(b), nil))
			w.command(w.slack.Users.Approver2, "pause")
		}, "already approved this report"},
		"stopped": {func(w *world, b map[string]any) {
			w.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, DelayMS: 9000})
			w.send(submission(w.slack.Users.Approver2, "suspend_confirm", w.bound(b), nil))
			w.pass(3 * time.Second)
			w.press(w.slack.Users.Approver2, "stop", "")
			w.org.ClearFaults()
			w.pass(time.Minute)
		}, "already approved this report"},
		"awaiting": {func(w *world, b map[string]any) {
			w.send(submission(w.slack.Users.Approver2, "suspend_confirm", w.bound(b), choice("all")))
		}, "already approved this report"},
		"done": {func(w *world, b map[string]any) {
			w.send(submission(w.slack.Users.Approver2, "suspend_confirm", w.bound(b), nil))
			w.pass(5 * time.Minute)
		}, "This report is finished"},
		"paused": {func(w *world, _ map[string]any) { w.command(w.slack.Users.Approver2, "pause") }, "Suspensions are paused"},
		"everyone excluded": {func(w *world, _ map[string]any) {
			for _, row := range buttons(w.report(), "exclude") {
				w.press(w.slack.Users.Approver2, "exclude", row)
			}
		}, "No one in this report still needs a decision"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			two := func(s *bot.Settings) {
				s.Approvers, s.ReportTTL = []string{"U0APPROVER1", "U0APPROVER2"}, 24*time.Hour
			}
			inWorld(t, small, two, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				b := w.bindingOf(ada)
				test.meanwhile(w, b)
				w.pass(20 * time.Second)
				for _, how := range []map[string]any{nil, choice("all")} {
					says := w.sendWithoutEffect(name, submission(ada, "suspend_confirm", w.bound(b), how))
					if !strings.Contains(says, test.says) || !strings.Contains(says, "Nothing was changed") {
						t.Errorf("answered %q, want it to contain %q", says, test.says)
					}
				}
			})
		})
	}
}

// TestSubmitAMomentTooLate submits a modal after the report's expiry time but
// before the report is marked as expired.
func TestSubmitAMomentTooLate(t *testing.T) {
	t.Parallel()
	short := func(s *bot.Settings) { s.ReportTTL = time.Hour }
	inWorld(t, small, short, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		b := w.bindingOf(ada)
		w.until(w.lastReport().ExpiresAt.Add(time.Millisecond))
		if got := w.send(submission(ada, "suspend_confirm", w.bound(b), nil)); !strings.Contains(string(got.Response), "too old") {
			t.Errorf("answered with %s", got.Response)
		}
		w.pass(5 * time.Minute)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v", got)
		}
	})
}

package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// TestWindowsThatDoNotOpen checks that the person is told that a modal was not
// opened and that nothing was changed.
func TestWindowsThatDoNotOpen(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacktest.Fault{
		"a rate limit": {Method: "views.open", Count: 1, Status: 429, RetryAfter: 30},
		"an error":     {Method: "views.open", Count: 1, Error: "internal_error"},
		"too slow":     {Method: "views.open", Count: 1, DelayMS: 60_000},
		"cut":          {Method: "views.open", Count: 1, Cut: "before"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				for _, action := range []string{"suspend_all", "browse", "lanes", "exclusions"} {
					before := len(w.told(ada))
					w.must(w.slack.Fault(fault))
					if action == "exclusions" {
						w.command(ada, action)
					} else {
						w.press(ada, action, "")
					}
					w.pass(time.Minute)
					if told := w.told(ada)[before:]; len(told) != 1 || !strings.Contains(told[0], "Nothing was changed. Please try again") {
						t.Errorf("%s: answered %q", action, told)
					}
					for _, v := range w.slack.Views(ada) { // open if only the response was lost.
						w.slack.CloseView(ada, v.ID)
					}
				}
			})
		})
	}
}

// TestWindowsThatStayOld checks that the person is told that a modal was not
// updated, unless they have closed it.
func TestWindowsThatStayOld(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "browse", "")
		before := len(w.told(ada))
		view := w.slack.Views(ada)[0]
		for _, code := range []string{"internal_error", "not_found"} {
			w.must(w.slack.Fault(slacktest.Fault{Method: "views.update", Count: 1, Error: code}))
			w.slack.Press(slacktest.Press{User: ada, ViewID: view.ID, ActionID: "browse_sort", Value: "name"})
			w.pass(5 * time.Second)
		}
		if told := w.told(ada)[before:]; len(told) != 1 || !strings.Contains(told[0], "Close the window and open it again") {
			t.Errorf("answered %q", told)
		}
	})
}

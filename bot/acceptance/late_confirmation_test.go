package acceptance_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// TestWhatShowsAfterTheRetry loses the response of a suspend request whose
// effect becomes visible only when the step is retried. The person is reported
// as suspended, not as skipped, and can be restored.
func TestWhatShowsAfterTheRetry(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		if err := w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(150_000)}); err != nil {
			t.Fatal(err)
		}
		w.fault(atlassiantest.Fault{Route: "POST suspend", Count: 1, Cut: "after"})
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.press(ada, "stop", "")
		w.pass(4 * time.Minute)
		w.press(ada, "resume", "")
		w.pass(20 * time.Minute)
		if got, want := len(buttons(w.report(), "restore")), len(w.suspended()); got != want {
			t.Errorf("%d can be restored, want all %d suspended people", got, want)
		}
		for _, st := range w.steps() {
			if st.State != storage.StepSuspended {
				t.Errorf("%s is %s %q, want suspended", st.AccountID, st.State, st.Reason)
			}
		}
	})
}

// TestWhatShowsAfterItWasLeft loses the response of a suspend request after
// which the step must not be sent again. If its effect becomes visible, the
// step is suspended; otherwise it ends with the reason for which it was given
// up.
func TestWhatShowsAfterItWasLeft(t *testing.T) {
	t.Parallel()
	causes := map[string]struct {
		leave  func(*world, string)
		reason string
	}{
		"used meanwhile": {func(w *world, who string) {
			w.org.ChangePerson(who, func(p *atlassiantest.Person) { p.ProductAccess[0].LastActive = new(time.Now().Add(-time.Hour)) })
			w.press(w.slack.Users.Approver, "resume", "")
		}, "active"},
		"excluded": {func(w *world, who string) {
			w.command(w.slack.Users.Approver, "exclude "+who)
			w.press(w.slack.Users.Approver, "resume", "")
		}, "exclusion"},
		"closed": {func(w *world, _ string) {
			w.press(w.slack.Users.Approver, "close", "")
		}, "closed"},
	}
	for name, cause := range causes {
		for cut, shows := range map[string]bool{"before": false, "after": true} {
			t.Run(name+", shown: "+strconv.FormatBool(shows), func(t *testing.T) {
				inWorld(t, small, nil, func(w *world) {
					ada := w.slack.Users.Approver
					w.command(ada, "scan")
					w.must(w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(400_000)}))
					w.fault(atlassiantest.Fault{Route: "POST suspend", Count: 1, Cut: cut})
					w.press(ada, "suspend_all", "")
					w.submit(ada, "suspend_confirm")
					w.press(ada, "stop", "")
					i := slices.IndexFunc(w.steps(), func(st storage.Step) bool { return st.State == storage.StepClaimed && !st.Accepted })
					sent := w.steps()[i].AccountID
					w.pass(2 * time.Minute)
					cause.leave(w, sent)
					w.pass(30 * time.Minute)
					if got, want := len(buttons(w.report(), "restore")), len(w.suspended()); got != want {
						t.Errorf("%d can be restored, want all %d suspended people", got, want)
					}
					st := w.steps()[i]
					if shows != (st.State == storage.StepSuspended) || !shows && (st.State != storage.StepSkipped || st.Reason != cause.reason) {
						t.Errorf("the step ends as %s %q", st.State, st.Reason)
					}
				})
			})
		}
	}
}

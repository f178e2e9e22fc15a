package acceptance_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// TestWhatShowsAfterTheRetry: a request without a response whose effect shows
// only at the next check was ours. The person is shown as suspended, not as
// skipped, and can be restored.
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
			t.Errorf("%d can be restored, want all %d who are suspended", got, want)
		}
		for _, st := range w.steps() {
			if st.State != storage.StepSuspended {
				t.Errorf("%s is %s %q, want suspended", st.AccountID, st.State, st.Reason)
			}
		}
	})
}

// TestWhatShowsAfterItWasLeft: a request without an answer whose effect shows when
// the step is not to be sent again any more was ours as well. Where it never
// shows, the step ends for the reason it was left for.
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
						t.Errorf("%d can be restored, want all %d who are suspended", got, want)
					}
					st := w.steps()[i]
					if shows != (st.State == storage.StepSuspended) || !shows && (st.State != storage.StepSkipped || st.Reason != cause.reason) {
						t.Errorf("it ends as %s %q", st.State, st.Reason)
					}
				})
			})
		}
	}
}

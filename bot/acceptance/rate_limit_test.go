package acceptance_test

import (
	"slices"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// rateLimit makes Atlassian answer the next call of a route with 429 and a
// Retry-After of two minutes.
func (w *world) rateLimit(route string) {
	w.t.Helper()
	w.fault(atlassiantest.Fault{Route: route, Count: 1, Status: 429, RetryAfter: "120"})
}

// waitingBatch starts a batch of everyone in the report whose first request gets a
// 429, so that it waits. It returns the accounts of the batch.
func (w *world) waitingBatch() (all []string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.command(ada, "scan")
	all = accounts(buttons(w.report(), "exclude"))
	w.rateLimit("POST suspend")
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	w.pass(10 * time.Second)
	if got := w.suspended(); len(got) != 0 {
		w.t.Fatalf("suspended %v, want everyone to wait", got)
	}
	return all
}

// TestNothingGoesOutOfLine checks that a request that waits for Atlassian's
// rate limit is checked again before it is sent: a pause, Stop, an exclusion
// and new activity prevent it.
func TestNothingGoesOutOfLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		meanwhile func(w *world, all []string)
		kept      func(all []string) []string // accounts that must not be suspended.
	}{
		"pause": {func(w *world, _ []string) { w.command(w.slack.Users.Approver, "pause") }, slices.Clone[[]string]},
		"stop":  {func(w *world, _ []string) { w.press(w.slack.Users.Approver, "stop", "") }, slices.Clone[[]string]},
		"exclusions": {func(w *world, all []string) {
			for _, a := range all {
				w.command(w.slack.Users.Approver, "exclude "+a)
			}
		}, slices.Clone[[]string]},
		"activity": {func(w *world, all []string) {
			for _, a := range all {
				w.org.ChangePerson(a, func(p *atlassiantest.Person) { p.ProductAccess[0].LastActive = new(time.Now().Add(-time.Hour)) })
			}
		}, slices.Clone[[]string]},
		"nothing": {func(*world, []string) {}, func([]string) []string { return nil }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				all := w.waitingBatch()
				test.meanwhile(w, all)
				w.pass(20 * time.Minute)
				kept := test.kept(all)
				want := slices.DeleteFunc(slices.Clone(all), func(a string) bool { return slices.Contains(kept, a) })
				if got := w.suspended(); !slices.Equal(got, want) {
					t.Errorf("suspended %v, want %v", got, want)
				}
			})
		})
	}
}

// TestRestoreOvertakesALookInLine checks that a restore does not wait while a
// batch's re-check waits for the rate limit.
func TestRestoreOvertakesALookInLine(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.runningBatch()
		w.rateLimit("GET last-active-dates")
		w.pass(30 * time.Second)
		before := len(w.suspended())
		w.press(ada, "restore", "")
		w.submit(ada, "restore_confirm")
		w.pass(40 * time.Second)
		if got := len(w.suspended()); got >= before {
			t.Errorf("%d suspended after a restore, want fewer than %d", got, before)
		}
	})
}

// TestALaterClaimHasItsOwnTime checks that a step retried long after its first
// claim, because the batch was stopped, gets the full time to be confirmed.
func TestALaterClaimHasItsOwnTime(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.fault(atlassiantest.Fault{Route: "POST suspend", Count: 1, Cut: "before"})
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.press(ada, "stop", "")
		w.pass(time.Hour)
		if err := w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(3 * 60_000)}); err != nil {
			t.Fatal(err)
		}
		w.press(ada, "resume", "")
		w.pass(20 * time.Minute)
		for _, st := range w.steps() {
			if st.State != storage.StepSuspended {
				t.Errorf("%s is %s %q, want suspended", st.AccountID, st.State, st.Reason)
			}
		}
	})
}

// TestAScanThatReadSomebodyBefore checks that a person is not taken for
// restored if a running scan read them as active before a batch suspended them.
func TestAScanThatReadSomebodyBefore(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 250, Seed: 1, Candidates: 4}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.fault(atlassiantest.Fault{Route: "POST users/search", Skip: 2, Count: 1, DelayMS: 25_000})
		w.slack.Command(slacktest.Command{User: ada, Channel: w.settings.Channel, Command: "/inactive", Text: "scan"})
		w.pass(2 * time.Second)
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		for _, st := range w.steps() {
			if st.State != storage.StepSuspended {
				t.Errorf("%s is %s %q, want suspended", st.AccountID, st.State, st.Reason)
			}
		}
	})
}

// steps returns the steps of the first batch.
func (w *world) steps() (out []storage.Step) {
	w.t.Helper()
	w.stored(func(s *storage.Store) (err error) {
		out, err = s.Steps(storage.Batch{ID: 1, ReportID: 1})
		return err
	})
	return out
}

// TestRuleByAGroupsNameWhereOnlyIdsAreTold checks that no one is suspended
// while a rule names a group and Atlassian returns group ids without names,
// because membership is unknown then.
func TestRuleByAGroupsNameWhereOnlyIdsAreTold(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		w.command(ada, "scan")
		w.pass(10 * time.Minute)
		p, _ := w.org.Person(accounts(buttons(w.report(), "exclude"))[0])
		w.press(ada, "suspend_all", "")
		w.command(ada, "exclude group:"+p.Groups[0])
		w.submit(ada, "suspend_confirm")
		w.pass(20 * time.Minute)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v although a rule cannot be evaluated, want no one", got)
		}
	})
}

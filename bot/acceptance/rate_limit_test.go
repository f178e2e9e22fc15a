package acceptance_test

import (
	"slices"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// limited has Atlassian answer the next call of a route with 429 and ask for a
// wait of two minutes.
func (w *world) limited(route string) {
	w.t.Helper()
	w.fault(atlassiantest.Fault{Route: route, Count: 1, Status: 429, RetryAfter: "120"})
}

// inLine starts a batch of all people whose first request was answered with
// 429, so that it waits. It returns its people.
func (w *world) inLine() (all []string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.command(ada, "scan")
	all = accounts(buttons(w.report(), "exclude"))
	w.limited("POST suspend")
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	w.pass(10 * time.Second)
	if got := w.suspended(); len(got) != 0 {
		w.t.Fatalf("suspended %v, want everybody to wait", got)
	}
	return all
}

// TestNothingGoesOutOfLine: a request that waits for Atlassian's rate limit is
// held back by a pause, Stop, an exclusion and new activity, because it is
// decided again when its time has come.
func TestNothingGoesOutOfLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		meanwhile func(w *world, all []string)
		kept      func(all []string) []string // who must not be suspended.
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
				all := w.inLine()
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

// TestRestoreOvertakesALookInLine: a batch whose second look waits for its turn
// does not hold up a restore.
func TestRestoreOvertakesALookInLine(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.underWay()
		w.limited("GET last-active-dates")
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

// TestALaterClaimHasItsOwnTime: a step that is tried again long after its first
// claim, because the batch was stopped in between, may take as long to show as
// any other.
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

// TestAScanThatReadSomebodyBefore: a person whom a scan read as active before a
// batch suspended the account was not restored by anyone.
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

// steps stops the bot and returns the steps of the first batch.
func (w *world) steps() (out []storage.Step) {
	w.t.Helper()
	w.stored(func(s *storage.Store) (err error) {
		out, err = s.Steps(storage.Batch{ID: 1, ReportID: 1})
		return err
	})
	return out
}

// TestRuleByAGroupsNameWhereOnlyIdsAreTold: if Atlassian returns no group
// names, membership is unknown, so no one is suspended while a rule by group
// name is in effect.
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
			t.Errorf("suspended %v by a rule that cannot be read, want nobody", got)
		}
	})
}

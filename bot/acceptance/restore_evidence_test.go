package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// suspendAll makes a report and suspends everyone in it.
func (w *world) suspendAll() (all []string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.command(ada, "scan")
	all = w.listed()
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	return all
}

// restoreButton returns the value of a person's Restore button.
func (w *world) restoreButton(account string) string {
	w.t.Helper()
	all := buttons(w.report(), "restore")
	i := slices.IndexFunc(all, func(v string) bool { return accountOf(v) == account })
	if i < 0 {
		w.t.Fatalf("%s has no Restore button: %s", account, blockText(w.report()))
	}
	return all[i]
}

// restore presses Restore for a person and confirms it.
func (w *world) restore(account string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.press(ada, "restore", w.restoreButton(account))
	w.submit(ada, "restore_confirm")
}

// restoreRequests returns when restore requests for a person arrived.
func (w *world) restoreRequests(account string) (at []time.Time) {
	for _, e := range w.org.Requests().Events {
		if e.Route == "POST restore" && e.AccountID == account {
			at = append(at, e.At)
		}
	}
	return at
}

// stepOf returns the step of a person in the last report.
func (w *world) stepOf(account string) storage.Step {
	w.t.Helper()
	all := w.steps()
	i := slices.IndexFunc(all, func(st storage.Step) bool { return st.AccountID == account })
	if i < 0 {
		w.t.Fatalf("%s has no step", account)
	}
	return all[i]
}

// checkRow checks what a person's row in the report says.
func (w *world) checkRow(account, text string) {
	w.t.Helper()
	if shown := blockText(w.report()); !strings.Contains(shown, text) {
		w.t.Errorf("the report does not say %q about %s: %s", text, account, shown)
	}
}

// TestCaseB1: the next read of a suspended person says active, as of a replica that
// is behind. Restore is sent all the same, and the person gets access back.
func TestCaseB1(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		who := w.suspendAll()[0]
		w.pass(10 * time.Minute)
		w.must(w.org.Configure(atlassiantest.OrgSettings{ReadLag: []atlassiantest.ReadLag{{AccountID: who, Status: "active", Reads: 1}}}))
		w.restore(who)
		w.pass(5 * time.Minute)
		p, _ := w.org.Person(who)
		if n := len(w.restoreRequests(who)); n != 1 || p.Suspended {
			t.Errorf("%d restore requests, suspended %t; want one and access", n, p.Suspended)
		}
		if st := w.stepOf(who); st.State != storage.StepRestored {
			t.Errorf("the step is %s %q, want restored", st.State, st.Reason)
		}
	})
}

// TestCaseB1ByAScan: one scan that reads a suspended person as active, from a
// replica that is behind, does not end the suspension. Restore is still there.
func TestCaseB1ByAScan(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		who := w.suspendAll()[0]
		w.pass(30 * time.Minute)
		w.must(w.org.Configure(atlassiantest.OrgSettings{ReadLag: []atlassiantest.ReadLag{{AccountID: who, Status: "active", Reads: 2}}}))
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		w.command(w.slack.Users.Approver, "restore "+who)
		w.pass(5 * time.Minute)
		if p, _ := w.org.Person(who); p.Suspended || len(w.restoreRequests(who)) != 1 {
			t.Errorf("suspended %t after %d restore requests; told %q", p.Suspended, len(w.restoreRequests(who)), w.told(w.slack.Users.Approver))
		}
	})
}

// TestCaseB2: the search does not list suspended people. They are read one by one,
// confirmed as suspended, and can be restored.
func TestCaseB2(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{HideSuspended: new(true)}))
		all := w.suspendAll()
		w.pass(5 * time.Minute)
		for _, st := range w.steps() {
			if st.State != storage.StepSuspended {
				t.Errorf("%s is %s %q, want suspended", st.AccountID, st.State, st.Reason)
			}
		}
		if got := accounts(buttons(w.report(), "restore")); !slices.Equal(got, all) {
			t.Errorf("%v can be restored, want %v", got, all)
		}
		w.restore(all[0])
		w.pass(time.Minute)
		if st := w.stepOf(all[0]); st.State != storage.StepRestored {
			t.Errorf("the step is %s %q, want restored", st.State, st.Reason)
		}
	})
}

// TestUnclearKeepsItsWayBack: neither call shows the suspended people. The steps
// become unclear and keep Restore. A later scan that sees a person off, by the
// single-user call, settles the step as suspended.
func TestUnclearKeepsItsWayBack(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{HideSuspended: new(true)}))
		w.fault(atlassiantest.Fault{Route: "GET user", Count: -1, Status: 403})
		all := w.suspendAll()
		w.pass(15 * time.Minute)
		for _, st := range w.steps() {
			if !st.Unclear() {
				t.Errorf("%s is %s %q, want unclear", st.AccountID, st.State, st.Reason)
			}
		}
		if got := accounts(buttons(w.report(), "restore")); !slices.Equal(got, all) {
			t.Errorf("%v can be restored, want %v", got, all)
		}
		w.restore(all[0])
		w.pass(time.Minute)
		if p, _ := w.org.Person(all[0]); p.Suspended {
			t.Error("the unclear person was not restored")
		}
		before := w.lastReport()
		w.org.ClearFaults()
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		w.stored(func(s *storage.Store) error {
			ours, err := s.ActiveSuspensions(0)
			for _, st := range ours {
				if st.State != storage.StepSuspended || st.ReportID != before.ID {
					t.Errorf("%s is %s %q of report %d, want suspended", st.AccountID, st.State, st.Reason, st.ReportID)
				}
			}
			if len(ours) != len(all)-1 {
				t.Errorf("%d suspensions are in effect, want %d", len(ours), len(all)-1)
			}
			return err
		})
	})
}

// TestRestoreNotConfirmed: the effect of a restore never shows. The request is sent
// three times, ten minutes apart; then the row says so and keeps Restore.
func TestRestoreNotConfirmed(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*atlassiantest.Fault{
		"accepted":   nil,
		"unanswered": {Route: "POST restore", Count: -1, Status: 503},
		"lost":       {Route: "POST restore", Count: -1, Cut: "before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				who := w.suspendAll()[0]
				w.pass(10 * time.Minute)
				if fault != nil {
					w.fault(*fault)
				}
				w.must(w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(24 * 3600 * 1000)}))
				w.restore(who)
				w.pass(3 * time.Hour)
				at := w.restoreRequests(who)
				if len(at) != 3 {
					t.Errorf("%d requests, want 3: %v", len(at), at)
				}
				for i := range len(at) - 1 {
					if apart := at[i+1].Sub(at[i]); apart < 10*time.Minute {
						t.Errorf("requests %d and %d are %s apart", i+1, i+2, apart)
					}
				}
				if st := w.stepOf(who); st.State != storage.StepSuspended || st.Problem != "not_confirmed" {
					t.Errorf("the step is %s with the problem %q", st.State, st.Problem)
				}
				w.checkRow(who, "Atlassian did not confirm it")
				w.restoreButton(who)
			})
		})
	}
}

// TestNeverSuspended: the suspend requests are lost, and Atlassian refuses to
// restore the person, who was never suspended. That is what approvers read.
func TestNeverSuspended(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{RestoreActive: new(409)}))
		w.command(w.slack.Users.Approver, "scan")
		who := accountOf(buttons(w.report(), "exclude")[0])
		w.fault(atlassiantest.Fault{Route: "POST suspend", AccountID: who, Count: -1, Cut: "before"})
		w.press(w.slack.Users.Approver, "suspend_all", "")
		w.submit(w.slack.Users.Approver, "suspend_confirm")
		w.pass(20 * time.Minute)
		if st := w.stepOf(who); !st.Unclear() {
			t.Errorf("the step is %s %q, want unclear", st.State, st.Reason)
		}
		w.restore(who)
		w.pass(time.Minute)
		if st := w.stepOf(who); !st.Unclear() || st.Problem != "not_suspended" {
			t.Errorf("the step is %s %q with the problem %q", st.State, st.Reason, st.Problem)
		}
		w.checkRow(who, "Atlassian reports that the person is not suspended")
		w.restoreButton(who)
		w.command(w.slack.Users.Approver, "scan")
		w.pass(15 * time.Minute)
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		if st := w.stepOf(who); st.Reason != storage.FailNoEffect {
			t.Errorf("after two scans the step is %s %q, want without an effect", st.State, st.Reason)
		}
	})
}

// TestRestoreOfAnActivePersonIsSent: somebody restored the person by hand. The
// request goes out all the same, and the person counts as restored.
func TestRestoreOfAnActivePersonIsSent(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		who := w.suspendAll()[0]
		w.pass(10 * time.Minute)
		w.org.ChangePerson(who, func(p *atlassiantest.Person) { p.Status, p.Suspended = atlassiantest.StatusActive, false })
		w.restore(who)
		w.pass(time.Minute)
		if n, st := len(w.restoreRequests(who)), w.stepOf(who); n != 1 || st.State != storage.StepRestored {
			t.Errorf("%d requests, and the step is %s", n, st.State)
		}
	})
}

// TestManyGone: three people in a row whom neither call knows stop the batch. Two do
// not.
func TestManyGone(t *testing.T) {
	t.Parallel()
	for gone, stops := range map[int]bool{2: false, 3: true} {
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			for _, v := range buttons(w.report(), "exclude")[:gone] {
				w.org.RemovePerson(accountOf(v))
			}
			w.suspendListed()
			stopped := len(buttons(w.report(), "resume")) > 0
			if stopped != stops {
				t.Errorf("%d people are gone: the batch stopped %t, want %t: %s", gone, stopped, stops, blockText(w.report()))
			}
			if stops {
				w.checkRow("the batch", "Atlassian did not find three people in a row")
			}
		})
	}
}

// TestCaseB7InABatch: last-active-dates answers 403 or 404 for one of the people. That person is
// skipped with the reason, and the others are suspended.
func TestCaseB7InABatch(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 404} {
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			all := w.listed()
			w.fault(atlassiantest.Fault{Route: "GET last-active-dates", AccountID: all[1], Count: -1, Status: status})
			w.suspendListed()
			if got, want := w.suspended(), slices.Delete(slices.Clone(all), 1, 2); !slices.Equal(got, want) {
				t.Errorf("%d: suspended %v, want %v", status, got, want)
			}
			if st := w.stepOf(all[1]); st.State != storage.StepSkipped || st.Reason != "read_refused" {
				t.Errorf("%d: the step is %s %q", status, st.State, st.Reason)
			}
			w.checkRow(all[1], "Atlassian refused to show this person's activity")
		})
	}
}

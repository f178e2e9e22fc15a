package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// suspendByHand suspends a person as an admin would.
func (w *world) suspendByHand(account string) {
	w.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Status, p.Suspended = atlassiantest.StatusSuspended, true })
}

// restoreByHand restores a person as an admin would.
func (w *world) restoreByHand(account string) {
	w.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Status, p.Suspended = atlassiantest.StatusActive, false })
}

// lag lets the next reads of a person show an older status.
func (w *world) lag(account, status string, reads int) {
	w.must(w.org.Configure(atlassiantest.OrgSettings{ReadLag: []atlassiantest.ReadLag{{AccountID: account, Status: status, Reads: reads}}}))
}

func (w *world) hideSuspended() {
	w.must(w.org.Configure(atlassiantest.OrgSettings{HideSuspended: new(true)}))
}

// checkNone checks that no step has a state.
func (w *world) checkNone(state storage.StepState) {
	w.t.Helper()
	for _, st := range w.steps() {
		if st.State == state {
			w.t.Errorf("%s is still %s", st.AccountID, st.State)
		}
	}
}

// TestOnePersonCannotBeRead: the read of one person fails for ever, where the search
// does not list suspended people. The others settle, and so does that person.
func TestOnePersonCannotBeRead(t *testing.T) {
	t.Parallel()
	t.Run("suspended", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			who := accountOf(buttons(w.report(), "exclude")[0])
			w.hideSuspended()
			w.fault(atlassiantest.Fault{Route: "GET user", AccountID: who, Count: -1, Status: 500})
			w.press(ada, "suspend_all", "")
			w.submit(ada, "suspend_confirm")
			w.pass(2 * time.Hour)
			w.checkNone(storage.StepClaimed)
			if st := w.stepOf(who); !st.Unclear() {
				t.Errorf("the step is %s %q, want unclear", st.State, st.Reason)
			}
		})
	})
	t.Run("restored", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			who := w.suspendAll()[0]
			w.pass(10 * time.Minute)
			w.hideSuspended()
			w.fault(atlassiantest.Fault{Route: "POST restore", AccountID: who, Count: -1, Status: 503})
			w.fault(atlassiantest.Fault{Route: "GET user", AccountID: who, Count: -1, Status: 500})
			w.press(ada, "undo_batch", "")
			w.submit(ada, "undo_confirm")
			w.pass(2 * time.Hour)
			w.checkNone(storage.StepRestoring)
			if n := len(w.restoreRequests(who)); n != 3 {
				t.Errorf("%d requests for the person who cannot be read, want 3", n)
			}
		})
	})
}

// TestRestoreWhileReadsFail: a lost request is sent again although no one can be
// read, and a key that is rejected meanwhile is told.
func TestRestoreWhileReadsFail(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		who := w.suspendAll()[0]
		w.pass(10 * time.Minute)
		w.fault(atlassiantest.Fault{Route: "POST restore", Count: 1, Status: 503})
		w.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 500})
		w.restore(who)
		w.pass(15 * time.Minute)
		if p, _ := w.org.Person(who); p.Suspended {
			t.Errorf("the person is still suspended after %d requests", len(w.restoreRequests(who)))
		}
	})
}

// TestLostRestoreAndOldReads: the restore is lost, and reads show the time before
// the suspension. They do not prove the restore, which is sent again.
func TestLostRestoreAndOldReads(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		who := w.suspendAll()[0]
		w.pass(2 * time.Minute)
		w.lag(who, "active", 20)
		w.fault(atlassiantest.Fault{Route: "POST restore", Count: 1, Cut: "before"})
		w.restore(who)
		w.pass(30 * time.Minute)
		if p, _ := w.org.Person(who); p.Suspended {
			t.Errorf("the person is suspended after %d requests, and the step says %s", len(w.restoreRequests(who)), w.stepOf(who).State)
		}
	})
}

// TestRestoreBetweenRestarts: an ordinary restart does not send a restore again
// before its time.
func TestRestoreBetweenRestarts(t *testing.T) {
	t.Parallel()
	faults := map[string][]atlassiantest.Fault{
		"unanswered":         {{Route: "POST restore", Count: -1, Status: 503}},
		"after a rate limit": {{Route: "POST restore", Count: 1, Status: 429, RetryAfter: "280"}, {Route: "POST restore", Count: -1, Status: 503}},
	}
	for name, all := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				who := w.suspendAll()[0]
				w.pass(10 * time.Minute)
				for _, f := range all {
					w.fault(f)
				}
				w.restore(who)
				for range 3 {
					w.pass(3 * time.Minute)
					w.stop()
					w.start()
				}
				w.pass(time.Hour)
				var sent []time.Time
				for _, e := range w.org.Requests().Events {
					if e.Route == "POST restore" && e.Status != 429 {
						sent = append(sent, e.At)
					}
				}
				if len(sent) < 2 || len(sent) > 3 { // one may have waited for the rate limit during a restart.
					t.Errorf("%d requests: %v", len(sent), sent)
				}
				for i := range len(sent) - 1 {
					if apart := sent[i+1].Sub(sent[i]); apart < 10*time.Minute {
						t.Errorf("requests %d and %d are %s apart", i+1, i+2, apart)
					}
				}
			})
		})
	}
}

// TestRestoreBeforeTheEffect: the suspension was not answered, and Atlassian refuses
// the restore because it has not taken effect. It does seconds later, and the
// person gets access back all the same.
func TestRestoreBeforeTheEffect(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.must(w.org.Configure(atlassiantest.OrgSettings{RestoreActive: new(409)}))
		w.command(ada, "scan")
		who := accountOf(buttons(w.report(), "exclude")[0])
		w.fault(atlassiantest.Fault{Route: "POST suspend", AccountID: who, Count: -1, Cut: "before"})
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.command(ada, "restore "+who)
		w.suspendByHand(who)
		w.pass(time.Hour)
		if p, _ := w.org.Person(who); p.Suspended {
			t.Errorf("suspended after %d requests; the step is %s %q", len(w.restoreRequests(who)), w.stepOf(who).State, w.stepOf(who).Problem)
		}
	})
}

// TestRestoredByHandAtOnce: an admin restores a person before the bot could read the
// suspension. The person is protected and not suspended again.
func TestRestoredByHandAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.must(w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(60_000)}))
		who := w.suspendAll()[0]
		w.restoreByHand(who)
		w.pass(80 * time.Minute)
		for range 2 {
			w.command(ada, "scan")
			w.pass(15 * time.Minute)
			if lane, reason := w.lane(who); lane != "protected" || reason != "just_restored" {
				t.Errorf("the lane is %s because of %q", lane, reason)
			}
		}
		if st := w.stepOf(who); st.State != storage.StepRestored {
			t.Errorf("the step is %s %q, want restored by someone else", st.State, st.Reason)
		}
	})
}

// TestSentBeforeTheStop: a request without an answer takes effect late, after the
// batch was stopped. The person can be restored, at once and a day later.
func TestSentBeforeTheStop(t *testing.T) {
	t.Parallel()
	for _, later := range []time.Duration{3 * time.Minute, 24 * time.Hour} {
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			w.must(w.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(150_000)}))
			w.fault(atlassiantest.Fault{Route: "POST suspend", Count: 1, Cut: "after"})
			w.press(ada, "suspend_all", "")
			w.submit(ada, "suspend_confirm")
			w.press(ada, "stop", "")
			w.pass(later)
			for _, who := range w.suspended() {
				w.command(ada, "restore "+who)
			}
			w.pass(5 * time.Minute)
			if left := w.suspended(); len(left) > 0 {
				t.Errorf("after %s: %v cannot be restored: %q", later, left, w.told(ada))
			}
		})
	}
}

// TestGoneIsCountedInARow: people whom Atlassian does not know stop a batch only
// three in a row, and other failures do not count as such.
func TestGoneIsCountedInARow(t *testing.T) {
	t.Parallel()
	const gone = "did not find three people in a row"
	for name, test := range map[string]func(*world, []string){
		"others were found between": func(w *world, all []string) {
			for i, who := range all {
				if i%2 == 0 {
					w.org.RemovePerson(who)
				} else {
					w.org.ChangePerson(who, func(p *atlassiantest.Person) { p.ProductAccess[0].LastActive = new(time.Now().Add(-time.Hour)) })
				}
			}
		},
		"two server errors before": func(w *world, all []string) {
			w.fault(atlassiantest.Fault{Route: "GET last-active-dates", AccountID: all[0], Count: -1, Status: 500})
			w.fault(atlassiantest.Fault{Route: "GET last-active-dates", AccountID: all[1], Count: -1, Status: 500})
			w.org.RemovePerson(all[2])
		},
		"suspended by hand and hidden": func(w *world, all []string) {
			w.hideSuspended()
			for _, who := range all[:3] {
				w.suspendByHand(who)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				var all []string // in the order of the report.
				for _, v := range buttons(w.report(), "exclude") {
					all = append(all, accountOf(v))
				}
				test(w, all)
				w.suspendListed()
				if strings.Contains(blockText(w.report()), gone) {
					t.Errorf("the report says: %s", blockText(w.report()))
				}
			})
		})
	}
}

// TestOffBetweenOldReads: scans read a suspended person as active, then off, then as
// active, where the search does not list suspended people. That proves nothing.
func TestOffBetweenOldReads(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		who := w.suspendAll()[0]
		w.pass(30 * time.Minute)
		w.hideSuspended()
		for i := range 3 {
			if i != 1 {
				w.lag(who, "active", 1)
			}
			w.command(w.slack.Users.Approver, "scan")
			w.pass(24 * time.Hour)
		}
		if st := w.stepOf(who); st.State != storage.StepSuspended {
			t.Errorf("the step is %s, want suspended", st.State)
		}
	})
}

// TestEveryoneUnclear: no suspension is confirmed. The report still offers to undo
// the batch and to restore one person, and the answers say that it is unclear.
func TestEveryoneUnclear(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.hideSuspended()
		w.fault(atlassiantest.Fault{Route: "GET user", Count: -1, Status: 403})
		all := w.suspendAll()
		w.pass(15 * time.Minute)
		for _, action := range []string{"undo_batch", "restore_somebody"} {
			if len(buttons(w.report(), action)) == 0 {
				t.Errorf("there is no button %s", action)
			}
		}
		w.command(ada, "suspended")
		w.command(ada, "status")
		if told := strings.Join(w.told(ada), "\n"); strings.Count(told, number(uint64(len(all)))+" of them unclear") != 2 {
			t.Errorf("the answers are %s", told)
		}
	})
}

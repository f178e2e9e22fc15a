package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// runningBatch starts a batch of everyone in the report and slows it down to at
// least ten seconds a person. It returns the accounts of the batch.
func (w *world) runningBatch() (all []string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.command(ada, "scan")
	all = accounts(buttons(w.report(), "exclude"))
	w.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, DelayMS: 10_000})
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	w.pass(20 * time.Second)
	if n := len(w.suspended()); n == 0 || n == len(all) {
		w.t.Fatalf("%d of %d suspended, want a running batch", n, len(all))
	}
	return all
}

// checkNoSuspensions lets time pass and fails if anyone is suspended in it.
func (w *world) checkNoSuspensions(d time.Duration) {
	w.t.Helper()
	before := w.suspendRequests()
	w.pass(d)
	if got := w.suspendRequests(); got != before {
		w.t.Errorf("%d more suspensions were sent", got-before)
	}
}

// suspendRequests returns the number of requests to suspend a person.
func (w *world) suspendRequests() (n int) {
	for _, p := range w.org.AllPeople() {
		n += p.SuspendRequests
	}
	return n
}

// checkAllSuspendedOnce fails unless exactly these accounts are suspended, each by one
// request.
func (w *world) checkAllSuspendedOnce(all []string) {
	w.t.Helper()
	w.org.ClearFaults()
	w.pass(10 * time.Minute)
	if got := w.suspended(); !slices.Equal(got, all) || w.suspendRequests() != len(all) {
		w.t.Errorf("suspended %v with %d requests, want %v once each", got, w.suspendRequests(), all)
	}
}

// TestPause checks that a pause stops a running batch and survives restarts,
// that Restore works during the pause, and that the batch continues after
// resume.
func TestPause(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		all := w.runningBatch()
		w.command(ada, "pause")
		w.pass(time.Minute) // for the request in progress.
		w.checkNoSuspensions(time.Hour)
		if text := blockText(w.report()); !strings.Contains(text, "Suspensions are paused by <@"+ada+">") {
			t.Errorf("the report does not say that it is paused: %s", text)
		}
		w.stop()
		w.start()
		w.checkNoSuspensions(time.Hour)
		before := len(w.suspended())
		w.press(ada, "restore", "")
		w.submit(ada, "restore_confirm")
		w.pass(time.Minute)
		if got := len(w.suspended()); got >= before && before > 0 {
			t.Errorf("%d suspended after a restore during the pause, want %d", got, before-1)
		}
		back := slices.DeleteFunc(slices.Clone(all), func(a string) bool { p, _ := w.org.Person(a); return p.Restores > 0 })
		w.command(ada, "resume")
		w.org.ClearFaults()
		w.pass(10 * time.Minute)
		if got := w.suspended(); len(back) != len(all)-1 || !slices.Equal(got, back) {
			t.Errorf("suspended %v after resume, want %v", got, back)
		}
	})
}

// TestUndoInThePause restores everyone and suspends no one else.
func TestUndoInThePause(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.runningBatch()
		w.command(ada, "pause")
		w.pass(time.Minute)
		w.pressStored(ada, "undo_batch", "1")
		w.submit(ada, "undo_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v after undo, want no one", got)
		}
		w.command(ada, "resume")
		w.checkNoSuspensions(time.Hour)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v after undo and resume, want no one", got)
		}
	})
}

// TestStopResumeClose checks that a stopped batch stays stopped after a
// restart, that Resume continues it and that Close skips the remaining people.
func TestStopResumeClose(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*world, []string){
		"resume": func(w *world, all []string) {
			w.press(w.slack.Users.Approver, "resume", "")
			w.checkAllSuspendedOnce(all)
		},
		"close": func(w *world, _ []string) {
			done := w.suspended()
			w.press(w.slack.Users.Approver, "close", "")
			w.checkAllSuspendedOnce(done)
			if text := blockText(w.report()); !strings.Contains(text, "skipped: ") || strings.Contains(text, "to be suspended") {
				w.t.Errorf("the report does not say who was skipped: %s", text)
			}
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				all := w.runningBatch()
				w.press(w.slack.Users.Approver, "stop", "")
				w.pass(time.Minute)
				w.checkNoSuspensions(time.Hour)
				w.stop()
				w.start()
				w.checkNoSuspensions(time.Hour)
				if len(buttons(w.report(), "resume")) != 1 || len(buttons(w.report(), "close")) != 1 || len(buttons(w.report(), "stop")) != 0 {
					t.Errorf("a stopped batch has other buttons: %s", blockText(w.report()))
				}
				w.org.ClearFaults()
				end(w, all)
			})
		})
	}
}

// TestBatchOfYesterdayWaits checks that a batch waits for Resume if its
// approval became more than 24 hours old during several outages, none of them
// that long. A younger batch continues.
func TestBatchOfYesterdayWaits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		away  []time.Duration
		waits bool
	}{
		"23 hours":       {[]time.Duration{23 * time.Hour}, false},
		"twice 23 hours": {[]time.Duration{23 * time.Hour, 23 * time.Hour}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, twoApprovers, func(w *world) { // without a scheduled report.
				w.settings.MaxSuspend = 50
				w.stop()
				w.start()
				all := w.runningBatch()
				w.command(w.slack.Users.Approver, "pause")
				for _, d := range test.away {
					w.stop()
					w.pass(d)
					w.start()
				}
				w.command(w.slack.Users.Approver, "resume")
				if test.waits {
					w.checkNoSuspensions(time.Hour)
					if text := blockText(w.report()); len(buttons(w.report(), "resume")) != 1 || !strings.Contains(text, "more than 24 hours old") {
						t.Errorf("the batch does not wait: %s", text)
					}
					w.press(w.slack.Users.Approver2, "resume", "")
				}
				w.checkAllSuspendedOnce(all)
			})
		})
	}
}

// TestDatabaseThatMayBeACopy starts with a heartbeat more than 24 hours old:
// the open report is superseded, waiting and running batches are closed, the
// channel gets a note, no one is suspended before a new scan, and that scan's
// report works.
func TestDatabaseThatMayBeACopy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(*world)
		away   time.Duration
		trust  bool
	}{
		"an open report":                    {func(w *world) { w.command(w.slack.Users.Approver, "scan") }, 25 * time.Hour, false},
		"an open report, away for 23 hours": {func(w *world) { w.command(w.slack.Users.Approver, "scan") }, 23 * time.Hour, true},
		"a batch that waits for a second":   {func(w *world) { w.requestSecondApproval() }, 25 * time.Hour, false},
		"a batch under way":                 {func(w *world) { w.settings.MaxSuspend = 50; w.stop(); w.start(); w.runningBatch() }, 25 * time.Hour, false},
		"a stopped batch": {func(w *world) {
			w.settings.MaxSuspend = 50
			w.stop()
			w.start()
			w.runningBatch()
			w.press("U0APPROVER1", "stop", "")
		}, 25 * time.Hour, false},
		"a batch that was paused for a time": {func(w *world) {
			w.settings.MaxSuspend = 50
			w.stop()
			w.start()
			w.runningBatch()
			w.command("U0APPROVER1", "pause")
		}, 25 * time.Hour, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, twoApprovers, func(w *world) {
				ada := w.slack.Users.Approver
				test.before(w)
				old := w.lastReport()
				w.stop()
				w.org.ClearFaults()
				w.pass(test.away)
				w.start()
				w.checkNoSuspensions(time.Hour)
				all := w.top()
				if told := strings.Contains(all[len(all)-1].Text, "restored from an older backup"); told == test.trust {
					t.Errorf("the last message in the channel is %q", all[len(all)-1].Text)
				}
				if state := w.lastReport().State; (state == storage.ReportOpen) != test.trust || state.Busy() {
					t.Errorf("the report is %s", state)
				}
				if test.trust {
					return
				}
				for _, action := range []string{"suspend_all", "exclude", "second_approve", "resume", "stop", "close"} {
					if got := buttons(w.report(), action); len(got) != 0 {
						t.Errorf("the old report still has %s", action)
					}
				}
				w.command(ada, "resume")
				w.command(ada, "scan")
				if r := w.lastReport(); r.ID != old.ID+1 || r.State != storage.ReportOpen {
					t.Fatalf("the next report is %d, %s: %q", r.ID, r.State, w.told(ada))
				}
				rows := buttons(w.report(), "exclude")
				for _, row := range rows[1:] {
					w.press(ada, "exclude", row)
				}
				already := w.suspended()
				w.press(ada, "suspend_all", "")
				w.submit(ada, "suspend_confirm")
				w.pass(5 * time.Minute)
				if got, want := w.suspended(), accounts(rows[:1])[0]; len(got) != len(already)+1 || !slices.Contains(got, want) {
					t.Errorf("suspended %v with the new report, want %v in addition to %v", got, want, already)
				}
			})
		})
	}
}

package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// underWay starts a batch of all people that takes at least ten seconds a
// person. It returns its people.
func (w *world) underWay() (all []string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.command(ada, "scan")
	all = accounts(buttons(w.report(), "exclude"))
	w.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, DelayMS: 10_000})
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	w.pass(20 * time.Second)
	if n := len(w.suspended()); n == 0 || n == len(all) {
		w.t.Fatalf("%d of %d suspended, want a batch under way", n, len(all))
	}
	return all
}

// still lets time pass and fails if anybody is suspended meanwhile.
func (w *world) still(d time.Duration) {
	w.t.Helper()
	before := w.suspendRequests()
	w.pass(d)
	if got := w.suspendRequests(); got != before {
		w.t.Errorf("%d more suspensions were sent", got-before)
	}
}

// suspendRequests counts the requests to suspend anybody.
func (w *world) suspendRequests() (n int) {
	for _, p := range w.org.AllPeople() {
		n += p.SuspendRequests
	}
	return n
}

// everybodyOnce fails unless exactly these are suspended, each by one request.
func (w *world) everybodyOnce(all []string) {
	w.t.Helper()
	w.org.ClearFaults()
	w.pass(10 * time.Minute)
	if got := w.suspended(); !slices.Equal(got, all) || w.suspendRequests() != len(all) {
		w.t.Errorf("suspended %v with %d requests, want %v once each", got, w.suspendRequests(), all)
	}
}

// TestPause: a pause stops the batch under way and lasts over restarts; restores
// and undo go on meanwhile; resume lets the batch go on.
func TestPause(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		all := w.underWay()
		w.command(ada, "pause")
		w.pass(time.Minute) // a request under way may end.
		w.still(time.Hour)
		if text := blockText(w.report()); !strings.Contains(text, "Suspensions are paused by <@"+ada+">") {
			t.Errorf("the report does not say that it is paused: %s", text)
		}
		w.stop()
		w.start()
		w.still(time.Hour)
		w.press(ada, "restore", "")
		w.submit(ada, "restore_confirm")
		before := len(w.suspended())
		w.pass(time.Minute)
		if got := len(w.suspended()); got >= before && before > 0 {
			t.Errorf("%d suspended after a restore in the pause, want %d", got, before-1)
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

// TestUndoInThePause restores all people and suspends no one else.
func TestUndoInThePause(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.underWay()
		w.command(ada, "pause")
		w.pass(time.Minute)
		w.press(ada, "undo_batch", "1")
		w.submit(ada, "undo_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v after undo, want nobody", got)
		}
		w.command(ada, "resume")
		w.still(time.Hour)
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v after undo and resume, want nobody", got)
		}
	})
}

// TestStopResumeClose: Stop holds a batch also over a restart, Resume lets it go
// on, and Close gives up the rest.
func TestStopResumeClose(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*world, []string){
		"resume": func(w *world, all []string) {
			w.press(w.slack.Users.Approver, "resume", "")
			w.everybodyOnce(all)
		},
		"close": func(w *world, _ []string) {
			done := w.suspended()
			w.press(w.slack.Users.Approver, "close", "")
			w.everybodyOnce(done)
			if text := blockText(w.report()); !strings.Contains(text, "skipped: ") || strings.Contains(text, "to be suspended") {
				w.t.Errorf("the report does not tell who was given up: %s", text)
			}
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				all := w.underWay()
				w.press(w.slack.Users.Approver, "stop", "")
				w.pass(time.Minute)
				w.still(time.Hour)
				w.stop()
				w.start()
				w.still(time.Hour)
				if len(buttons(w.report(), "resume")) != 1 || len(buttons(w.report(), "close")) != 1 || len(buttons(w.report(), "stop")) != 0 {
					t.Errorf("a stopped batch has other buttons: %s", blockText(w.report()))
				}
				w.org.ClearFaults()
				end(w, all)
			})
		})
	}
}

// TestBatchOfYesterdayWaits: a batch whose approval became over 24 hours old
// while the bot was away waits for Resume, although no single absence was that
// long. A younger one continues.
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
			inWorld(t, small, twoApprovers, func(w *world) { // the schedule is out of the way.
				w.settings.MaxSuspend = 50
				w.stop()
				w.start()
				all := w.underWay()
				w.command(w.slack.Users.Approver, "pause")
				for _, d := range test.away {
					w.stop()
					w.pass(d)
					w.start()
				}
				w.command(w.slack.Users.Approver, "resume")
				if test.waits {
					w.still(time.Hour)
					if text := blockText(w.report()); len(buttons(w.report(), "resume")) != 1 || !strings.Contains(text, "more than 24 hours old") {
						t.Errorf("the batch does not wait: %s", text)
					}
					w.press(w.slack.Users.Approver2, "resume", "")
				}
				w.everybodyOnce(all)
			})
		})
	}
}

// TestDatabaseThatMayBeACopy: after a heartbeat over 24 hours old, the open
// report is superseded and unfinished batches are closed. The channel is told,
// no one is suspended before a new scan, and that scan works.
func TestDatabaseThatMayBeACopy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(*world)
		away   time.Duration
		trust  bool
	}{
		"an open report":                    {func(w *world) { w.command(w.slack.Users.Approver, "scan") }, 25 * time.Hour, false},
		"an open report, away for 23 hours": {func(w *world) { w.command(w.slack.Users.Approver, "scan") }, 23 * time.Hour, true},
		"a batch that waits for a second":   {func(w *world) { w.askForSecond() }, 25 * time.Hour, false},
		"a batch under way":                 {func(w *world) { w.settings.MaxSuspend = 50; w.stop(); w.start(); w.underWay() }, 25 * time.Hour, false},
		"a stopped batch": {func(w *world) {
			w.settings.MaxSuspend = 50
			w.stop()
			w.start()
			w.underWay()
			w.press("U0APPROVER1", "stop", "")
		}, 25 * time.Hour, false},
		"a batch that was paused for a time": {func(w *world) {
			w.settings.MaxSuspend = 50
			w.stop()
			w.start()
			w.underWay()
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
				w.still(time.Hour)
				all := w.top()
				if told := strings.Contains(all[len(all)-1].Text, "restored from an older backup"); told == test.trust {
					t.Errorf("the channel reads %q at the end", all[len(all)-1].Text)
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
					t.Errorf("suspended %v from the new report, want %v more than %v", got, want, already)
				}
			})
		})
	}
}

package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

var small = atlassiantest.Options{Users: 120, Candidates: 5}

// reports returns the number of reports in the channel.
func (w *world) reports() (n int) {
	for _, m := range w.top() {
		if m.Metadata["event_type"] == "inactivebot_report" {
			n++
		}
	}
	return n
}

func TestOneReportASlot(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		monday := nextMonday()
		w.until(monday.Add(-time.Minute))
		if got := w.reports(); got != 0 {
			t.Fatalf("%d reports before the first slot, want 0", got)
		}
		w.until(monday.Add(time.Minute))
		for range 3 {
			w.stop()
			w.start()
		}
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports after three restarts within the slot, want 1", got)
		}
		w.until(monday.AddDate(0, 0, 7).Add(time.Minute))
		if got := w.reports(); got != 2 {
			t.Errorf("%d reports after the second slot, want 2", got)
		}
	})
}

func TestMissedSlotsAreCaughtUpOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.stop()
		w.until(nextMonday().AddDate(0, 0, 15))
		w.start()
		w.pass(time.Minute)
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports after three missed slots, want 1", got)
		}
	})
}

func TestFirstStartIsGreetedOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.stop()
		w.start()
		all := w.top()
		if len(all) != 1 || !strings.Contains(all[0].Text, "inactivebot is running") {
			t.Fatalf("the channel has %v, want one greeting", all)
		}
		if got := buttons(all[0], "scan_again"); len(got) != 1 {
			t.Error("the greeting has no Scan now button")
		}
		w.slack.Press(pressOn(w, all[0], "scan_again"))
		w.pass(10 * time.Second)
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports after Scan now, want 1", got)
		}
	})
}

// TestNewReportTakesTheOldOnesPlace checks that only the newest report has
// buttons.
func TestNewReportTakesTheOldOnesPlace(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		old := w.report()
		w.command(ada, "scan")
		for _, m := range w.top() {
			if m.TS == old.TS && len(buttons(m, "exclude"))+len(buttons(m, "suspend_all")) > 0 {
				t.Error("the old report still has buttons")
			}
			if m.TS == old.TS && !strings.Contains(blockText(m), "|report 2>") {
				t.Errorf("the old report does not link to the new one: %s", blockText(m))
			}
		}
		forged := pressOn(w, old, "exclude")
		forged.Value = buttons(w.report(), "exclude")[0]
		forged.Value = strings.Replace(forged.Value, ".2.", ".1.", 1)
		w.slack.Press(forged)
		w.pass(3 * time.Second)
		told := w.told(ada)
		if len(told) == 0 || !strings.Contains(told[len(told)-1], "newer report") {
			t.Errorf("a press on the old report is answered with %v", told)
		}
	})
}

func TestReportExpires(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.until(nextMonday().Add(time.Minute)) // this report expires when the next one is due, a week later.
		w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 503})
		w.pass(8 * 24 * time.Hour)
		m := w.report()
		if len(buttons(m, "suspend_all")) > 0 || len(buttons(m, "exclude")) > 0 {
			t.Error("an expired report still has buttons")
		}
		w.org.ClearFaults()
		w.press(ada, "scan_again", "")
		w.pass(time.Minute)
		if got := w.reports(); got < 2 {
			t.Errorf("%d reports after Scan again, want a new one", got)
		}
	})
}

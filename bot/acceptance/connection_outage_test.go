package acceptance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// TestAnAbsenceIsNotedWhereItMattered checks that an outage of more than 15
// minutes is noted once, with its start and end, in the thread of a report that
// had buttons. Otherwise nothing is posted.
func TestAnAbsenceIsNotedWhereItMattered(t *testing.T) {
	t.Parallel()
	process := func(w *world, d time.Duration) {
		w.stop()
		w.pass(d)
		w.start()
	}
	socket := func(w *world, d time.Duration) {
		w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "cut", RefuseForS: int(d.Seconds())}))
		w.pass(d + 6*time.Minute) // the library waits for up to five minutes.
	}
	tests := map[string]struct {
		away   func(*world, time.Duration)
		of     time.Duration
		report bool
		noted  bool
	}{
		"the process, for 20 minutes":              {process, 20 * time.Minute, true, true},
		"the process, for 14 minutes":              {process, 14 * time.Minute, true, false},
		"the process, for 3 hours, with no report": {process, 3 * time.Hour, false, false},
		"the connection, for 25 minutes":           {socket, 25 * time.Minute, true, true},
		"the connection, for 5 minutes":            {socket, 5 * time.Minute, true, false},
		"an hourly refresh for a day": {func(w *world, d time.Duration) {
			for range int(d / time.Hour) {
				w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}))
				w.pass(time.Hour)
			}
		}, 24 * time.Hour, true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				if test.report {
					w.command(w.slack.Users.Approver, "scan")
				}
				gone := time.Now()
				test.away(w, test.of)
				w.pass(time.Minute)
				want, count := fmt.Sprintf("not connected to Slack from <!date^%d^", gone.Unix()), 0
				for _, m := range w.slack.Messages(w.settings.Channel) {
					if strings.Contains(m.Text, "not connected to Slack") {
						count++
						if !strings.Contains(m.Text, want) || m.ThreadTS != w.report().TS {
							t.Errorf("noted %q, want %q in the report's thread", m.Text, want)
						}
					}
				}
				if noted := count == 1; noted != test.noted || count > 1 {
					t.Errorf("noted %d times, want %t", count, test.noted)
				}
				if test.report {
					w.checkPressWorks()
				}
			})
		})
	}
}

// TestReportMadeWhileNobodyCouldPress notes the outage from the report's
// creation on if the report was made during the outage.
func TestReportMadeWhileNobodyCouldPress(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.until(nextMonday().Add(-30 * time.Minute))
		w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "cut", RefuseForS: 3600}))
		w.pass(70 * time.Minute)
		made := w.lastReport().CreatedAt
		if n := w.countNotes(fmt.Sprintf("not connected to Slack from <!date^%d^", made.Unix())); n != 1 {
			t.Errorf("noted %d times, want once, since %s: %q", n, made, w.notes())
		}
	})
}

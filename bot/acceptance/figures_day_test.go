package acceptance_test

import (
	"cmp"
	"flag"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

const (
	pressesPerHour = 200
	// faultEvery is the number of presses between two faults of a kind: 1 %.
	faultEvery = 100
)

// done is one press of the day and what the person saw.
type done struct {
	at      time.Time
	account string
	failed  string // what the presser saw, empty where it was acked.
	spoilt  string // what went wrong on purpose.
}

var large = flag.Bool("large", false, "measure longer and with more presses")

// TestFiguresOfADay lets virtual hours pass, 24 with -large, with a refresh of
// the connection every hour, 200 presses an hour, 1 % lost acks and 1 %
// duplicates. Every press took effect exactly once or its presser saw an error,
// and nothing piles up.
func TestFiguresOfADay(t *testing.T) {
	hours := 1
	if *large {
		hours = 24
	}
	inWorld(t, atlassiantest.Options{Users: 120, Candidates: 12}, nil, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		before, goroutines := w.footprint()
		began := time.Now()
		var all []done
		for i := range hours * pressesPerHour {
			all = append(all, w.pressOfTheDay(i))
			w.until(began.Add(time.Duration(i+1) * time.Hour / pressesPerHour))
		}
		w.pass(time.Minute)
		after, goroutinesThen := w.footprint()
		w.eachOnce(all)
		t.Logf("%d h: goroutines %d, then %d; the bot's heap %d kB, then %d kB", hours, goroutines, goroutinesThen, before>>10, after>>10)
		if goroutinesThen > goroutines+5 {
			t.Errorf("%d goroutines at the end, %d at the start", goroutinesThen, goroutines)
		}
		if after > 3*before+8<<20 {
			t.Errorf("the bot holds %d kB at the end, %d kB at the start", after>>10, before>>10)
		}
	})
}

// pressOfTheDay presses Exclude or Undo for one person after the other,
// sometimes with a fault.
func (w *world) pressOfTheDay(i int) done {
	ada := w.slack.Users.Approver
	var spoilt string
	switch {
	case i%pressesPerHour == pressesPerHour/2:
		spoilt = "refresh"
		w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}))
	case i%faultEvery == 20:
		spoilt = "drop_ack"
	case i%faultEvery == 60:
		spoilt = []string{"duplicate", "duplicate_new_id"}[(i/faultEvery)%2]
	}
	if strings.HasPrefix(spoilt, "d") {
		w.must(w.slack.Fault(slacktest.Fault{Envelope: spoilt}))
	}
	m := w.report()
	action := "exclude"
	rows := buttons(m, action)
	if back := buttons(m, "undo_exclude"); i%2 == 1 && len(back) > 0 {
		action, rows = "undo_exclude", back
	}
	row := rows[i/2%len(rows)]
	at := time.Now()
	got := w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: m.TS, ActionID: action, Value: row})
	return done{at, accounts([]string{row})[0], got.Error, spoilt}
}

// eachOnce fails for a press that took effect twice, or not at all without an
// error.
func (w *world) eachOnce(all []done) {
	w.t.Helper()
	var effects []storage.AuditEntry
	for _, l := range w.lines() {
		if l.Action == "exclude" || l.Action == "include" {
			effects = append(effects, l)
		}
	}
	slices.SortFunc(effects, func(a, b storage.AuditEntry) int { return cmp.Compare(a.Seq, b.Seq) })
	failed, counted := map[string]int{}, 0
	for i, d := range all {
		until := time.Now()
		if i+1 < len(all) {
			until = all[i+1].at
		}
		n := 0
		for _, l := range effects {
			if !l.At.Before(d.at) && l.At.Before(until) && l.Account == d.account {
				n++
			}
		}
		counted += n
		if d.failed != "" {
			failed[d.spoilt]++
		}
		if n > 1 || n == 0 && d.failed == "" {
			w.t.Errorf("press %d (%s) took effect %d times; the presser saw %q", i, d.spoilt, n, d.failed)
		}
	}
	if counted != len(effects) {
		w.t.Errorf("%d effects are of no press", len(effects)-counted)
	}
	w.t.Logf("%d presses, %d effects; pressers saw an error, by what went wrong: %v", len(all), counted, failed)
}

// footprint returns how many bytes are released when the bot stops, and how
// many goroutines it has while it runs. The simulators keep everything.
func (w *world) footprint() (bytes uint64, goroutines int) {
	w.t.Helper()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	w.pass(2 * time.Minute) // idle connections close.
	goroutines = runtime.NumGoroutine()
	with := heap()
	w.stop()
	w.wire.Transport.CloseIdleConnections()
	w.pass(time.Second)
	without := heap()
	w.start()
	return with - min(with, without), goroutines
}

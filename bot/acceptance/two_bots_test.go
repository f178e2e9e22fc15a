package acceptance_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/bot/handler"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// second starts another bot with its own database on the same app and channel.
func (w *world) second() *world {
	w.t.Helper()
	other := &world{t: w.t, org: w.org, slack: w.slack, settings: w.settings, path: filepath.Join(w.t.TempDir(), "second.db"), log: &logbook{}, wire: w.wire, shown: w.shown}
	other.start()
	return other
}

// ownReport returns the newest report's message of this bot.
func (w *world) ownReport() slacktest.Message {
	w.t.Helper()
	for _, m := range slices.Backward(w.top()) {
		if m.Metadata["event_type"] == "inactivebot_report" && strings.HasPrefix(buttons(m, "lanes")[0], w.store.Installation().ID+".") {
			return m
		}
	}
	w.t.Fatal("this bot has no report")
	return slacktest.Message{}
}

// scanEach makes a report with each bot: Slack delivers a command to any of them.
func scanEach(bots ...*world) {
	for range 50 {
		done := !slices.ContainsFunc(bots, func(w *world) bool { return w.lastReport().ID == 0 })
		if done {
			return
		}
		bots[0].command(bots[0].slack.Users.Approver, "scan")
	}
	bots[0].t.Fatal("a bot got no command")
}

// TestCaseA3 presses 1,000 buttons of two bots on one app and channel. Slack
// delivers each press to one of them at random: it counts for the bot whose message
// it is, or it is refused in words and changes nothing.
func TestCaseA3(t *testing.T) {
	t.Parallel()
	presses := 200
	if *long {
		presses = 1000
	}
	inWorld(t, small, nil, func(first *world) {
		second := first.second()
		defer second.stop()
		ada := first.slack.Users.Approver
		scanEach(first, second)
		first.pass(time.Minute)
		dice := rand.New(rand.NewPCG(1, 2))
		counted, refused := 0, 0
		for i := 0; counted+refused < presses; i++ {
			own, other := first, second
			if dice.IntN(2) == 0 {
				own, other = second, first
			}
			m := own.ownReport()
			action := []string{"exclude", "undo_exclude", "exclude", "suspend_all"}[dice.IntN(4)]
			values := buttons(m, action)
			if len(values) == 0 {
				continue
			}
			before, otherBefore, told := own.digest(), other.digest(), len(first.told(ada))
			got := first.slack.Press(slacktest.Press{User: ada, Channel: first.settings.Channel, TS: m.TS, ActionID: action, Value: values[dice.IntN(len(values))]})
			first.pass(5 * time.Second)
			answers := strings.Join(first.told(ada)[told:], "\n")
			saidNo := strings.Contains(answers, "Another inactivebot that is connected to the same Slack app posted it") && strings.Contains(answers, "Nothing was changed")
			did := own.digest() != before || len(first.slack.Views(ada)) > 0
			if !got.OK || did == saidNo || other.digest() != otherBefore {
				t.Fatalf("press %d, %s: acknowledged %t, counted %t, refused %t (%q), the other changed: %t", i, action, got.OK, did, saidNo, answers, other.digest() != otherBefore)
			}
			if did {
				counted++
			} else {
				refused++
			}
			for _, v := range first.slack.Views(ada) {
				first.slack.CloseView(ada, v.ID)
			}
		}
		t.Logf("%d presses: %d counted, %d refused", counted+refused, counted, refused)
		if counted*4 < presses || refused*4 < presses {
			t.Errorf("%d presses counted and %d were refused: the test is void", counted, refused)
		}
		for _, w := range []*world{first, second} {
			w.checkWarned(storage.WarnOtherProgram, true)
		}
	})
}

// checkWarned fails unless a warning is, or is not, in effect, in the database and
// at /readyz and /metrics.
func (w *world) checkWarned(kind storage.WarningKind, want bool) {
	w.t.Helper()
	all, err := w.store.Warnings()
	w.must(err)
	if got := slices.ContainsFunc(all, func(v storage.Warning) bool { return v.Kind == kind }); got != want {
		w.t.Errorf("the warning %s is in effect: %t, want %t", kind, got, want)
	}
	if ready := w.monitorText("/readyz"); strings.Contains(ready, "warning: ") != want {
		w.t.Errorf("/readyz says %q, want the warning: %t", ready, want)
	}
	value := map[bool]int{true: 1}[want]
	if metrics := w.monitorText("/metrics"); !strings.Contains(metrics, fmt.Sprintf("inactivebot_warning{kind=%q} %d", kind, value)) {
		w.t.Errorf("/metrics does not say %d for %s", value, kind)
	}
}

// monitorText returns what the monitor answers at a path.
func (w *world) monitorText(path string) string {
	w.t.Helper()
	got := httptest.NewRecorder()
	w.running.Monitor().ServeHTTP(got, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(got.Body)
	w.must(err)
	return string(body)
}

// TestSecondConnection opens another connection on the same app. The bot connects
// once more after ten minutes; a connection that is still there is a warning in the
// next report's thread, which ends when the connection has gone.
func TestSecondConnection(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ stays bool }{"one left over from a cut": {false}, "another program": {true}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, func(s *bot.Settings) { s.Schedule = "CRON_TZ=UTC 0 9 20 * *" }, func(w *world) {
				w.stop()
				other := w.connection()
				w.start()
				before := len(w.connectionRequests())
				w.pass(9 * time.Minute)
				if !test.stays {
					w.must(other.Close())
				}
				w.checkWarned(storage.WarnOtherProgram, false)
				w.pass(2 * time.Minute)
				if got := len(w.connectionRequests()) - before; got != 1 {
					t.Errorf("the bot connected %d more times, want once", got)
				}
				w.checkWarned(storage.WarnOtherProgram, test.stays)
				w.pass(time.Hour)
				if got := len(w.connectionRequests()) - before; got != 1 {
					t.Errorf("within an hour the bot connected %d more times, want once", got)
				}
				for range 10 { // the other connection gets some of the commands.
					w.command(w.slack.Users.Approver, "scan")
				}
				w.pass(time.Minute)
				if got := strings.Contains(strings.Join(w.notes(), "\n"), "Another program uses the same Slack app"); got != test.stays {
					t.Errorf("the thread warns: %t, want %t: %q", got, test.stays, w.notes())
				}
				if test.stays {
					w.must(other.Close())
					w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}))
					w.pass(time.Minute)
					w.checkWarned(storage.WarnOtherProgram, false)
				}
			})
		})
	}
}

// TestForeignInstallation presses every button and submits every modal of another
// installation as an approver: each is refused in words and changes nothing.
func TestForeignInstallation(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.twoReports()
		w.must(w.store.SetWarning(storage.WarnOtherProgram, time.Now()))
		row := "ABCDEFGH." + bareValue(buttons(w.report(), "exclude")[0])
		const says = "Another inactivebot that is connected to the same Slack app posted it, or my database is not the one it was posted from. Nothing was changed"
		for _, id := range handler.Actions()["button"] {
			for _, value := range []string{"ABCDEFGH", "ABCDEFGH.2", row} {
				if got := w.sendWithoutEffect(id, w.pressOf(ada, action(id, value))); !strings.Contains(got, says) {
					t.Errorf("%s with the value %s is answered %q", id, value, got)
				}
				inModal := with(w.pressOf(ada, action(id, value)), "view", map[string]any{"id": "V1", "private_metadata": value})
				if got := w.sendWithoutEffect(id, inModal); !strings.Contains(got, says) {
					t.Errorf("%s in a modal of %s is answered %q", id, value, got)
				}
			}
		}
		for _, id := range handler.Actions()["submit"] {
			for _, private := range []string{"ABCDEFGH", "ABCDEFGH.2", row} {
				if got := w.sendWithoutEffect(id, submission(ada, id, private, nil)); !strings.Contains(got, says) {
					t.Errorf("%s with %s is answered %q", id, private, got)
				}
			}
		}
	})
}

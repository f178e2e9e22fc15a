package acceptance_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// setAsideCopy copies the database of the stopped bot.
func (w *world) setAsideCopy() (path string) {
	w.t.Helper()
	path = filepath.Join(w.t.TempDir(), "aside.db")
	body, err := os.ReadFile(w.path)
	if err == nil {
		err = os.WriteFile(path, body, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return path
}

// TestCaseA4 puts a plain copy of the database back within an hour. The message
// shows an exclusion that the copy does not have: nothing can be suspended until
// two approvers override the lock of a new report.
func TestCaseA4(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(time.Minute)
		w.stop()
		aside := w.setAsideCopy()
		w.start()
		w.press(ada, "exclude", "")
		excluded := buttons(w.report(), "undo_exclude")
		w.pass(time.Minute)
		w.putBack(aside)
		w.pass(time.Minute)
		if got := w.lastReport(); got.State != storage.ReportSuperseded || len(anyButtons(w.report())) > 0 {
			t.Errorf("the report is %s with the buttons %q", got.State, anyButtons(w.report()))
		}
		if all := w.top(); !strings.Contains(all[len(all)-1].Text, "shows decisions that my database does not have") {
			t.Errorf("the channel is told %q", all[len(all)-1].Text)
		}
		w.pressStored(ada, "suspend_all", "1")
		w.checkLastAnswer(ada, "Nothing was changed")
		for range 2 { // scanning again does not end the lock.
			w.command(ada, "scan")
			if got := w.lastReport(); got.State != storage.ReportLocked || !strings.Contains(blockText(w.report()), "scanning again does not end it") {
				t.Fatalf("the next report is %s: %s", got.State, blockText(w.report()))
			}
		}
		w.overrideAsTwo()
		if got := w.lastReport().State; got != storage.ReportOpen {
			t.Errorf("after two overrides the report is %s", got)
		}
		w.stop() // the same message counts once.
		w.start()
		w.command(ada, "scan")
		if got := w.lastReport().State; got != storage.ReportOpen {
			t.Errorf("the report after a restart is %s", got)
		}
		if len(excluded) != 1 || len(w.suspended()) != 0 {
			t.Errorf("%d exclusions, %d people suspended", len(excluded), len(w.suspended()))
		}
	})
}

// TestSuspensionsWaitForTheComparison checks that no one is suspended before the
// newest messages were read.
func TestSuspensionsWaitForTheComparison(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(time.Minute)
		w.stop()
		w.must(w.slack.Fault(slacktest.Fault{Method: "conversations.history", Count: -1, Status: 500}))
		w.start()
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		if got := w.suspended(); len(got) != 0 {
			t.Fatalf("suspended %v before the messages were compared", got)
		}
		w.slack.ClearFaults()
		w.pass(10 * time.Minute)
		if got := len(w.suspended()); got != 6 {
			t.Errorf("%d people suspended afterwards, want 6", got)
		}
	})
}

// TestCaseA5 replaces the file of the running bot: it notices, stops, says so in
// the channel, and saves what it had stored beside the path.
func TestCaseA5(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "exclude", "")
		w.pass(time.Minute)
		aside := w.setAsideCopy()
		if err := os.Rename(aside, w.path); err != nil {
			t.Fatal(err)
		}
		err := w.waitForEnd(2 * time.Minute)
		replaced, ok := errors.AsType[storage.ErrReplaced](err)
		if !ok || !strings.HasPrefix(replaced.SavedAs, w.path+".replaced-") {
			t.Fatalf("the bot ended with %v", err)
		}
		all := w.top()
		if last := all[len(all)-1].Text; !strings.Contains(last, "inactivebot has stopped: its database file was replaced") || !strings.Contains(last, filepath.Base(replaced.SavedAs)) {
			t.Errorf("the channel is told %q", last)
		}
		saved, err := storage.Open(replaced.SavedAs)
		if err != nil {
			t.Fatal(err)
		}
		if all, err := saved.Exclusions(time.Now()); err != nil || len(all) != 1 {
			t.Errorf("the saved copy has %d exclusions, %v", len(all), err)
		}
		if _, marked, err := saved.IsBackup(); err != nil || !marked {
			t.Errorf("the saved copy is marked as a backup: %t, %v", marked, err)
		}
		w.must(saved.Close())
	})
}

// TestPressOnAReplacedDatabase presses before the bot has noticed: the press is
// refused, because the decision would be lost.
func TestPressOnAReplacedDatabase(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(50 * time.Second)
		if err := os.Rename(w.setAsideCopy(), w.path); err != nil {
			t.Fatal(err)
		}
		w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: w.report().TS, ActionID: "exclude"})
		if err := w.waitForEnd(2 * time.Minute); err == nil {
			t.Error("the bot goes on")
		}
		if told := w.told(ada); len(told) > 0 && !strings.Contains(told[len(told)-1], "Nothing was changed") {
			t.Errorf("answered %q", told)
		}
		if e := w.exclusionOf(accountOf(buttons(w.report(), "exclude")[0])); e.AccountID != "" {
			t.Errorf("the press counted: %+v", e)
		}
	})
}

// waitForEnd waits until the bot ends by itself, and returns the error.
func (w *world) waitForEnd(most time.Duration) error {
	w.t.Helper()
	select {
	case err := <-w.ended:
		w.stop = func() {}
		w.must(w.store.Close())
		return err
	case <-time.After(most):
		w.t.Error("the bot goes on")
		return nil
	}
}

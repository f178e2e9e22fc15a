package acceptance_test

import (
	"slices"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// TestCaseA2 delivers an Undo once more after a later Exclude, before and after a
// restart: the exclusion stays.
func TestCaseA2(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		w.command(ada, "scan")
		row := buttons(w.report(), "exclude")[0]
		w.press(ada, "exclude", row)
		w.press(ada, "undo_exclude", row)
		acks := w.slack.Acks()
		undo := acks[len(acks)-1].ID
		w.press(ben, "exclude", row)
		for range 2 {
			told := len(w.told(ada))
			if _, err := w.slack.Envelope(slacktest.Envelope{Replay: undo}); err != nil {
				t.Fatal(err)
			}
			w.pass(5 * time.Second)
			if got := buttons(w.report(), "undo_exclude"); !slices.Equal(got, []string{row}) || len(w.told(ada)) != told {
				t.Fatalf("after the second delivery the excluded rows are %v, and %v was answered", got, w.told(ada)[told:])
			}
			w.stop()
			w.start()
		}
		if e := w.exclusionOf(accountOf(row)); e.By != ben {
			t.Errorf("the exclusion is by %q, want %s", e.By, ben)
		}
	})
}

func (w *world) exclusionOf(account string) (e storage.Exclusion) {
	w.t.Helper()
	w.stored(func(s *storage.Store) (err error) {
		e, _, err = s.Exclusion(account, time.Now())
		return err
	})
	return e
}

// TestPressThatArrivesLate delivers presses for the first time after a later
// decision about the same thing: they change nothing, and the answer says why.
func TestPressThatArrivesLate(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		w.command(ada, "scan")
		row := buttons(w.report(), "exclude")[0]
		w.press(ada, "exclude", row)
		late := w.pressOf(ada, action("undo_exclude", row))
		w.pass(5 * time.Second)
		w.press(ben, "undo_exclude", row)
		w.command(ben, "exclude "+accountOf(row))
		w.pass(time.Minute)
		digest := w.digest()
		w.send(late)
		w.pass(5 * time.Second)
		w.checkLastAnswer(ada, "Slack delivered your press late: <@"+ben+"> made another decision")
		w.checkLastAnswer(ada, "Nothing was changed")
		if w.digest() != digest {
			t.Error("a late press changed something")
		}
		w.send(late)
		w.pass(5 * time.Second)
		w.press(ada, "undo_exclude", row)
		if got := w.exclusionOf(accountOf(row)); got.AccountID != "" {
			t.Errorf("a press after the late one did not count: %+v", got)
		}
	})
}

// TestRepeatedScan delivers a request for a scan twice: it makes one report.
func TestRepeatedScan(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		acks := w.slack.Acks()
		for range 2 {
			if _, err := w.slack.Envelope(slacktest.Envelope{Replay: acks[len(acks)-1].ID}); err != nil {
				t.Fatal(err)
			}
			w.pass(time.Minute)
			if got := w.lastReport().ID; got != 1 {
				t.Fatalf("the newest report is %d after a second delivery, want 1", got)
			}
		}
		w.command(ada, "scan")
		if got := w.lastReport().ID; got != 2 {
			t.Errorf("the newest report is %d after another command, want 2", got)
		}
	})
}

// TestRefusedResumeIsNotRepeated types resume while nothing is paused. The command is
// delivered once more after another approver has paused: suspensions stay paused.
func TestRefusedResumeIsNotRepeated(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		w.command(w.slack.Users.Approver, "resume")
		all := w.slack.Acks()
		w.command(w.slack.Users.Approver2, "pause")
		_, err := w.slack.Envelope(slacktest.Envelope{Replay: all[len(all)-1].ID})
		w.must(err)
		w.pass(10 * time.Second)
		w.stored(func(s *storage.Store) error {
			_, paused, err := s.Paused()
			if !paused {
				t.Error("the repeated command allowed suspensions again")
			}
			return err
		})
	})
}

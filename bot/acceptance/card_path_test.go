package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

// TestCardPath walks the shortest path with default settings and one approver:
// the report is posted by schedule, Exclude is one press, Suspend all and
// Restore are one press and one confirmation each.
func TestCardPath(t *testing.T) {
	t.Parallel()
	for _, candidates := range []int{2, 6} {
		t.Run(fmt.Sprintf("%d percent of 250", candidates), func(t *testing.T) {
			t.Parallel()
			inWorld(t, atlassiantest.Options{Users: 250, Candidates: candidates}, nil, func(w *world) {
				ada := w.slack.Users.Approver
				w.until(nextMonday().Add(time.Minute))
				listed := accounts(buttons(w.report(), "exclude"))
				if want := 250 * candidates / 100; len(listed) != want {
					t.Fatalf("%d people can be excluded, want %d", len(listed), want)
				}
				aboveThePeople(t, w)

				spared := buttons(w.report(), "exclude")[0]
				w.press(ada, "exclude", spared)
				if got := len(buttons(w.report(), "exclude")); got != len(listed)-1 {
					t.Errorf("%d people can be excluded after the press, want %d", got, len(listed)-1)
				}

				w.press(ada, "suspend_all", "")
				w.submit(ada, "suspend_confirm")
				w.pass(5 * time.Minute)
				want := slices.DeleteFunc(slices.Clone(listed), func(a string) bool { return a == accounts([]string{spared})[0] })
				if got := w.suspended(); !slices.Equal(got, want) {
					t.Fatalf("suspended\n%v, want\n%v\nlog: %s", got, want, w.log)
				}

				w.press(ada, "restore", buttons(w.report(), "restore")[0])
				w.submit(ada, "restore_confirm")
				w.pass(time.Minute)
				if got := len(w.suspended()); got != len(want)-1 {
					t.Errorf("%d suspended after a restore, want %d", got, len(want)-1)
				}
			})
		})
	}
}

// aboveThePeople fails if more than the sentence, the sum line and the buttons
// are above the people.
func aboveThePeople(t *testing.T, w *world) {
	t.Helper()
	for i, b := range w.report().Blocks {
		if accessory, ok := b["accessory"].(map[string]any); ok && accessory["action_id"] == "exclude" {
			if i > 3 {
				t.Errorf("%d blocks above the people, want at most 3", i)
			}
			return
		}
	}
}

// TestNinetyOfFourHundred suspends more people than the daily cap of one
// approver: the rest follows a day later.
func TestNinetyOfFourHundred(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 400, Candidates: 23}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		first := len(w.suspended())
		if first != 50 {
			t.Fatalf("%d suspended on the first day, want 50", first)
		}
		m := w.report()
		if got := buttons(m, "suspend_all"); len(got) != 1 || !strings.Contains(fmt.Sprint(m.Blocks), "Suspend all (42)") {
			t.Errorf("the report is not open again with the remaining people: %v", m.Text)
		}
		if !strings.Contains(fmt.Sprint(m.Blocks), "The same approver can suspend more people from <!date^") {
			t.Error("the report does not say when the approver can continue")
		}
		w.press(ada, "suspend_all", "")
		if len(w.slack.Views(ada)) != 0 {
			t.Error("a modal opens although the cap is reached")
		}
		w.pass(24 * time.Hour)
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		if got := len(w.suspended()); got != 92 {
			t.Errorf("%d suspended on the second day, want 92\nlog: %s", got, w.log)
		}
	})
}

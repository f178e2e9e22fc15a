package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// typedState returns the state of an input, as Slack sends it.
func typedState(kind, field string, value any) map[string]any {
	return map[string]any{"type": kind, field: value}
}

// leaveOutInput returns the state of the list of people to leave out.
func leaveOutInput(accounts ...string) map[string]map[string]any {
	var chosen []any
	for _, a := range accounts {
		chosen = append(chosen, map[string]any{"text": map[string]any{"type": "plain_text", "text": a}, "value": a})
	}
	return map[string]map[string]any{"leave_out": typedState("multi_static_select", "selected_options", chosen)}
}

func numberInput(n string) map[string]map[string]any {
	return map[string]map[string]any{"number": typedState("number_input", "value", n)}
}

func noteInput(text string) map[string]map[string]any {
	return map[string]map[string]any{"note": typedState("plain_text_input", "value", text)}
}

// fill submits the user's top modal with these inputs.
func (w *world) fill(user string, inputs map[string]map[string]map[string]any) slacktest.Result {
	w.t.Helper()
	views := w.slack.Views(user)
	if len(views) == 0 {
		w.t.Fatalf("no modal is open for %s: %q", user, w.told(user))
	}
	got := w.slack.Submit(slacktest.Submit{User: user, ViewID: views[len(views)-1].ID, Values: inputs})
	w.pass(3 * time.Second)
	return got
}

// longestInactive returns the accounts of the last report, the longest inactive first.
func (w *world) longestInactive() (out []string) {
	w.t.Helper()
	w.stored(func(s *storage.Store) error {
		r, _, _ := s.LastReport()
		all, err := s.Candidates(r, time.Now())
		slices.SortStableFunc(all, func(a, b storage.Candidate) int { return a.Row.LastActive.Compare(b.Row.LastActive) })
		for _, c := range all {
			out = append(out, c.Row.AccountID)
		}
		return err
	})
	return out
}

// TestSuspendFewer checks that the modal's inputs only make the set smaller
// than the one shown.
func TestSuspendFewer(t *testing.T) {
	t.Parallel()
	type inputs = map[string]map[string]map[string]any
	tests := map[string]struct {
		inputs func(longestInactive []string) inputs
		want   func(longestInactive []string) []string
		errors string
	}{
		"nothing entered": {func([]string) inputs { return nil }, func(all []string) []string { return all }, ""},
		"the two longest": {func([]string) inputs { return inputs{"number": numberInput("2")} }, func(all []string) []string { return all[:2] }, ""},
		"without the first": {
			func(all []string) inputs { return inputs{"leave_out": leaveOutInput(all[0], all[3])} },
			func(all []string) []string { return slices.Concat(all[1:3], all[4:]) }, "",
		},
		"two without the first": {
			func(all []string) inputs {
				return inputs{"number": numberInput("2"), "leave_out": leaveOutInput(all[0])}
			},
			func(all []string) []string { return all[1:3] }, "",
		},
		"a stranger left out": {
			func([]string) inputs { return inputs{"leave_out": leaveOutInput("712020:nobody")} },
			func(all []string) []string { return all }, "",
		},
		"everyone left out": {func(all []string) inputs { return inputs{"leave_out": leaveOutInput(all...)} }, func([]string) []string { return nil }, ""},
		"none":              {func([]string) inputs { return inputs{"number": numberInput("0")} }, func([]string) []string { return nil }, "Please enter at least 1."},
		"more than shown":   {func([]string) inputs { return inputs{"number": numberInput("7")} }, func([]string) []string { return nil }, "Please enter at most 6."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				all := w.longestInactive()
				w.press(ada, "suspend_all", "")
				if got := w.fill(ada, test.inputs(all)); got.Error != test.errors {
					t.Errorf("the modal says %q, want %q", got.Error, test.errors)
				}
				w.pass(5 * time.Minute)
				want := slices.Sorted(slices.Values(test.want(all)))
				if got := w.suspended(); !slices.Equal(got, want) {
					t.Errorf("suspended %v, want %v", got, want)
				}
				if n, left := len(want), len(buttons(w.report(), "exclude")); left != len(all)-n {
					t.Errorf("%d people remain in the report, want %d", left, len(all)-n)
				}
			})
		})
	}
}

// TestForgedNumber checks that a number that Slack would have rejected is
// answered by the modal and changes nothing.
func TestForgedNumber(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"-1", "0", "7", "1.5", "two"} {
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			w.press(ada, "suspend_all", "")
			private := w.slack.Views(ada)[0].PrivateMetadata
			got := w.send(submission(ada, "suspend_confirm", private, map[string]any{"number": numberInput(number)}))
			if !strings.Contains(string(got.Response), "Type a whole number from 1 to 6") {
				t.Errorf("%s: the answer is %s", number, got.Response)
			}
			w.pass(time.Minute)
			if got := w.suspended(); len(got) != 0 {
				t.Errorf("%s: suspended %v", number, got)
			}
		})
	}
}

// TestNoteOfAnApproval checks that a note is quoted in the thread but stored in
// the audit log only as a hash.
func TestNoteOfAnApproval(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		w.fill(ada, map[string]map[string]map[string]any{"note": noteInput("agreed with <!here> finance")})
		w.pass(time.Minute)
		if got := w.countNotes("> agreed with &lt;!here&gt; finance"); got != 1 {
			t.Errorf("%d notes quote it, want 1: %q", got, w.notes())
		}
		w.stored(func(s *storage.Store) error {
			for l, err := range s.AuditLog(time.Time{}) {
				if err != nil {
					return err
				}
				if strings.Contains(fmt.Sprint(l), "finance") {
					t.Errorf("the audit log contains the note: %v", l)
				}
			}
			return nil
		})
	})
}

// TestExcludeDetails sets the reason and the end of an exclusion in one modal;
// the row and the thread show both.
func TestExcludeDetails(t *testing.T) {
	t.Parallel()
	reason := func(text string) map[string]map[string]any {
		return map[string]map[string]any{"reason": typedState("plain_text_input", "value", text)}
	}
	until := func(day string) map[string]map[string]any {
		return map[string]map[string]any{"until": typedState("datepicker", "selected_date", day)}
	}
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		row := buttons(w.report(), "exclude")[0]
		if got := len(buttons(w.report(), "exclude_details")); got != 0 {
			t.Fatalf("%d rows offer details without an exclusion", got)
		}
		w.press(ada, "exclude", row)
		w.press(ada, "exclude_details", row)
		yesterday := time.Now().AddDate(0, 0, -1).UTC().Format(time.DateOnly)
		if got := w.fill(ada, map[string]map[string]map[string]any{"until": until(yesterday)}); !strings.Contains(got.Error, "today or a later day") {
			t.Errorf("the modal says %q", got.Error)
		}
		end := time.Now().AddDate(0, 1, 0).UTC()
		w.fill(ada, map[string]map[string]map[string]any{"reason": reason("on leave"), "until": until(end.Format(time.DateOnly))})
		want := "until " + end.Format("2 Jan 2006") + ": on leave"
		if got := blockText(w.report()); !strings.Contains(got, want) {
			t.Errorf("the row does not say %q: %s", want, got)
		}
		if got := w.countNotes("changed the exclusion of"); got != 1 {
			t.Errorf("%d notes in the thread, want 1", got)
		}
		w.press(ada, "exclude_details", row)
		w.press(ada, "undo_exclude", row)
		w.fill(ada, map[string]map[string]map[string]any{"reason": reason("too late")})
		if got := len(buttons(w.report(), "exclude")); got != len(w.longestInactive()) {
			t.Errorf("the ended exclusion came back: %s", blockText(w.report()))
		}
		w.slack.CloseView(ada, w.slack.Views(ada)[0].ID)
		w.press(ada, "exclude_details", row)
		w.checkLastAnswer(ada, "This exclusion has been removed")
	})
}

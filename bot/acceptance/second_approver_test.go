package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// twoApprovers sets two approvers with a cap of three people each, and no
// scheduled report during the test.
func twoApprovers(s *bot.Settings) {
	s.Approvers, s.MaxSuspend, s.Schedule = []string{"U0APPROVER1", "U0APPROVER2"}, 3, "CRON_TZ=UTC 0 9 20 * *"
}

// requestSecondApproval makes the first approver request a second approval for everyone
// in the report. It returns their accounts.
func (w *world) requestSecondApproval() (all []string) {
	w.t.Helper()
	w.command(w.slack.Users.Approver, "scan")
	return w.approveAsFirst()
}

// approveAsFirst makes the first approver request a second approval for the newest
// report.
func (w *world) approveAsFirst() (all []string) {
	w.t.Helper()
	ada := w.slack.Users.Approver
	all = accounts(buttons(w.report(), "exclude"))
	w.press(ada, "suspend_all", "")
	w.choose(ada, "all")
	w.pass(10 * time.Second)
	if got := buttons(w.report(), "second_approve"); len(got) != 1 {
		w.t.Fatalf("no second approval is pending: %s", blockText(w.report()))
	}
	return all
}

// choose submits the suspend modal with an option selected.
func (w *world) choose(user, option string) slacktest.Result {
	w.t.Helper()
	views := w.slack.Views(user)
	if len(views) == 0 {
		w.t.Fatalf("no modal: %q", w.told(user))
	}
	chosen := choice(option)["how_many"].(map[string]any)
	got := w.slack.Submit(slacktest.Submit{User: user, ViewID: views[len(views)-1].ID, Values: map[string]map[string]map[string]any{
		"how_many": {"choice": chosen["choice"].(map[string]any)},
	}})
	w.pass(3 * time.Second)
	return got
}

// notes returns the texts in the newest report's thread.
func (w *world) notes() (out []string) {
	w.t.Helper()
	w.pass(30 * time.Second)
	report := w.report().TS
	for _, m := range w.slack.Messages(w.settings.Channel) {
		if m.ThreadTS == report && m.TS != report {
			out = append(out, m.Text)
		}
	}
	return out
}

// countNotes returns the number of notes that contain text.
func (w *world) countNotes(text string) (n int) {
	w.t.Helper()
	for _, note := range w.notes() {
		if strings.Contains(note, text) {
			n++
		}
	}
	return n
}

// checkLastAnswer fails unless the last answer to the user contains text.
func (w *world) checkLastAnswer(user, text string) {
	w.t.Helper()
	if told := w.told(user); len(told) == 0 || !strings.Contains(told[len(told)-1], text) {
		w.t.Errorf("%s is answered %q, want %q last", user, told, text)
	}
}

// checkReopened fails unless all these people can be excluded and suspended, and no
// one is suspended.
func (w *world) checkReopened(all []string) {
	w.t.Helper()
	w.pass(10 * time.Second)
	if got := accounts(buttons(w.report(), "exclude")); !slices.Equal(got, all) || len(buttons(w.report(), "suspend_all")) != 1 {
		w.t.Errorf("the open rows are %v, want %v: %s", got, all, blockText(w.report()))
	}
	if got := w.suspended(); len(got) != 0 {
		w.t.Errorf("suspended %v, want no one", got)
	}
}

// TestOverTheCapTheModalOffersTwoWays checks that above the cap the modal
// offers the longest inactive people now or, if another approver exists,
// everyone with a second approval.
func TestOverTheCapTheModalOffersTwoWays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		approvers []string
		want      []string
	}{
		"alone":                   {[]string{"U0APPROVER1"}, nil},
		"with a guest":            {[]string{"U0APPROVER1", "U0GUEST0001"}, nil},
		"with a second approver":  {[]string{"U0APPROVER1", "U0APPROVER2"}, []string{"the 3 longest inactive now", "all 6, with a second approver"}},
		"with one under the cap":  {[]string{"U0APPROVER1", "U0APPROVER2", "cap 6"}, nil},
		"with nothing of the cap": {[]string{"U0APPROVER1", "U0APPROVER2", "cap 0"}, []string{"all 6, with a second approver"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			change := func(s *bot.Settings) {
				s.Approvers, s.MaxSuspend = test.approvers, 3
				if n := len(test.approvers); n == 3 {
					_, _ = fmt.Sscanf(test.approvers[2], "cap %d", &s.MaxSuspend)
					s.Approvers = test.approvers[:2]
				}
			}
			inWorld(t, small, change, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				w.press(ada, "suspend_all", "")
				views := w.slack.Views(ada)
				if len(views) != 1 {
					t.Fatalf("%d modals: %q", len(views), w.told(ada))
				}
				if got := options(views[0]); !slices.Equal(got, test.want) {
					t.Errorf("the modal offers %q, want %q", got, test.want)
				}
			})
		})
	}
}

// options returns the texts of the suspend modal's options.
func options(v slacktest.View) (out []string) {
	for _, b := range v.Blocks {
		if b["block_id"] != "how_many" {
			continue
		}
		element, _ := b["element"].(map[string]any)
		all, _ := element["options"].([]any)
		for _, o := range all {
			out = append(out, o.(map[string]any)["text"].(map[string]any)["text"].(string))
		}
	}
	return out
}

// TestLongestInactiveNow suspends exactly the people of the smaller option and
// says when the remaining ones can follow.
func TestLongestInactiveNow(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		var want []string
		w.stored(func(s *storage.Store) error {
			r, _, _ := s.LastReport()
			all, err := s.Candidates(r, time.Now())
			slices.SortStableFunc(all, func(a, b storage.Candidate) int { return a.Row.LastActive.Compare(b.Row.LastActive) })
			for _, c := range all[:3] {
				want = append(want, c.Row.AccountID)
			}
			slices.Sort(want)
			return err
		})
		w.press(ada, "suspend_all", "")
		w.choose(ada, "now")
		free := time.Now().Add(24 * time.Hour)
		w.pass(5 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, want) {
			t.Fatalf("suspended %v, want %v", got, want)
		}
		if text := blockText(w.report()); !strings.Contains(text, fmt.Sprintf("<!date^%d", free.Unix()/100)) || len(buttons(w.report(), "exclude")) != 3 {
			t.Errorf("the report is not open with the remaining people, or does not name %d: %s", free.Unix(), text)
		}
		w.pass(23 * time.Hour)
		w.press(ada, "suspend_all", "")
		if got := options(w.slack.Views(ada)[0]); !slices.Equal(got, []string{"all 3, with a second approver"}) {
			t.Errorf("an hour before, the modal offers %q", got)
		}
		w.slack.CloseView(ada, w.slack.Views(ada)[0].ID)
		w.until(free.Add(time.Minute))
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got := len(w.suspended()); got != 6 {
			t.Errorf("%d suspended after 24 hours, want 6", got)
		}
	})
}

// TestSecondApprover checks that the first approver cannot also be the second,
// that the second is mentioned once, and that the batch counts for neither cap.
func TestSecondApprover(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		all := w.requestSecondApproval()
		w.pass(time.Hour)
		w.stop()
		w.start()
		if got := w.countNotes("<@" + ben + ">, your approval is needed."); got != 1 {
			t.Errorf("the second approver is mentioned in %d notes, want 1: %q", got, w.notes())
		}
		w.press(ada, "second_approve", "")
		w.checkLastAnswer(ada, "The second approver must be another person")
		if got := w.suspended(); len(got) != 0 {
			t.Fatalf("suspended %v with one approval", got)
		}
		w.press(ben, "second_approve", "")
		w.submit(ben, "second_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, all) {
			t.Errorf("suspended %v, want %v", got, all)
		}
		w.stored(func(s *storage.Store) error {
			for _, who := range []string{ada, ben} {
				if used, _, err := s.CapUsed(who, time.Now()); used != 0 || err != nil {
					t.Errorf("a batch with two approvals counts %d for %s, %v", used, who, err)
				}
			}
			return nil
		})
	})
}

// TestFirstApproverRemovedMeanwhile checks that the first approval no longer
// counts: the second approver's press closes the batch, and the answer says
// why.
func TestFirstApproverRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	group := func(s *bot.Settings) {
		twoApprovers(s)
		s.Approvers, s.ApproverGroup = nil, "S0APPROVERS"
	}
	inWorld(t, small, group, func(w *world) {
		ben := w.slack.Users.Approver2
		all := w.requestSecondApproval()
		w.slack.SetGroup(slacktest.Group{ID: w.slack.Group, Members: []string{ben}})
		w.pass(time.Minute)
		w.press(ben, "second_approve", "")
		if got := w.submit(ben, "second_confirm"); !strings.Contains(string(got.Response), "is no longer an approver") {
			t.Errorf("answered %s", got.Response)
		}
		w.checkReopened(all)
		if got := w.countNotes("cancelled without a second approval"); got != 1 {
			t.Errorf("%d notes about the cancellation, want 1: %q", got, w.notes())
		}
	})
}

// TestNobodyAgrees checks that a first approval expires after 72 hours and that
// Withdraw request ends it earlier.
func TestNobodyAgrees(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*world){
		"72 hours": func(w *world) {
			w.pass(72*time.Hour - time.Minute)
			if len(buttons(w.report(), "second_approve")) != 1 {
				w.t.Error("withdrawn too early")
			}
			if w.pass(2 * time.Minute); len(buttons(w.report(), "second_approve")) != 0 {
				w.t.Error("not withdrawn in time")
			}
			w.pressStored(w.slack.Users.Approver2, "second_approve", "1")
		},
		"72 hours and a moment": func(w *world) {
			var end time.Time
			w.stored(func(s *storage.Store) error {
				b, err := s.Batch(1)
				end = b.ApprovedAt().Add(72 * time.Hour)
				return err
			})
			w.until(end.Add(-10 * time.Second))
			w.press(w.slack.Users.Approver2, "second_approve", "")
			w.until(end.Add(time.Millisecond))
			if got := w.submit(w.slack.Users.Approver2, "second_confirm"); !strings.Contains(string(got.Response), "more than 72 hours") {
				w.t.Errorf("answered %s", got.Response)
			}
		},
		"closed by the first":  func(w *world) { w.press(w.slack.Users.Approver, "close", "") },
		"closed by the second": func(w *world) { w.press(w.slack.Users.Approver2, "close", "") },
		"72 hours, and the bot away at the end": func(w *world) {
			w.pass(70 * time.Hour)
			w.stop()
			w.pass(3 * time.Hour)
			w.start()
			w.pressStored(w.slack.Users.Approver2, "second_approve", "1")
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, twoApprovers, func(w *world) {
				all := w.requestSecondApproval()
				end(w)
				w.checkReopened(all)
				if got := w.countNotes("cancelled without a second approval"); got != 1 {
					t.Errorf("%d notes about the cancellation, want 1: %q", got, w.notes())
				}
				w.press(w.slack.Users.Approver2, "suspend_all", "")
				w.choose(w.slack.Users.Approver2, "now")
				w.pass(5 * time.Minute)
				if got := len(w.suspended()); got != 3 {
					t.Errorf("%d suspended afterwards, want 3", got)
				}
			})
		})
	}
}

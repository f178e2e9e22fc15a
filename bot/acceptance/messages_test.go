package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// calls returns the number of calls of a Web API method.
func (w *world) calls(method string) (n int) {
	for _, c := range w.slack.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

// TestMessageThatCannotBeUpdated posts a new message in place of the old one
// and makes all later changes there.
func TestMessageThatCannotBeUpdated(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"} {
		t.Run(code, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				old := w.report()
				w.pass(5 * time.Minute)
				w.must(w.slack.Fault(slacktest.Fault{Method: "chat.update", Error: code}))
				w.press(w.slack.Users.Approver, "exclude", "")
				w.pass(10 * time.Second)
				fresh := w.report()
				if fresh.TS == old.TS || w.reports() != 2 || len(buttons(fresh, "undo_exclude")) != 1 {
					t.Fatalf("%d reports, the last at %s: %s", w.reports(), fresh.TS, blockText(fresh))
				}
				if r := w.lastReport(); r.Message.TS != fresh.TS {
					t.Errorf("the stored message is %s, want %s", r.Message.TS, fresh.TS)
				}
				w.press(w.slack.Users.Approver, "undo_exclude", "")
				if n := w.countNotes("ended the exclusion"); n != 1 || len(buttons(w.report(), "undo_exclude")) != 0 || w.reports() != 2 {
					t.Errorf("%d notes in the new thread: %q", n, w.notes())
				}
			})
		})
	}
}

// TestThreadThatIsGone posts a new message in place of a deleted report and the
// note in its thread, so that no note waits forever.
func TestThreadThatIsGone(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		w.must(w.slack.Fault(slacktest.Fault{Method: "chat.postMessage", Error: "thread_not_found"}))
		w.press(w.slack.Users.Approver, "exclude", "")
		w.pass(time.Minute)
		if n := w.countNotes("excluded"); w.reports() != 2 || n != 1 {
			t.Errorf("%d reports, %d notes in the last report's thread, want 2 and 1", w.reports(), n)
		}
	})
}

// TestRefusedBlocks posts the sentence alone if Slack refuses the blocks,
// without blocks of an earlier version. The log names the refused blocks but
// not their content.
func TestRefusedBlocks(t *testing.T) {
	t.Parallel()
	refused := slacktest.Fault{Error: "invalid_blocks", Messages: []string{
		"[ERROR] no more than 25 items allowed [json-pointer:/blocks/1/elements]", "[ERROR] Jane Doe is wrong [json-pointer:/blocks/2/text]",
	}}
	for method, act := range map[string]func(*world){
		"chat.update":      func(w *world) { w.press(w.slack.Users.Approver, "exclude", "") },
		"chat.postMessage": func(w *world) { w.command(w.slack.Users.Approver, "scan") },
	} {
		t.Run(method, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				w.pass(time.Minute)
				refused.Method = method
				w.must(w.slack.Fault(refused))
				act(w)
				w.pass(10 * time.Second)
				if m := w.report(); len(m.Blocks) != 0 || !strings.Contains(m.Text, "have not used Confluence") {
					t.Errorf("the report is %q with %d blocks", m.Text, len(m.Blocks))
				}
				log := w.log.String()
				if !strings.Contains(log, `"blocks":["/blocks/1/elements","/blocks/2/text"]`) || strings.Contains(log, "Jane Doe") {
					t.Errorf("the log says %s", log)
				}
			})
		})
	}
}

// TestNothingIsPostedTwiceAfterALostAnswer posts a report, a note in its thread
// and a note in the channel exactly once after a lost response, also if Slack's
// clock is behind the bot's.
func TestNothingIsPostedTwiceAfterALostAnswer(t *testing.T) {
	t.Parallel()
	behind := func() time.Time { return time.Now().Add(-6 * time.Minute) }
	for _, restart := range []bool{false, true} {
		inWorkspace(t, small, slacktest.Options{Now: behind}, nil, func(w *world) {
			lost := func(text string, act func()) {
				t.Helper()
				w.pass(time.Minute)
				before := len(w.slack.Messages(w.settings.Channel))
				w.must(w.slack.Fault(slacktest.Fault{Method: "chat.postMessage", Count: 1, Cut: "after"}))
				act()
				if restart {
					w.stop()
					w.start()
				}
				w.pass(2 * time.Minute)
				n := 0
				for _, m := range w.slack.Messages(w.settings.Channel)[before:] {
					if strings.Contains(m.Text, text) {
						n++
					}
				}
				if n != 1 {
					t.Errorf("restart %t: %q was posted %d times, want once", restart, text, n)
				}
			}
			ada := w.slack.Users.Approver
			lost("have not used Confluence", func() { w.command(ada, "scan") })
			lost("excluded", func() { w.press(ada, "exclude", "") })
			lost("paused all suspensions", func() { w.command(ada, "pause") })
			lost("have not used Confluence", func() { w.command(ada, "scan") })
		})
	}
}

// TestUpdatesAreCoalesced merges many changes within a second into a few
// updates. The last one shows the final state.
func TestUpdatesAreCoalesced(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(time.Minute)
		before, rows := w.calls("chat.update"), buttons(w.report(), "exclude")
		for range 10 {
			for _, action := range []string{"exclude", "undo_exclude"} {
				w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: w.report().TS, ActionID: action, Value: rows[0]})
			}
		}
		w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: w.report().TS, ActionID: "exclude", Value: rows[1]})
		w.pass(time.Minute)
		if n := w.calls("chat.update") - before; n < 1 || n > 3 {
			t.Errorf("%d updates for 21 changes, want one or two", n)
		}
		if got := len(buttons(w.report(), "undo_exclude")); got != 1 {
			t.Errorf("%d rows show an exclusion, want 1", got)
		}
	})
}

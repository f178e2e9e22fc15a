package acceptance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// remainingFiles returns the names of the files that are still in Slack.
func (w *world) remainingFiles() (names []string) {
	for _, f := range w.slack.Files() {
		if !f.Deleted {
			names = append(names, f.Name)
		}
	}
	return names
}

// TestListsEndWithTheirReport checks that no file remains in Slack after a
// report is superseded, expires or is forgotten, whatever Slack answers, and
// that its message no longer names people.
func TestListsEndWithTheirReport(t *testing.T) {
	t.Parallel()
	const all, one = "report-1.csv report-1-everybody.csv", "report-1.csv"
	tests := map[string]struct {
		fault slacktest.Fault
		end   func(*world)
		want  string // the files that remain.
		logs  string
	}{
		"superseded": {end: func(w *world) { w.command(w.slack.Users.Approver, "scan") }, want: "report-2.csv"},
		"expired":    {end: func(w *world) { w.pass(8 * 24 * time.Hour) }},
		"not yet":    {end: func(w *world) { w.pass(24 * time.Hour) }, want: all},
		"an outage for two days": {
			fault: slacktest.Fault{Method: "files.delete", Count: 300, Status: 503}, end: func(w *world) { w.pass(11 * 24 * time.Hour) },
		},
		"a limit":        {fault: slacktest.Fault{Method: "files.delete", Count: 1, Status: 429, RetryAfter: 30}, end: func(w *world) { w.pass(8 * 24 * time.Hour) }},
		"an answer lost": {fault: slacktest.Fault{Method: "files.delete", Count: 1, Cut: "after"}, end: func(w *world) { w.pass(8 * 24 * time.Hour) }},
		"refused": {
			fault: slacktest.Fault{Method: "files.delete", Count: 1, Error: "cant_delete_file"}, end: func(w *world) { w.pass(8 * 24 * time.Hour) },
			want: one, logs: "delete the file by hand",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			never := func(s *bot.Settings) { s.Schedule = "0 0 31 12 *" }
			inWorld(t, small, never, func(w *world) {
				ada := w.slack.Users.Approver
				w.command(ada, "scan")
				w.press(ada, "lanes", "")
				w.inModal(ada, "lanes_csv", "", nil)
				w.pass(time.Minute)
				first := w.report()
				listed := w.candidates()
				if test.fault.Method != "" {
					w.must(w.slack.Fault(test.fault))
				}
				test.end(w)
				w.pass(time.Minute)
				if got := strings.Join(w.remainingFiles(), " "); got != test.want {
					t.Errorf("the remaining files are %q, want %q; the log: %s", got, test.want, w.log)
				}
				if !strings.Contains(w.log.String(), test.logs) {
					t.Errorf("the log does not contain %q: %s", test.logs, w.log)
				}
				ended := name != "not yet"
				for _, m := range w.slack.Messages(w.settings.Channel) {
					if m.TS == first.TS && strings.Contains(blockText(m), listed[0].AccountID) == ended {
						t.Errorf("the report's message names people: %v, want %v", !ended, ended)
					}
				}
			})
		})
	}
}

// TestListThatComesTooLate checks that a file is not uploaded after its report
// ended, and that an upload whose response was lost is deleted.
func TestListThatComesTooLate(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacktest.Fault{
		"not uploaded": {Method: "files.getUploadURLExternal", Count: 1, Error: "internal_error"},
		"uploaded":     {Method: "files.completeUploadExternal", Count: 1, Cut: "after"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				ada := w.slack.Users.Approver
				w.must(w.slack.Fault(fault))
				w.must(w.slack.Fault(slacktest.Fault{Method: "conversations.replies", Count: 5, Status: 503}))
				w.command(ada, "scan")
				w.command(ada, "scan")
				w.pass(10 * time.Minute)
				if got := strings.Join(w.remainingFiles(), " "); got != "report-2.csv" {
					t.Errorf("the remaining files are %q, want only the new one; the log: %s", got, w.log)
				}
			})
		})
	}
}

// TestForgottenInSlack checks that a forgotten person disappears from the
// report's message and from its file. The other people stay in the message.
func TestForgottenInSlack(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		who := w.candidates()
		name := w.person(who[0].AccountID).Name
		if !strings.Contains(blockText(w.report()), name) || len(w.remainingFiles()) != 1 {
			t.Fatalf("%s is not in the report, or there is no file", name)
		}
		w.stop()
		store, err := storage.Open(w.path)
		w.must(err)
		w.must(errors.Join(store.Forget(who[0].AccountID, storage.Bot, time.Now().UTC()), store.Close()))
		w.start()
		w.pass(time.Minute)
		if text := blockText(w.report()); strings.Contains(text, name) || !strings.Contains(text, w.person(who[1].AccountID).Name) {
			t.Errorf("the report says %s", text)
		}
		if got := w.remainingFiles(); len(got) > 0 {
			t.Errorf("the remaining files are %v", got)
		}
	})
}

// person returns the person with this account.
func (w *world) person(account string) (found atlassiantest.Person) {
	for p := range w.org.People() {
		if p.AccountID == account {
			found = p
		}
	}
	return found
}

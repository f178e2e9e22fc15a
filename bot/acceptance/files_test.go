package acceptance_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// lists returns the files with this name in the report's thread.
func (w *world) lists(name string) (out []slacktest.File) {
	w.t.Helper()
	for _, f := range w.slack.Files() {
		if f.Name == name && f.ThreadTS == w.report().TS && f.Channel == w.settings.Channel {
			out = append(out, f)
		}
	}
	return out
}

// parseCSV parses a CSV file: its header, and each line by column.
func parseCSV(t *testing.T, f slacktest.File) (head []string, lines []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(f.Content)).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %v", f.Name, err)
	}
	for _, cells := range all[1:] {
		line := map[string]string{}
		for i, c := range cells {
			line[all[0][i]] = c
		}
		lines = append(lines, line)
	}
	return all[0], lines
}

// TestListInTheThread checks that the CSV is posted once in the report's thread
// with a sentence, also after a restart.
func TestListInTheThread(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Minute)
		w.stop()
		w.start()
		w.pass(time.Hour)
		files := w.lists("report-1.csv")
		if len(files) != 1 || len(w.slack.Files()) != 1 {
			t.Fatalf("%d files, %d in the thread; the log: %s", len(w.slack.Files()), len(files), w.log)
		}
		head, lines := parseCSV(t, files[0])
		if want := "account_id,name,email,lane,reason,last_active,days_inactive,other_apps_last_active,added_to_org,managed_by"; strings.Join(head, ",") != want {
			t.Errorf("the header is %v", head)
		}
		var got []string
		for _, l := range lines {
			got = append(got, l["account_id"])
			if l["lane"] != "inactive" || l["days_inactive"] < "180" {
				t.Errorf("a line is %v", l)
			}
		}
		slices.Sort(got)
		if want := accounts(buttons(w.report(), "exclude")); !slices.Equal(got, want) {
			t.Errorf("the accounts are %v, want %v", got, want)
		}
		for _, m := range w.slack.Messages(w.settings.Channel) {
			if len(m.Files) > 0 && (!strings.Contains(m.Text, "Report 1 as CSV") || files[0].Title != "report-1.csv") {
				t.Errorf("the text of the file's message is %q", m.Text)
			}
		}
	})
}

// TestListDespiteFaults checks that the CSV is in the thread exactly once after
// each kind of failure in Slack.
func TestListDespiteFaults(t *testing.T) {
	t.Parallel()
	const get, complete = "files.getUploadURLExternal", "files.completeUploadExternal"
	tests := map[string]slacktest.Fault{
		"refused for a while":           {Method: get, Count: 3, Error: "internal_error"},
		"a rate limit":                  {Method: get, Count: 1, Status: 429, RetryAfter: 30},
		"an answer lost before":         {Method: complete, Count: 1, Cut: "before"},
		"completed and the answer lost": {Method: complete, Count: 1, Cut: "after"},
		"not completed":                 {Method: complete, Count: 2, Error: "fatal_error"},
		"an error of the server":        {Method: complete, Count: 2, Status: 503},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				w.must(w.slack.Fault(fault))
				w.command(w.slack.Users.Approver, "scan")
				w.pass(10 * time.Minute)
				if n := len(w.lists("report-1.csv")); n != 1 || len(w.slack.Files()) != 1 {
					t.Errorf("%d files, %d of them in the thread; the log: %s", len(w.slack.Files()), n, w.log)
				}
			})
		})
	}
}

// TestNoListWhereNoneIsTaken logs once that the workspace does not accept
// files; everything else works.
func TestNoListWhereNoneIsTaken(t *testing.T) {
	t.Parallel()
	scopes := slices.DeleteFunc(slacktest.DefaultBotScopes(), func(s string) bool { return s == "files:write" })
	inWorkspace(t, small, slacktest.Options{BotScopes: scopes}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(48 * time.Hour)
		if n := strings.Count(w.log.String(), "slack rejected the upload"); n != 1 || !strings.Contains(w.log.String(), "missing_scope") {
			t.Errorf("logged %d times: %s", n, w.log)
		}
		w.press(ada, "exclude", "")
		w.press(ada, "lanes", "")
		w.inModal(ada, "lanes_csv", "", nil)
		w.pass(time.Minute)
		if got := w.threadText(); !strings.Contains(got, "excluded") || !strings.Contains(got, "files:write") {
			t.Errorf("the thread says %s", got)
		}
		w.press(ada, "lanes", "")
		if got := buttons(asMessage(w.modal(ada, "lanes")), "lanes_csv"); len(got) != 1 {
			t.Error("the failed list cannot be requested again")
		}
		if n := len(w.slack.Files()); n != 0 {
			t.Errorf("%d files", n)
		}
	})
}

// TestGivesUpAList checks that an upload without a clear response is abandoned
// after a day.
func TestGivesUpAList(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.must(w.slack.Fault(slacktest.Fault{Method: "files.getUploadURLExternal", Count: 100_000, Error: "internal_error"}))
		w.command(w.slack.Users.Approver, "scan")
		w.press(w.slack.Users.Approver, "exclude", "")
		if got := w.threadText(); !strings.Contains(got, "excluded") {
			t.Errorf("the notes wait for the list: the thread says %s", got)
		}
		w.pass(26 * time.Hour)
		tried := w.calls("files.getUploadURLExternal")
		w.pass(24 * time.Hour)
		if again := w.calls("files.getUploadURLExternal") - tried; tried > 300 || again != 0 {
			t.Errorf("tried %d times in a day and %d times afterwards", tried, again)
		}
		if n := strings.Count(w.log.String(), "no further attempt"); n != 1 {
			t.Errorf("logged %d times that it gives up", n)
		}
	})
}

// TestUploadAddressIsNotLogged checks that the upload URL, which grants access
// to the upload, is not logged when the upload fails, and that the file is
// posted later.
func TestUploadAddressIsNotLogged(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		var tried atomic.Int32
		w.serve("slack.test", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if _, upload := strings.CutPrefix(r.URL.Path, "/files/upload/"); upload && tried.Load() < 3 {
				tried.Add(1)
				panic(http.ErrAbortHandler)
			}
			w.slack.ServeHTTP(rw, r)
		}))
		w.command(w.slack.Users.Approver, "scan")
		w.pass(10 * time.Minute)
		if n := len(w.lists("report-1.csv")); n != 1 || tried.Load() != 3 || strings.Contains(w.log.String(), "/files/upload") {
			t.Errorf("%d lists after %d failures; the log: %s", n, tried.Load(), w.log)
		}
	})
}

// TestNobodyListedNoFile checks that a report without people has no file.
func TestNobodyListedNoFile(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.stop()
		w.settings.Policy.InactiveDays = 3000
		w.start()
		w.command(w.slack.Users.Approver, "scan")
		w.pass(time.Hour)
		if n := len(buttons(w.report(), "exclude")); n != 0 || len(w.slack.Files()) != 0 {
			t.Errorf("%d listed and %d files", n, len(w.slack.Files()))
		}
	})
}

// threadText returns the texts in the newest report's thread.
func (w *world) threadText() string {
	w.t.Helper()
	var all []string
	for _, m := range w.slack.Messages(w.settings.Channel) {
		if ts := w.report().TS; m.ThreadTS == ts && m.TS != ts {
			all = append(all, m.Text)
		}
	}
	return strings.Join(all, "\n")
}

// TestLanes opens the list of everyone, then one status, and pages and searches
// in it.
func TestLanes(t *testing.T) {
	t.Parallel()
	inWorld(t, manyCandidates, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "lanes", "")
		for _, want := range []string{"Protected", "Never used Confluence", "identity provider", "Directory → Groups"} {
			if got := viewText(w.modal(ada, "lanes")); !strings.Contains(got, want) {
				t.Errorf("the lists do not contain %q: %s", want, got)
			}
		}
		w.inModal(ada, "lanes_open", w.sealed("1.never_active.0"), nil)
		first := texts(w.modal(ada, "lanes"))
		if len(first) != 1+15 || !strings.Contains(first[0], "page 1 of") {
			t.Errorf("one list shows %q", first)
		}
		w.inModal(ada, "lanes_page", "", nil)
		if got := viewText(w.modal(ada, "lanes")); !strings.Contains(got, "page 2 of") {
			t.Errorf("the next page shows %s", got)
		}
		w.inModal(ada, "lanes_page_back", "", nil)
		if got := texts(w.modal(ada, "lanes")); !slices.Equal(got, first) {
			t.Errorf("the previous page shows %q, want %q", got, first)
		}
		who := w.inLane("never_active").Row
		v := w.modal(ada, "lanes")
		w.slack.Submit(slacktest.Submit{User: ada, ViewID: v.ID, Values: inField(v, "lanes_search", who.AccountID)})
		w.pass(time.Second)
		if got := viewText(w.modal(ada, "lanes")); !strings.Contains(got, "· 1*") {
			t.Errorf("a search for %s shows %s", who.AccountID, got)
		}
		w.inModal(ada, "lanes_search", "", "nobody at all")
		if got := viewText(w.modal(ada, "lanes")); !strings.Contains(got, "No one here has") {
			t.Errorf("a search without results shows %s", got)
		}
		w.inModal(ada, "lanes_open", "", nil)
		w.inModal(ada, "lanes", "", nil)
		if got := viewText(w.modal(ada, "lanes")); !strings.Contains(got, "each in one list") {
			t.Errorf("the Back button shows %s", got)
		}
	})
}

// texts returns the section texts of a modal.
func texts(v slacktest.View) (out []string) {
	for _, b := range v.Blocks {
		if text, ok := b["text"].(map[string]any); ok {
			out = append(out, text["text"].(string))
		}
	}
	return out
}

// inLane returns the first person of a lane in the first scan.
func (w *world) inLane(lane string) (found storage.PersonRow) {
	w.t.Helper()
	w.stored(func(s *storage.Store) error {
		for one, err := range s.Lane(1, lane) {
			found = one
			return err
		}
		return nil
	})
	return found
}

// TestEverybodyAsCSV posts the CSV of everyone once; a second press answers
// where the file is.
func TestEverybodyAsCSV(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		w.command(ada, "scan")
		w.press(ada, "lanes", "")
		w.inModal(ada, "lanes_csv", "", nil)
		if got := viewText(w.modal(ada, "lanes")); !strings.Contains(got, "report-1-everybody.csv, the list of all 120 people, is in the thread") || !strings.Contains(got, ada) {
			t.Errorf("the modal says %s", got)
		}
		w.pass(time.Minute)
		w.slack.Press(slacktest.Press{User: ada, ViewID: w.modal(ada, "lanes").ID, ActionID: "lanes_csv", Value: w.sealed("1")})
		w.pass(time.Minute)
		w.press(ben, "lanes", "")
		files := w.lists("report-1-everybody.csv")
		if len(files) != 1 || len(w.slack.Files()) != 2 {
			t.Fatalf("%d of %d files", len(files), len(w.slack.Files()))
		}
		_, lines := parseCSV(t, files[0])
		lanes := map[string]bool{}
		for _, l := range lines {
			lanes[l["lane"]] = true
		}
		if n := len(w.org.AllPeople()); len(lines) != n || len(lanes) < 8 {
			t.Errorf("%d lines in %d lanes, want %d people", len(lines), len(lanes), n)
		}
		if n := len(slices.DeleteFunc(w.lines(), func(l storage.AuditEntry) bool { return l.Action != "list everybody" || l.Actor != ada })); n != 1 {
			t.Errorf("%d audit entries, want 1", n)
		}
	})
}

// TestOldRowsAreGone checks that only the last two scans keep people by status;
// an older report shows the numbers alone.
func TestOldRowsAreGone(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		for range 3 {
			w.command(ada, "scan")
		}
		w.pressStored(ada, "lanes", "1")
		v := w.modal(ada, "lanes")
		if got := viewText(v); !strings.Contains(got, "for the last two scans only") || len(buttons(asMessage(v), "lanes_open")) != 0 {
			t.Errorf("the lists of an old report show %s", got)
		}
		w.inModal(ada, "lanes_csv", w.sealed("1"), nil)
		if got := fmt.Sprint(w.told(ada)); !strings.Contains(got, "for the last two scans only") {
			t.Errorf("answered %s", got)
		}
	})
}

package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
)

// protectKim protects one person by email, and has an entry with a typing mistake.
func protectKim(s *bot.Settings) {
	s.Policy.Protect = []string{"Kim@Example.com", "kmi@example.com"}
}

// addIdle adds somebody who has not used Confluence for over a year.
func (w *world) addIdle(name, email string) (account string) {
	used := time.Now().UTC().AddDate(0, 0, -400)
	return w.org.PutPerson(atlassiantest.Person{
		Name: name, Email: email, ManagementSource: "invited", Groups: []string{"everybody"},
		ProductAccess: []atlassiantest.Access{{Key: "confluence", ID: atlassiantest.SiteConfluence, LastActive: &used}},
	}).AccountID
}

func (w *world) setEmail(account, email string) {
	w.t.Helper()
	if !w.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Email = email }) {
		w.t.Fatalf("no account %s", account)
	}
}

// answer returns what a command answers a person.
func (w *world) answer(user, text string) string {
	before := len(w.told(user))
	w.command(user, text)
	return strings.Join(w.told(user)[before:], "\n")
}

// wantEverywhere checks what the report's thread and status say about
// INACTIVEBOT_PROTECT.
func (w *world) wantEverywhere(want ...string) {
	w.t.Helper()
	for place, got := range map[string]string{"the thread": w.threadText(), "status": w.answer(w.slack.Users.Approver, "status")} {
		for _, text := range want {
			if !strings.Contains(got, text) {
				w.t.Errorf("%s says\n%s\nwant %q", place, got, text)
			}
		}
		if n := strings.Count(got, "INACTIVEBOT_PROTECT"); n != len(want) {
			w.t.Errorf("%s has %d sentences about the setting, want %d:\n%s", place, n, len(want), got)
		}
	}
}

// TestCaseB8 changes the email of a person whom INACTIVEBOT_PROTECT names by
// email, and later gives the email to somebody else. Both stay protected, and the
// report's thread, status and why say so.
func TestCaseB8(t *testing.T) {
	t.Parallel()
	inWorld(t, small, protectKim, func(w *world) {
		ada := w.slack.Users.Approver
		kim, lou := w.addIdle("Kim Oka", "kim@example.com"), w.addIdle("Lou Ray", "lou@example.com")
		typo := "This entry of INACTIVEBOT_PROTECT matches no one: `kmi@example.com`. Check it for typos"
		listed := func(want ...string) {
			t.Helper()
			got := accounts(buttons(w.afterScan(ada), "exclude"))
			for who, account := range map[string]string{"Kim": kim, "Lou": lou} {
				if slices.Contains(got, account) != slices.Contains(want, who) {
					t.Errorf("listed is %v, want of the two only %v (Kim is %s, Lou %s)", got, want, kim, lou)
				}
			}
			w.pass(time.Minute)
		}
		listed("Lou")
		w.wantEverywhere(typo)

		w.setEmail(kim, "kim.oka@example.com")
		if got := w.answer(ada, "scan 170"); !strings.Contains(got, "Lou Ray") || strings.Contains(got, "Kim Oka") {
			t.Errorf("the preview says\n%s\nwant Lou Ray and not Kim Oka", got)
		}
		w.stop()
		w.start() // what was matched is in the database.
		listed("Lou")
		still := "It still protects Kim Oka, account id `" + kim + "`."
		w.wantEverywhere(typo, "Kim@Example.com in INACTIVEBOT_PROTECT matches no email now. "+still)
		if got, want := w.answer(ada, "why "+kim), "an entry of INACTIVEBOT_PROTECT matched an earlier email of this account (`Kim@Example.com`)"; !strings.Contains(got, want) {
			t.Errorf("why answers\n%s\nwant %q", got, want)
		}

		w.setEmail(lou, "KIM@example.com")
		listed()
		w.wantEverywhere(typo, "Kim@Example.com in INACTIVEBOT_PROTECT now matches Lou Ray, account id `"+lou+"`. "+still)
		if got, want := w.answer(ada, "why "+lou), "protected by the setting INACTIVEBOT_PROTECT"; !strings.Contains(got, want) {
			t.Errorf("why answers\n%s\nwant %q", got, want)
		}

		w.setEmail(lou, "lou@example.com")
		listed()
		w.stop()
		w.settings.Policy.Protect = nil
		w.start()
		listed("Kim", "Lou")
		w.wantEverywhere()
	})
}

// TestProtectBeforeTheScanEnds matches a listed person in a scan that fails later.
// The email changes, and the second look still knows the account.
func TestProtectBeforeTheScanEnds(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 700, Candidates: 2}, protectKim, func(w *world) {
		ada := w.slack.Users.Approver
		for _, p := range w.org.AllPeople() {
			if p.Email == "" {
				w.setEmail(p.AccountID, p.AccountID+"@example.com") // otherwise the entry makes them unknown.
			}
		}
		rows := accounts(buttons(w.afterScan(ada), "exclude"))
		kim := rows[0]
		for _, p := range w.org.AllPeople() {
			if slices.Contains(rows, p.AccountID) {
				kim = p.AccountID // the first in the directory's order.
				break
			}
		}
		w.setEmail(kim, "kim@example.com")
		const pages = 6 // more than one chunk of rows.
		w.fault(atlassiantest.Fault{Route: "POST users/search", Skip: pages, Count: -1, Status: 403})
		w.command(ada, "scan")
		w.pass(time.Minute)
		w.org.ClearFaults()
		if got := w.reports(); got != 1 {
			t.Fatalf("%d reports, want only the first", got)
		}
		w.setEmail(kim, "kim.oka@example.com")
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		if got := w.suspended(); slices.Contains(got, kim) || len(got) == 0 {
			t.Errorf("suspended %v, want people, but not %s\nlog: %s", got, kim, w.log)
		}
	})
}

// TestUnmatchedRules names rules of the settings and of Slack that match no one,
// and no others.
func TestUnmatchedRules(t *testing.T) {
	t.Parallel()
	inWorkspace(t, small, slacktest.Options{}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "exclude group:pilots domain:example.com domain:nowhere.example")
		w.afterScan(ada)
		w.pass(time.Minute)
		want := "These rules match no one: `domain:nowhere.example`, `group:pilots`. Check them for typos."
		for place, got := range map[string]string{"the thread": w.threadText(), "status": w.answer(ada, "status")} {
			if strings.Count(got, want) != 1 {
				t.Errorf("%s says\n%s\nwant %q once", place, got, want)
			}
		}
	})
}

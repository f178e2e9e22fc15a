package acceptance_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// triggerAllActions triggers every action of the audit log, with names, emails and
// reasons that must not appear in it.
func triggerAllActions(w *world) {
	ada, grace := w.slack.Users.Approver, w.slack.Users.Approver2
	extraActive(w)
	w.scanTold()
	rows := buttons(w.report(), "exclude")
	w.press(w.slack.Users.Member, "exclude", rows[0])
	w.press(ada, "exclude", rows[0])
	w.press(ada, "undo_exclude", rows[0])
	w.command(ada, "scan 90")
	w.command(ada, "exclude crew1@example.com until 2030-01-31 Confidential Reason")
	w.command(ada, "exclude crew2@example.com domain:confidential.example group:Confidential-Group Confidential Reason")
	w.command(ada, "include crew1@example.com")
	w.command(ada, "pause")
	w.command(grace, "resume")
	changed := accounts(rows)
	w.org.ChangePerson(changed[1], func(p *atlassiantest.Person) { p.Email, p.Groups = "who@confidential.example", []string{} })
	w.org.ChangePerson(changed[2], func(p *atlassiantest.Person) { p.PlatformRoles = []string{"atlassian/org-admin"} })
	w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST suspend", AccountID: changed[3], Count: -1, Status: 403}))
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	w.pass(5 * time.Minute)
	w.press(ada, "undo_batch", "")
	w.submit(ada, "undo_confirm")
	w.pass(5 * time.Minute)
	w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(3600)}))
	w.scanTold()
	w.override(ada)
	w.override(grace)
	w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(0)}))
	w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Count: -1, Status: 401}))
	w.scanTold()
	w.org.ClearFaults()
	w.scanTold()
}

func withGroupAndRule(s *bot.Settings) {
	s.ApproverGroup = "S0APPROVERS"
	s.Policy.Rules = policy.Rules{anyRule("*@confidential.example")}
}

// TestEverythingHasItsAuditLine checks that the audit log has every action with
// its actor, and every action on a person with its outcome.
func TestEverythingHasItsAuditLine(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, withGroupAndRule, func(w *world) {
		triggerAllActions(w)
		ada, grace, member := w.slack.Users.Approver, w.slack.Users.Approver2, w.slack.Users.Member
		want := map[string]string{ // action → actor.
			"settings": storage.Bot, "approvers": storage.Bot, "scan": ada, "look": ada, "report": ada, "supersede": storage.Bot,
			"refused": member, "exclude": ada, "include": ada, "add rule": ada, "pause": ada, "resume": grace, "approve": ada,
			"claim": storage.Bot, "call": storage.Bot, "confirm": storage.Bot, "skip": storage.Bot, "fail": storage.Bot,
			"batch done": storage.Bot, "undo batch": ada, "restore": ada, "restored": storage.Bot, "override": grace,
		}
		lines := w.lines()
		for action, by := range want {
			if !slices.ContainsFunc(lines, func(l storage.AuditEntry) bool { return l.Action == action && l.Actor == by }) {
				t.Errorf("no entry says that %s did %q", by, action)
			}
		}
		for _, request := range []string{"suspend", "restore"} {
			if !slices.ContainsFunc(lines, func(l storage.AuditEntry) bool { return l.Action == "call" && l.Detail["request"] == request }) {
				t.Errorf("no entry records a call to %s", request)
			}
		}
		for _, l := range lines {
			if l.Actor == "" || l.Action == "" || l.At.IsZero() || l.At.Location() != time.UTC {
				t.Errorf("an entry lacks actor, action or time: %+v", l)
			}
			if slices.Contains([]string{"claim", "skip"}, l.Action) {
				checkEvidence(t, l)
			}
			if slices.Contains([]string{"scan", "report", "claim", "call", "confirm", "skip", "fail", "refused", "override"}, l.Action) && l.Outcome == "" {
				t.Errorf("an entry lacks the outcome: %+v", l)
			}
		}
	})
}

// checkEvidence fails if a decision about a person lacks its evidence: the last
// activity, its source and its age.
func checkEvidence(t *testing.T, l storage.AuditEntry) {
	t.Helper()
	for _, key := range []string{"lane", "source", "last_active", "age_days"} {
		if l.Detail[key] == "" {
			t.Errorf("the evidence for %s of %s has no %s: %v", l.Action, l.Account, key, l.Detail)
		}
	}
}

// personalData matches what no entry may contain: an email, a name, a reason or the
// text of a rule.
var personalData = regexp.MustCompile(`(?i)@|confidential|example\.(com|org)|crew \d`)

// TestAuditLinesHoldIdsOnly also searches for every name of the organisation.
func TestAuditLinesHoldIdsOnly(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, withGroupAndRule, func(w *world) {
		triggerAllActions(w)
		var names []string
		for _, p := range w.org.AllPeople() {
			if len(p.Name) > 6 {
				names = append(names, p.Name)
			}
		}
		for _, l := range w.lines() {
			text := fmt.Sprintf("%+v", l)
			if at := personalData.FindString(text); at != "" {
				t.Errorf("an entry contains %q: %s", at, text)
			}
			for _, name := range names {
				if strings.Contains(text, name) {
					t.Errorf("an entry contains the name %q: %s", name, text)
				}
			}
		}
		w.stored(func(s *storage.Store) error {
			_, err := s.VerifyAudit("")
			return err
		})
	})
}

// TestHistory shows approvers the last 20 entries, newest first, or those about
// one person.
func TestHistory(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, withGroupAndRule, func(w *world) {
		ada := w.slack.Users.Approver
		triggerAllActions(w)
		ask := func(user, words string) []string {
			w.command(user, words)
			all := w.told(user)
			return strings.Split(all[len(all)-1], "\n")
		}
		if got := ask(ada, "history"); len(got) != 21 || !strings.Contains(got[1], "report") {
			t.Errorf("history has %d entries, the first is %q", len(got)-1, got)
		}
		got := ask(ada, "history crew1@example.com")
		if len(got) != 3 || !strings.Contains(got[1], "ended the exclusion") || !strings.Contains(got[2], "exclude") || !strings.Contains(got[1], "<@"+ada+">") {
			t.Errorf("history of one person is %q", got)
		}
		if got := ask(ada, "history nobody@example.com"); !strings.Contains(got[0], "No account") {
			t.Errorf("history of an unknown person is %q", got)
		}
		if got := ask(ada, "history one@example.com two@example.com"); !strings.Contains(got[0], "one person at a time") {
			t.Errorf("history of two is %q", got)
		}
		if got := ask(w.slack.Users.Member, "history"); !strings.Contains(got[0], "Only approvers") {
			t.Errorf("a member is answered %q", got)
		}
	})
}

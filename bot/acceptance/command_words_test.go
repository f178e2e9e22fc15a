package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// TestNearestCommand answers a mistyped command with the most similar one, and
// an unknown word with a hint to help.
func TestNearestCommand(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		for typed, want := range map[string]string{
			"exlude": "`/inactive exclude`", "scna": "`/inactive scan`", "RESTOR": "`/inactive restore`", "histroy": "`/inactive history`",
			"excluded ada@example.com": "`/inactive exclude`", "whyy": "`/inactive why`",
		} {
			w.command(ada, typed)
			w.checkLastAnswer(ada, "Did you mean "+want)
		}
		for _, typed := range []string{"launch", "x", "suspend-everybody", "<!channel>"} {
			w.command(ada, typed)
			told := w.told(ada)
			if last := told[len(told)-1]; strings.Contains(last, "Did you mean") || !strings.Contains(last, "/inactive help") || strings.Contains(last, "<!") {
				t.Errorf("%q is answered with %q", typed, last)
			}
		}
		if got := w.suspended(); len(got) != 0 {
			t.Errorf("suspended %v", got)
		}
	})
}

// TestWhoInEveryForm names people by email in every form that Slack sends, by
// account id and by @mention, quoted or not, and several at once.
func TestWhoInEveryForm(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		var people []storage.Person
		w.stored(func(s *storage.Store) error {
			r, _, _ := s.LastReport()
			all, err := s.Candidates(r, r.CreatedAt)
			for _, c := range all {
				if c.Person.Email != "" {
					people = append(people, c.Person)
				}
			}
			return err
		})
		first, second := people[0], people[1]
		w.slack.SetUser(slacktest.User{ID: "U0MENTIONED", Name: "mentioned", Email: first.Email, TeamID: home})
		for name, who := range map[string]string{
			"email": first.Email, "upper case": strings.ToUpper(first.Email), "mailto": fmt.Sprintf("<mailto:%s|%s>", first.Email, first.Email),
			"account": first.AccountID, "mention": "<@U0MENTIONED|mentioned>", "quoted": `"` + first.Email + `"`, "curly": "“" + first.Email + "”",
		} {
			w.command(ada, "why "+who)
			if told := w.told(ada); !strings.Contains(told[len(told)-1], first.Email) {
				t.Errorf("%s: why answers %q", name, told[len(told)-1])
			}
			w.command(ada, "exclude "+who+" on leave")
			if got := len(buttons(w.report(), "undo_exclude")); got != 1 {
				t.Errorf("%s: %d people are excluded", name, got)
			}
			w.command(ada, "include "+who)
		}
		for name, both := range map[string]string{
			"spaces": first.Email + " " + second.AccountID, "a comma": first.Email + ", " + second.AccountID, "no space": first.AccountID + "," + second.Email,
			"mailto":    fmt.Sprintf("<mailto:%s|%s>, <mailto:%s|%s>;", first.Email, first.Email, second.Email, second.Email),
			"a mention": "<@U0MENTIONED>," + second.Email,
		} {
			w.command(ada, "why "+both)
			told := w.told(ada)
			if last := told[len(told)-1]; !strings.Contains(last, first.Email) || !strings.Contains(last, second.Email) {
				t.Errorf("%s: why answers %q", name, last)
			}
		}
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		before := len(w.suspended())
		w.command(ada, fmt.Sprintf("restore <mailto:%s|x> %s", first.Email, second.AccountID))
		w.pass(time.Minute)
		if got := len(w.suspended()); got != before-2 {
			t.Errorf("%d are suspended after two were restored, want %d", got, before-2)
		}
	})
}

// TestWhyOfMany answers for ten people in one message within Slack's limit, and
// refuses more.
func TestWhyOfMany(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		var all []string
		for _, p := range w.org.AllPeople() {
			all = append(all, p.AccountID)
		}
		w.command(ada, "why "+strings.Join(all[:10], " "))
		told := w.told(ada)
		if n := len([]rune(told[len(told)-1])); n < 500 || n > 12_000 {
			t.Errorf("the answer has %d characters", n)
		}
		w.command(ada, "why "+strings.Join(all[:11], " "))
		w.checkLastAnswer(ada, "at most 10 at a time")
	})
}

// TestReasonsAsTyped shows addresses and mentions in a reason as they were
// typed; a mention in a reason notifies no one.
func TestReasonsAsTyped(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		one := accounts(buttons(w.afterScan(ada), "exclude"))[0]
		for sent, want := range map[string]string{
			"ask <mailto:ben@example.com|ben@example.com>":        "ask ben@example.com",
			"see <https://jira.example.com/browse/HR-7>":          "see https://jira.example.com/browse/HR-7",
			"see <http://example.com|example.com> & <#C1|admins>": "see example.com &amp; #admins",
			"asked by <@U0BEN|ben>":                               "asked by @ben",
			"fish <!channel> & chips":                             "fish &lt;!channel&gt; &amp; chips",
		} {
			w.command(ada, "exclude "+one+" "+sent)
			w.checkLastAnswer(ada, "indefinitely: "+want)
		}
	})
}

// TestAnswersWhileAtlassianHangs answers at once that a person is being looked
// up, and later that the look-up failed.
func TestAnswersWhileAtlassianHangs(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"exclude", "restore", "why", "history"} {
		inWorld(t, small, nil, func(w *world) {
			ada := w.slack.Users.Approver
			w.command(ada, "scan")
			w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: 10, DelayMS: 30_000}))
			before := len(w.told(ada))
			w.command(ada, command+" somebody@example.com")
			w.pass(time.Minute)
			told := w.told(ada)[before:]
			if len(told) == 0 || !strings.Contains(told[len(told)-1], "could not be looked up") {
				t.Errorf("%s is answered with %q", command, told)
			}
			if command != "history" && (len(told) != 2 || !strings.Contains(told[0], "Checking with Atlassian")) {
				t.Errorf("%s is answered with %q, want a first answer at once", command, told)
			}
		})
	}
}

// TestLookNamesTheLongestInactive checks that a look-only scan lists the
// longest inactive people first.
func TestLookNamesTheLongestInactive(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 250, Candidates: 12}, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan 90")
		told := w.told(ada)
		var days []time.Time
		for line := range strings.Lines(told[len(told)-1]) {
			_, day, _ := strings.Cut(line, ".com · ")
			if at, err := time.Parse("2 Jan 2006", strings.TrimSpace(day)); err == nil {
				days = append(days, at)
			}
		}
		if len(days) < 10 || !slices.IsSortedFunc(days, time.Time.Compare) {
			t.Errorf("the dates are in this order: %v\n%s", days, told[len(told)-1])
		}
	})
}

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// shownNever is the largest number of people without activity data that are listed
// by name.
const shownNever = 10

// textPrinter prints the result of a scan as text: the people the bot would list, and
// the number of people in each lane.
type textPrinter struct {
	out        io.Writer
	now        time.Time
	lanes      map[policy.Lane]int
	people     int
	candidates []string
	never      []string
}

var line = strings.Repeat("=", 80)

func (t *textPrinter) begin(s scanned) error {
	t.now, t.lanes = s.now, map[policy.Lane]int{}
	excluded := "no one"
	if len(s.policy.Rules) > 0 {
		excluded = s.policy.Rules.String()
	}
	_, err := fmt.Fprintf(t.out, "Organization ID: %s\nDirectory ID: %s\nProduct: %s\nInactive threshold: %d days (before %s)\nMode: DRY RUN (suspending happens in Slack)\nExcluded users: %s\n\n%s\n",
		s.org, s.directory, s.policy.Product, s.policy.InactiveDays, s.policy.Cutoff(s.now).Format("2006-01-02 15:04 MST"), excluded, line)
	return err
}

func (t *textPrinter) person(j scan.Result) error {
	t.people++
	t.lanes[j.Decision.Lane]++
	switch j.Decision.Lane {
	case policy.Inactive:
		t.candidates = append(t.candidates, fmt.Sprintf("%s%s - Last active: %s (%d days ago)",
			calledAs(j.Person()), service(j), j.Decision.LastActive.Format("2006-01-02"), int(t.now.Sub(j.Decision.LastActive)/(24*time.Hour))))
	case policy.NeverActive:
		if len(t.never) < shownNever {
			t.never = append(t.never, calledAs(j.Person()))
		}
	}
	return nil
}

// calledAs returns the name of a person with the email, or with the account id if
// there is no email.
func calledAs(p storage.Person) string {
	id := p.Email
	if id == "" {
		id = p.AccountID
	}
	return fmt.Sprintf("%s (%s)", printable(p.Name), printable(id))
}

// printable removes control characters, and bidirectional control characters, which
// could rearrange the line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// service returns a mark for an account that looks like a service account.
func service(j scan.Result) string {
	if j.Decision.ServiceAccount {
		return " [service account?]"
	}
	return ""
}

// summaryLanes are the lanes in the order of the summary.
var summaryLanes = []policy.Lane{
	policy.Active, policy.Inactive, policy.ActiveElsewhere, policy.IDPManaged, policy.NeverActive,
	policy.AlreadyOff, policy.Excluded, policy.Protected, policy.NotAPerson, policy.Unknown,
}

func (t *textPrinter) end(s scanned) error {
	var b strings.Builder
	fmt.Fprintf(&b, "RESULTS\n%s\n\nTotal users processed: %d\n", line, t.people)
	for _, lane := range summaryLanes {
		fmt.Fprintf(&b, "%s: %d\n", blocks.LaneTitle(lane, s.policy.Product), t.lanes[lane])
	}
	fmt.Fprintf(&b, "Requests: %d, activity read with %s\n", s.client.Requests(), s.source)
	people(&b, "INACTIVE USERS THE BOT WOULD LIST", t.candidates, len(t.candidates))
	people(&b, "USERS WITH NO ACTIVITY DATA (not listed)", t.never, t.lanes[policy.NeverActive])
	_, err := io.WriteString(t.out, b.String())
	return err
}

// people prints a title and lines, and how many of all n people are not among them.
func people(b *strings.Builder, title string, lines []string, n int) {
	if n == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n%s\n", title, strings.Repeat("-", 80))
	for _, l := range lines {
		fmt.Fprintf(b, "  • %s\n", l)
	}
	if more := n - len(lines); more > 0 {
		fmt.Fprintf(b, "  … and %d more\n", more)
	}
}

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// shownNever is how many people without activity data are named.
const shownNever = 10

// textPrinter prints for a person: who would be listed, and how the rest add up.
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
	excluded := "nobody"
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

func calledAs(p storage.Person) string {
	id := p.Email
	if id == "" {
		id = p.AccountID
	}
	return fmt.Sprintf("%s (%s)", printable(p.Name), printable(id))
}

// printable keeps away from the terminal what controls it, and what lets a name
// rearrange the line it stands in.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

func service(j scan.Result) string {
	if j.Decision.ServiceAccount {
		return " [service account?]"
	}
	return ""
}

// totals are the lanes in the words of the summary, in its order.
var totals = []struct {
	lane policy.Lane
	text string
}{
	{policy.Active, "Active users (within threshold)"},
	{policy.Inactive, "Inactive users (beyond threshold)"},
	{policy.ActiveElsewhere, "Inactive here, but using other apps or sites"},
	{policy.IDPManaged, "Inactive, managed by the identity provider"},
	{policy.NeverActive, "Users with no activity data for the product"},
	{policy.AlreadyOff, "Already suspended or deactivated"},
	{policy.Excluded, "Excluded users"},
	{policy.Protected, "Protected (admins, newcomers, …)"},
	{policy.NotAPerson, "Not people (apps, customers)"},
	{policy.Unknown, "Could not be read"},
}

func (t *textPrinter) end(s scanned) error {
	var b strings.Builder
	fmt.Fprintf(&b, "RESULTS\n%s\n\nTotal users processed: %d\n", line, t.people)
	for _, total := range totals {
		fmt.Fprintf(&b, "%s: %d\n", total.text, t.lanes[total.lane])
	}
	fmt.Fprintf(&b, "Requests: %d, activity read with %s\n", s.client.Requests(), s.source)
	people(&b, "INACTIVE USERS THE BOT WOULD LIST", t.candidates, len(t.candidates))
	people(&b, "USERS WITH NO ACTIVITY DATA (not listed)", t.never, t.lanes[policy.NeverActive])
	_, err := io.WriteString(t.out, b.String())
	return err
}

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

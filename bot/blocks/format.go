package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/storage"
)

// daysText returns a number of days in words.
func daysText(n int) string { return number(n) + " " + plural(n, "day", "days") }

// People returns a number of people in words.
func People(n int) string { return number(n) + " " + plural(n, "person", "people") }

// plural returns the form of a word that goes with n.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// number returns n with commas between thousands.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// joinSentences joins sentences and leaves out empty ones.
func joinSentences(all ...string) string {
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	return strings.Join(all, " ")
}

// joinMore joins the first of n items and says how many more there are.
func joinMore(first []string, n int) string {
	s := strings.Join(first, ", ")
	if more := n - len(first); more > 0 {
		s += " and " + number(more) + " more"
	}
	return s
}

// Date returns a date such as 8 Mar 2026, in UTC.
func Date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// LocalTime returns a time that Slack shows in the reader's time zone.
func LocalTime(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short} at {time}|%s>", t.Unix(), t.UTC().Format("2 Jan 2006 at 15:04 UTC"))
}

// Mention returns a Slack user as mrkdwn, or "the bot" for the bot itself.
func Mention(user string) string {
	if user == "" || user == storage.Bot {
		return "the bot"
	}
	return "<@" + user + ">"
}

// untilText returns the last day of an exclusion or a rule that ends at t. It is
// empty if there is no end.
func untilText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + Date(t.Add(-1))
}

// durationText returns a duration in whole days, hours or minutes.
func durationText(d time.Duration) string {
	hours := int(d.Hours())
	switch {
	case hours >= 48:
		return daysText(hours / 24)
	case hours >= 1:
		return fmt.Sprintf("%d %s", hours, plural(hours, "hour", "hours"))
	}
	n := max(1, int(d.Minutes()))
	return fmt.Sprintf("%d %s", n, plural(n, "minute", "minutes"))
}

// days returns the number of whole days between a time and now.
func days(at, now time.Time) int { return int(now.Sub(at) / (24 * time.Hour)) }

// Product returns the name of a product, or its key if the name is not known.
func Product(key string) string {
	names := map[string]string{
		"confluence": "Confluence", "jira-software": "Jira", "jira-service-desk": "Jira Service Management",
		"jira-core": "Jira Work Management", "bitbucket": "Bitbucket", "trello": "Trello", "opsgenie": "Opsgenie", "statuspage": "Statuspage",
	}
	if name, ok := names[key]; ok {
		return name
	}
	return key
}

package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/storage"
)

// daysText is a number of days in words.
func daysText(n int) string { return number(n) + " " + plural(n, "day", "days") }

// People is a number of people in words.
func People(n int) string { return number(n) + " " + plural(n, "person", "people") }

// plural is the form of a word that goes with n.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// number writes n with a comma between thousands.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// joinSentences puts joinSentences behind each other; an empty one is left out.
func joinSentences(all ...string) string {
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	return strings.Join(all, " ")
}

// joinMore names the first of some things, and says how many more there are.
func joinMore(first []string, all int) string {
	s := strings.Join(first, ", ")
	if more := all - len(first); more > 0 {
		s += " and " + number(more) + " more"
	}
	return s
}

// Day is a date the way every reader understands it.
func Day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// Local is a moment that Slack shows in the reader's own time zone.
func Local(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short} at {time}|%s>", t.Unix(), t.UTC().Format("2 Jan 2006 at 15:04 UTC"))
}

// Mention is a Slack user as mrkdwn; the bot itself has a name of its own.
func Mention(user string) string {
	if user == "" || user == storage.Bot {
		return "the bot"
	}
	return "<@" + user + ">"
}

// untilText is the end of an exclusion or a rule, whose last day is the one before
// the moment it no longer holds; empty where it has no end.
func untilText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + Day(t.Add(-1))
}

// days is how many whole days lie between a moment and now.
func days(at, now time.Time) int { return int(now.Sub(at) / (24 * time.Hour)) }

// Product is what people call a product of the API's key.
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

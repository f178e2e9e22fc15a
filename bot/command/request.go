package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/policy"
)

// Request holds the arguments of exclude, include and restore.
type Request struct {
	Subjects []string // emails, account ids, mentions and rules, as typed.
	Until    time.Time
	Reason   string
}

// Parse reads the subjects, the end and the reason of a command. If the text is
// not valid, mistake is an error text for the person who typed it.
func Parse(text string) (r Request, mistake string) {
	var args []string
	if r.Subjects, args = LeadingSubjects(SplitQuoted(text)); len(r.Subjects) == 0 {
		return r, "Type an email, an account id or an @mention, for example `/inactive exclude ada@example.com until 2030-01-31 on leave`."
	}
	if r.Until, args, mistake = parseUntil(args); mistake != "" {
		return r, mistake
	}
	r.Reason = Unescape(strings.Join(args, " "))
	if len([]rune(r.Reason)) > maxReason {
		return r, fmt.Sprintf("The reason is too long. It may have at most %d characters.", maxReason)
	}
	return r, ""
}

// LeadingSubjects returns the people and rules at the beginning of some words,
// and the words after them.
func LeadingSubjects(args []string) (who, rest []string) {
	for i, word := range args {
		several := splitCommas(word)
		switch {
		case len(several) > 0 && !slices.ContainsFunc(several, isNoSubject):
			for _, one := range several {
				who = append(who, UnescapeSubject(one))
			}
		case isSubject(word):
			who = append(who, UnescapeSubject(word))
		default:
			return who, args[i:]
		}
	}
	return who, nil
}

// parseUntil returns the end in the words after the people, and the other words.
// The end may precede or follow the reason; after it, only a valid date counts.
func parseUntil(args []string) (end time.Time, rest []string, mistake string) {
	if n := len(args); n > 2 && strings.EqualFold(args[n-2], "until") && isDate(args[n-1]) && !strings.EqualFold(args[0], "until") {
		args = slices.Concat(args[n-2:], args[:n-2])
	}
	if len(args) == 0 || !strings.EqualFold(args[0], "until") {
		return end, args, ""
	}
	if len(args) == 1 {
		return end, nil, "The date after “until” is missing. Type for example `until 2030-01-31`."
	}
	end, ok := ParseDay(args[1])
	if !ok {
		return end, nil, Quoted(args[1]) + " is not a date in the form YYYY-MM-DD, as in `until 2030-01-31`. Nothing was changed."
	}
	if !end.After(time.Now().UTC()) {
		return end, nil, "The date " + Quoted(args[1]) + " has passed. Type a later date as YYYY-MM-DD, as in `until " + time.Now().UTC().AddDate(0, 3, 0).Format(time.DateOnly) + "`."
	}
	return end, args[2:], ""
}

// maxReason is how long a reason may be, in characters.
const maxReason = 300

// UnescapeSubject returns a person or rule as it was typed; a mention stays as
// Slack sends it.
func UnescapeSubject(word string) string {
	if _, ok := Mentioned(word); ok {
		return word
	}
	return Unescape(word)
}

func isSubject(word string) bool {
	if _, ok := Mentioned(word); ok {
		return true
	}
	word = Unescape(word)
	return strings.Contains(word, "@") || IsRule(word) || policy.IsAccountID(word) && !isDate(word)
}

func isNoSubject(word string) bool { return !isSubject(word) }

func isDate(word string) bool { _, ok := ParseDay(word); return ok }

// IsRule reports whether a word is a rule that matches more than one account.
func IsRule(word string) bool {
	rule, err := policy.ParseRule(word)
	return err == nil && !rule.SingleAccount()
}

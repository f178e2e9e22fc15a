package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/policy"
)

// request is what exclude, include and restore are asked to do.
type request struct {
	who    []string // emails, account ids, mentions and rules, as typed.
	until  time.Time
	reason string
}

// parseRequest reads who, until when, and why. Its error is a sentence for the
// person who typed.
func parseRequest(text string) (r request, mistake string) {
	var args []string
	if r.who, args = whoFirst(words(text)); len(r.who) == 0 {
		return r, "Say who: an email, an account id or an @mention, for example `/inactive exclude ada@example.com until 2030-01-31 on leave`."
	}
	if r.until, args, mistake = untilIn(args); mistake != "" {
		return r, mistake
	}
	r.reason = unescape(strings.Join(args, " "))
	if len([]rune(r.reason)) > maxReason {
		return r, fmt.Sprintf("The reason is too long: at most %d characters.", maxReason)
	}
	return r, ""
}

// whoFirst are the people and rules that some words begin with, and the words
// after them.
func whoFirst(args []string) (who, rest []string) {
	for i, word := range args {
		several := parts(word)
		switch {
		case len(several) > 0 && !slices.ContainsFunc(several, isNobody):
			for _, one := range several {
				who = append(who, unescapeWho(one))
			}
		case isWho(word):
			who = append(who, unescapeWho(word))
		default:
			return who, args[i:]
		}
	}
	return who, nil
}

// untilIn takes the end out of the words that follow: it stands before the
// reason, or behind it, where only a date counts as one.
func untilIn(args []string) (end time.Time, rest []string, mistake string) {
	if n := len(args); n > 2 && strings.EqualFold(args[n-2], "until") && isDate(args[n-1]) && !strings.EqualFold(args[0], "until") {
		args = slices.Concat(args[n-2:], args[:n-2])
	}
	if len(args) == 0 || !strings.EqualFold(args[0], "until") {
		return end, args, ""
	}
	if len(args) == 1 {
		return end, nil, "Say until when, as in `until 2030-01-31`."
	}
	end, ok := day(args[1])
	if !ok {
		return end, nil, quoted(args[1]) + " is no date in the form YYYY-MM-DD, as in `until 2030-01-31`. Nothing was changed."
	}
	if !end.After(time.Now().UTC()) {
		return end, nil, "The date " + quoted(args[1]) + " is over already. Type a later day as YYYY-MM-DD, as in `until " + time.Now().UTC().AddDate(0, 3, 0).Format(time.DateOnly) + "`."
	}
	return end, args[2:], ""
}

// maxReason is how long a reason may be, in characters.
const maxReason = 300

func unescapeWho(word string) string {
	if _, ok := mentioned(word); ok {
		return word
	}
	return unescape(word)
}

func isWho(word string) bool {
	if _, ok := mentioned(word); ok {
		return true
	}
	word = unescape(word)
	return strings.Contains(word, "@") || isRule(word) || policy.IsAccountID(word) && !isDate(word)
}

func isNobody(word string) bool { return !isWho(word) }

func isDate(word string) bool { _, ok := day(word); return ok }

func isRule(word string) bool {
	rule, err := policy.ParseRule(word)
	return err == nil && !rule.Single()
}

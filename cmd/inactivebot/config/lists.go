package config

import (
	"fmt"
	"strings"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

// list reads a comma separated list, entry by entry. Empty entries are
// ignored, but at least one must remain. Parse reports false for an invalid entry.
func list[T any](into *[]T, form string, parse func(entry string) (T, bool)) reader {
	return func(value string) string {
		var all []T
		for i, entry := range strings.Split(value, ",") {
			entry = strings.TrimSpace(entry)
			if entry == "" {
				continue
			}
			parsed, ok := parse(entry)
			if !ok {
				return fmt.Sprintf("must be a comma separated list, and its entry %d is not %s", i+1, form)
			}
			all = append(all, parsed)
		}
		if len(all) == 0 {
			return "must be a comma separated list, and it has no entry"
		}
		*into = all
		return ""
	}
}

func words(into *[]string) reader {
	return list(into, "one word", func(entry string) (string, bool) {
		return entry, !strings.ContainsAny(entry, " \t\r\n")
	})
}

// siteIDs reads ids of sites, also as ARIs.
func siteIDs(into *[]string) reader {
	read := words(into)
	return func(value string) string {
		problem := read(value)
		*into = atlassian.SiteIDs(*into)
		return problem
	}
}

// rules reads the forms that [policy.ParseRule] knows.
func rules(into *policy.Rules) reader {
	form := "an account id, an email, a glob such as *@svc.example.com, group:NAME or domain:example.com"
	return list((*[]policy.Rule)(into), form, func(entry string) (policy.Rule, bool) {
		rule, err := policy.ParseRule(entry)
		return rule, err == nil
	})
}

// accounts reads rules that each name one person.
func accounts(into *[]string) reader {
	return list(into, "an account id or an email", func(entry string) (string, bool) {
		rule, err := policy.ParseRule(entry)
		return entry, err == nil && rule.SingleAccount()
	})
}

func slackIDs(into *[]string, form, initials string) reader {
	return list(into, form, func(entry string) (string, bool) {
		return entry, isSlackID(entry, initials)
	})
}

func slackID(into *string, form, initials string) reader {
	return func(value string) string {
		if !isSlackID(value, initials) {
			return "must be " + form
		}
		*into = value
		return ""
	}
}

// isSlackID reports whether s is one of the initials, then capitals and digits.
// A name such as #admins or @ada is not an id.
func isSlackID(s, initials string) bool {
	if len(s) < 2 || !strings.Contains(initials, s[:1]) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

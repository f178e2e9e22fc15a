package policy

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"inactivebot/atlassian"
)

// Rule is an exclusion by one of these forms:
//
//	712020:0e3f…          an account id
//	ada@example.com       an email, in any letter case
//	*@svc.example.com     a glob over emails, where * is anything
//	domain:example.com    people with an email of exactly this domain
//	group:NAME            members of a group, by its exact name
type Rule struct {
	text  string
	match func(atlassian.User) bool
	needs field
}

type field int

const (
	needNothing field = iota
	needEmail
	needGroups
)

var (
	// accountID matches account ids: a number with parts behind colons, or one long
	// word. It does not match a mistyped rule such as "team:design".
	accountID = regexp.MustCompile(`^(?:[0-9]+|qm|ug)(?::[0-9A-Za-z-]+)+$|^[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*$`)
	// email matches one address.
	email = regexp.MustCompile(`^[^\s@<>,:;"()]+@[^\s@<>,:;"()]+$`)
)

// IsAccountID reports whether s has the form of an account id.
func IsAccountID(s string) bool {
	const word = 16 // the least length of an id without a colon.
	return len(s) <= 128 && accountID.MatchString(s) && (strings.Contains(s, ":") || len(s) >= word)
}

// ParseRule parses a rule. Its error lists the valid forms.
func ParseRule(s string) (Rule, error) {
	kind, rest, _ := strings.Cut(s, ":")
	switch {
	case !utf8.ValidString(s):
	case kind == "group" && rest != "":
		return Rule{s, func(u atlassian.User) bool { return inGroup(u, rest) }, needGroups}, nil
	case kind == "domain" && rest != "" && !strings.ContainsAny(rest, "@* "):
		return Rule{s, func(u atlassian.User) bool { return strings.EqualFold(domain(u.Email), rest) }, needEmail}, nil
	case kind == "group" || kind == "domain" || strings.ContainsAny(s, " \t"):
	case strings.Contains(s, "*") && email.MatchString(s):
		glob := regexp.MustCompile("(?is)^" + strings.ReplaceAll(regexp.QuoteMeta(s), `\*`, ".*") + "$")
		return Rule{s, func(u atlassian.User) bool { return glob.MatchString(u.Email) }, needEmail}, nil
	case email.MatchString(s):
		return Rule{s, func(u atlassian.User) bool { return strings.EqualFold(u.Email, s) }, needEmail}, nil
	case IsAccountID(s):
		return Rule{s, func(u atlassian.User) bool { return u.AccountID == s }, needNothing}, nil
	}
	return Rule{}, fmt.Errorf("not an account id, an email, a glob such as *@svc.example.com, group:NAME or domain:example.com")
}

// String returns the rule as it was written.
func (r Rule) String() string { return r.text }

// SingleAccount reports whether the rule names one account, by id or email.
func (r Rule) SingleAccount() bool {
	return !strings.HasPrefix(r.text, "group:") && !strings.HasPrefix(r.text, "domain:") && !strings.Contains(r.text, "*")
}

// Matches reports whether the rule matches the person. A missing field matches
// nothing; see [Rules.NeedEmail].
func (r Rule) Matches(u atlassian.User) bool { return r.match(u) }

func inGroup(u atlassian.User, name string) bool {
	for _, g := range u.Groups {
		if g.Name == name || g.ID == name {
			return true
		}
	}
	return false
}

// domain returns the part after the last @. A quoted mailbox may contain another @.
func domain(email string) string {
	if at := strings.LastIndex(email, "@"); at >= 0 {
		return email[at+1:]
	}
	return ""
}

// Rules are the rules in effect.
type Rules []Rule

// String returns the rules as they were written, with commas between them.
func (rs Rules) String() string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = r.text
	}
	return strings.Join(texts, ", ")
}

// Match returns the first rule that matches the person.
func (rs Rules) Match(u atlassian.User) (rule string, ok bool) {
	for _, r := range rs {
		if r.Matches(u) {
			return r.text, true
		}
	}
	return "", false
}

// NeedEmail reports whether a rule needs the email.
func (rs Rules) NeedEmail() bool { return rs.need(needEmail) }

// NeedGroups reports whether a rule needs the groups.
func (rs Rules) NeedGroups() bool { return rs.need(needGroups) }

func (rs Rules) need(f field) bool {
	for _, r := range rs {
		if r.needs == f {
			return true
		}
	}
	return false
}

package policy_test

import (
	"strings"
	"testing"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

// TestDomainOfAnEmail checks which domain an email has: what follows the last @, and
// none without one.
func TestDomainOfAnEmail(t *testing.T) {
	rule := parsed(t, "domain:example.com")[0]
	for email, want := range map[string]bool{
		"ada@example.com":               true,
		`"ada@example.org"@EXAMPLE.com`: true,
		"@example.com":                  true,
		"example.com":                   false,
		"":                              false,
		"ada@mail.example.com":          false,
		"ada@example.com@example.org":   false,
	} {
		if got := rule.Matches(atlassian.User{Email: email}); got != want {
			t.Errorf("%s matches %q: %t, want %t", rule, email, got, want)
		}
	}
}

func TestRulesAsWritten(t *testing.T) {
	rules := parsed(t, "group:Design", "ada@example.com", "*@svc.example.com")
	if got, want := rules.String(), "group:Design, ada@example.com, *@svc.example.com"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestShortestAccountID(t *testing.T) {
	for id, want := range map[string]bool{"5b10ac8d82e05b22": true, "5b10ac8d82e05b2": false} {
		if got := policy.IsAccountID(id); got != want {
			t.Errorf("IsAccountID(%q), of %d letters: %t, want %t", id, len(id), got, want)
		}
		if _, err := policy.ParseRule(id); (err == nil) != want || err != nil && strings.Contains(err.Error(), id) {
			t.Errorf("ParseRule(%q): %v", id, err)
		}
	}
}

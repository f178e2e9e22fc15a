package policy_test

import (
	"strings"
	"testing"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

func TestRuleMatches(t *testing.T) {
	ada := atlassian.User{
		AccountID: "712020:0e3f-ada", Name: "group:design", Email: "Ada@Svc.Example.com",
		Groups: []atlassian.Group{{ID: "f00d-1", Name: "design"}, {ID: "f00d-2", Name: "Finance: EU"}},
	}
	for _, c := range []struct {
		rule string
		want bool
	}{
		{"712020:0e3f-ada", true},
		{"712020:0e3f-ADA", false},
		{"712020:0e3f-ad", false},
		{"ada@svc.example.com", true},
		{"ADA@SVC.EXAMPLE.COM", true},
		{"da@svc.example.com", false},
		{"ada@svc.example.co", false},
		{"*@svc.example.com", true},
		{"*@SVC.example.com", true},
		{"a*@svc.*.com", true},
		{"*@svcxexample.com", false}, // a dot matches only a dot.
		{"*@example.com", false},
		{"*b@svc.example.com", false},
		{"domain:svc.example.com", true},
		{"domain:SVC.Example.COM", true},
		{"domain:example.com", false},
		{"domain:com", false},
		{"group:design", true},
		{"group:Design", false},
		{"group:desig", false},
		{"group:Finance: EU", true},
		{"group:f00d-1", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r, err := policy.ParseRule(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Matches(ada); got != c.want {
				t.Errorf("Matches = %t, want %t", got, c.want)
			}
			if r.String() != c.rule {
				t.Errorf("String = %q, want %q", r.String(), c.rule)
			}
			if r.Matches(atlassian.User{Name: c.rule}) {
				t.Error("the rule matches a display name")
			}
		})
	}
}

func TestParseRuleRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "*", "@", "a@", "@example.com", "Ada Lovelace", "ada", "ada lovelace@example.com", "a@b@c.example",
		"group:", "domain:", "domain:a b", "domain:*.example.com", "domain:ada@example.com", "Group:design", "team:design",
		"<ada@example.com>", "ada@example.com,", "*.example.com", "2026-05-04", "12345678",
		"*@\xff", "ada\xff@example.com", "group:\xff", "domain:\xff", strings.Repeat("1", 129),
	} {
		if r, err := policy.ParseRule(s); err == nil {
			t.Errorf("ParseRule(%q) = %v, want an error", s, r)
		}
	}
}

func TestIsAccountID(t *testing.T) {
	for s, want := range map[string]bool{
		"": false,
		"712020:0e3f9b1c-2f6e-4a6b-9d0e-1f2a3b4c5d6e":       true,
		"557058:f58131cb-b67d-43c7-b30d-6b58d40bd077":       true,
		"5b10ac8d82e05b22cc7d4ef5":                          true,
		"qm:0f2b9c9e-1111-2222-3333-444444444444:123456":    true,
		"ug:0f2b9c9e-1111-2222-3333-444444444444":           true,
		"5b10ac8d82e05b2":                                   false, // one short of an id.
		"inactivecolleague":                                 false, // no digit.
		"712020:":                                           false,
		":712020":                                           false,
		"712020:a/../b":                                     false,
		"712020:a b":                                        false,
		"712020:" + strings.Repeat("a", 128-len("712020:")): true,
		"712020:" + strings.Repeat("a", 129-len("712020:")): false,
	} {
		if got := policy.IsAccountID(s); got != want {
			t.Errorf("IsAccountID(%q) = %t, want %t", s, got, want)
		}
	}
}

func TestRulesNeedAndSingle(t *testing.T) {
	for _, c := range []struct {
		rule                  string
		email, groups, single bool
	}{
		{"712020:0e3f-ada", false, false, true},
		{"ada@example.com", true, false, true},
		{"*@example.com", true, false, false},
		{"domain:example.com", true, false, false},
		{"group:design", false, true, false},
	} {
		r, err := policy.ParseRule(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		rs := policy.Rules{r}
		if rs.NeedEmail() != c.email || rs.NeedGroups() != c.groups || r.SingleAccount() != c.single {
			t.Errorf("%s: needs email %t, groups %t, single %t; want %t, %t, %t",
				c.rule, rs.NeedEmail(), rs.NeedGroups(), r.SingleAccount(), c.email, c.groups, c.single)
		}
	}
}

func TestTheFirstRuleIsNamed(t *testing.T) {
	d := decide(ruled(t, "group:sales", "domain:example.com", "ada@example.com"))
	if d.Lane != policy.Excluded || d.Reason != policy.ByRule || d.Detail != "domain:example.com" {
		t.Errorf("got %+v, want excluded by domain:example.com", d)
	}
	if rule, ok := (policy.Rules{}).Match(atlassian.User{}); ok {
		t.Errorf("an empty rule list matches with %q", rule)
	}
}

// FuzzParseRule checks that a parsed rule keeps its text, matches no person
// without data, matches no display name, and needs at most one field.
func FuzzParseRule(f *testing.F) {
	for _, s := range []string{
		"712020:0e3f", "ada@example.com", "*@svc.example.com", "domain:example.com", "group:all staff", "group:", "*", "*@*",
		"*@\xff", "a*b*c@x", "5b10ac8d82e05b22cc7d4ef5", "group:*", "domain:a@b", "(*@x", "[*@x", `\Q*@\E`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := policy.ParseRule(s)
		if err != nil {
			return
		}
		if r.String() != s {
			t.Errorf("String returns %q", r.String())
		}
		if r.Matches(atlassian.User{}) || r.Matches(atlassian.User{Name: s}) {
			t.Error("the rule matches without an id, an email or a group")
		}
		rs := policy.Rules{r}
		if rs.NeedEmail() && rs.NeedGroups() {
			t.Error("the rule needs two fields")
		}
		fits := atlassian.User{AccountID: s}
		switch _, rest, _ := strings.Cut(s, ":"); {
		case rs.NeedGroups():
			fits = atlassian.User{Groups: []atlassian.Group{{Name: rest}}}
		case rs.NeedEmail() && strings.HasPrefix(s, "domain:"):
			fits = atlassian.User{Email: "x@" + rest}
		case rs.NeedEmail():
			fits = atlassian.User{Email: strings.ReplaceAll(s, "*", "x")}
		}
		if !r.Matches(fits) {
			t.Errorf("the rule does not match %+v", fits)
		}
	})
}

// TestRulesOnOddEmails matches quoted mailboxes, which may contain an @ or a line break.
func TestRulesOnOddEmails(t *testing.T) {
	for email, rules := range map[string][]string{
		`"ada@home"@svc.example.com`: {"domain:svc.example.com", "*@svc.example.com"},
		"\"ada\nl\"@svc.example.com": {"domain:svc.example.com", "*@svc.example.com"},
	} {
		for _, r := range parsed(t, rules...) {
			if !r.Matches(atlassian.User{Email: email}) {
				t.Errorf("%s does not match %q", r, email)
			}
		}
		for _, r := range parsed(t, "domain:home") {
			if r.Matches(atlassian.User{Email: email}) {
				t.Errorf("%s matches %q", r, email)
			}
		}
	}
}

package scan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// TestMatches counts whom rules and entries of INACTIVEBOT_PROTECT match, in a list
// that has one person twice.
func TestMatches(t *testing.T) {
	kim := atlassian.User{AccountID: "712020:kim", Name: "Kim", Email: "kim.oka@example.com"}
	bob := atlassian.User{AccountID: "712020:bob", Name: "Bob", Email: "KIM@example.com"}
	hidden := atlassian.User{AccountID: "712020:hidden", Name: "Hidden"}
	before := map[string][]string{"kim@example.com": {"712020:kim", "712020:gone"}, "old@example.com": {"712020:hidden"}}
	tests := map[string]struct {
		rules   []string
		protect []string
		people  []atlassian.User
		want    storage.Unmatched
	}{
		"nothing is set":       {nil, nil, []atlassian.User{kim}, storage.Unmatched{}},
		"everything matches":   {[]string{"domain:example.com"}, []string{"Kim.Oka@example.com", "712020:bob"}, []atlassian.User{kim, bob}, storage.Unmatched{}},
		"nothing matches":      {[]string{"group:x", "domain:b.example"}, []string{"z@example.com", "a@example.com"}, []atlassian.User{kim}, storage.Unmatched{Rules: []string{"domain:b.example", "group:x"}, Protect: []storage.ProtectEntry{{Entry: "a@example.com"}, {Entry: "z@example.com"}}}},
		"a hidden email":       {nil, []string{"old@example.com"}, []atlassian.User{hidden}, storage.Unmatched{Protect: []storage.ProtectEntry{{Entry: "old@example.com", Earlier: []string{hidden.AccountID}}}, People: []storage.Person{{AccountID: hidden.AccountID, Name: "Hidden"}}}},
		"not in the directory": {nil, []string{"old@example.com"}, []atlassian.User{kim}, storage.Unmatched{Protect: []storage.ProtectEntry{{Entry: "old@example.com"}}}},
		"passed on, listed twice": {nil, []string{"kim@example.com"}, []atlassian.User{kim, bob, kim, bob}, storage.Unmatched{
			Protect: []storage.ProtectEntry{{Entry: "kim@example.com", Now: []string{bob.AccountID}, Earlier: []string{kim.AccountID}}},
			People:  []storage.Person{{AccountID: bob.AccountID, Name: "Bob", Email: "KIM@example.com"}, {AccountID: kim.AccountID, Name: "Kim", Email: "kim.oka@example.com"}},
		}},
	}
	for name, test := range tests {
		s := policy.Settings{Protect: test.protect, ProtectedBefore: before}
		for _, text := range test.rules {
			rule, err := policy.ParseRule(text)
			if err != nil {
				t.Fatal(err)
			}
			s.Rules = append(s.Rules, rule)
		}
		m := scan.NewMatches(s)
		for _, u := range test.people {
			m.Add(u)
		}
		if diff := cmp.Diff(test.want, m.Unmatched()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

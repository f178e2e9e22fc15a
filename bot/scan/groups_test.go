package scan_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

// groupID returns the id of a group by its name.
func (l lab) groupID(name string) string {
	for id, n := range l.Org.Groups() {
		if n == name {
			return id
		}
	}
	return ""
}

// member is in the group of rules although the search leaves the groups out.
const member = "712020:member"

// leaveOutGroups makes two idle people whose groups are left out, one of them in the
// group "team". A third person, whose field has the groups, is in it and in "pair".
func (l lab) leaveOutGroups() {
	l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
	l.uses(member, used("confluence", atlassiantest.SiteConfluence, 300))
	for _, account := range []string{ordinary, member} {
		l.Org.ChangePerson(account, func(p *atlassiantest.Person) {
			p.Groups, p.Omit = nil, []string{"groups"}
			if account == member {
				p.Groups = []string{"team"}
			}
		})
	}
	l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:seen", Groups: []string{"team", "pair"}})
	l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:off", Groups: []string{"off"}, Suspended: true})
}

// TestGroupsLeftOut scans with rules where the field with the groups is left out of some
// people. They are candidates only if the search by group is proved to work.
func TestGroupsLeftOut(t *testing.T) {
	byGroup := []string{"groupIds"}
	id := func(l lab) []string { return []string{"group:" + l.groupID("team")} }
	names := func(names ...string) func(lab) []string { return func(lab) []string { return names } }
	refuse := func(q map[string]any) bool { return scantest.AsksFor(q, "groupIds", "") }
	tests := map[string]struct {
		rules  func(lab) []string
		org    atlassiantest.OrgSettings
		refuse func(map[string]any) bool
		want   [2]policy.Lane // of the ordinary person and the member.
	}{
		"no rule with a group":       {names("712020:someone-else"), atlassiantest.OrgSettings{}, nil, [2]policy.Lane{policy.Inactive, policy.Inactive}},
		"by name":                    {names("group:team"), atlassiantest.OrgSettings{}, nil, [2]policy.Lane{policy.Inactive, policy.Excluded}},
		"by id":                      {id, atlassiantest.OrgSettings{}, nil, [2]policy.Lane{policy.Inactive, policy.Excluded}},
		"two rules":                  {names("group:pair", "group:team"), atlassiantest.OrgSettings{}, nil, [2]policy.Lane{policy.Inactive, policy.Excluded}},
		"no one else is in a group":  {names("group:team", "group:none"), atlassiantest.OrgSettings{}, nil, [2]policy.Lane{policy.Unknown, policy.Unknown}},
		"only a suspended person is": {names("group:off"), atlassiantest.OrgSettings{}, nil, [2]policy.Lane{policy.Unknown, policy.Unknown}},
		"the search finds no one":    {names("group:team"), atlassiantest.OrgSettings{EmptyFilters: byGroup}, nil, [2]policy.Lane{policy.Unknown, policy.Unknown}},
		"the search finds everyone":  {names("group:team"), atlassiantest.OrgSettings{IgnoreFilters: byGroup}, nil, [2]policy.Lane{policy.Unknown, policy.Unknown}},
		"the search is refused":      {names("group:team"), atlassiantest.OrgSettings{}, refuse, [2]policy.Lane{policy.Unknown, policy.Unknown}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				l.leaveOutGroups()
				scantest.Must(t, l.Org.Configure(test.org))
				l.Edit(scantest.Edited{Refuse: test.refuse})
				s := l.Scanner(nil)
				s.Policy.Rules = rules(t, test.rules(l)...)
				lanes, err := scantest.Lanes(s)
				scantest.Must(t, err)
				if got := [2]policy.Lane{lanes[ordinary], lanes[member]}; got != test.want {
					t.Errorf("got the lanes %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestGroupsLeftOutOnSeveralPages: a search that is refused on a later page counts for
// nothing.
func TestGroupsLeftOutOnSeveralPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 300)
		l.change(func(p atlassiantest.Person) bool { return p.Status == "active" && p.AccountType == "atlassian" }, func(p *atlassiantest.Person) { p.Groups = []string{"team"} })
		l.leaveOutGroups()
		l.Edit(scantest.Edited{Refuse: func(q map[string]any) bool { return scantest.AsksFor(q, "groupIds", "") && q["cursor"] != nil }})
		s := l.Scanner(nil)
		s.Policy.Rules = rules(t, "group:team")
		lanes, err := scantest.Lanes(s)
		scantest.Must(t, err)
		if lanes[ordinary] != policy.Unknown || lanes[member] != policy.Unknown {
			t.Errorf("got the lanes %s and %s, want unknown", lanes[ordinary], lanes[member])
		}
	})
}

// TestGroupsLeftOutInSeveralChunks: each group of a rule is searched once.
func TestGroupsLeftOutInSeveralChunks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 1200)
		l.leaveOutGroups()
		seen := 0 // two members are on the first page.
		l.change(func(atlassiantest.Person) bool { return true }, func(p *atlassiantest.Person) {
			switch {
			case p.Status != "active" || p.AccountType != "atlassian":
			case seen < 2:
				p.Groups = []string{"team"}
				seen++
			default:
				p.Omit = []string{"groups"}
			}
		})
		n := 0
		l.Edit(scantest.Edited{Query: func(q map[string]any) {
			if scantest.AsksFor(q, "groupIds", "") {
				n++
			}
		}})
		s := l.Scanner(nil)
		s.Policy.Rules = rules(t, "group:team")
		lanes, err := scantest.Lanes(s)
		scantest.Must(t, err)
		if lanes[ordinary] != policy.Inactive || lanes[member] != policy.Excluded || n != 2 {
			t.Errorf("got the lanes %s and %s and %d searches, want inactive, excluded and 2 with the check", lanes[ordinary], lanes[member], n)
		}
	})
}

// TestSecondLookWithoutAGroupsField: the search by group needs the id of the group.
func TestSecondLookWithoutAGroupsField(t *testing.T) {
	byGroup := []string{"groupIds"}
	tests := map[string]struct {
		name string // of the group in the rule; empty: the rule has its id.
		org  atlassiantest.OrgSettings
		want [2]policy.Lane // of the ordinary person and the member.
	}{
		"by id":                  {"", atlassiantest.OrgSettings{}, [2]policy.Lane{policy.Inactive, policy.Excluded}},
		"by id, it finds no one": {"", atlassiantest.OrgSettings{EmptyFilters: byGroup}, [2]policy.Lane{policy.Unknown, policy.Unknown}},
		"by name":                {"team", atlassiantest.OrgSettings{}, [2]policy.Lane{policy.Unknown, policy.Unknown}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				l.leaveOutGroups()
				scantest.Must(t, l.Org.Configure(test.org))
				s := l.Scanner(nil)
				if test.name == "" {
					test.name = l.groupID("team")
				}
				s.Policy.Rules = rules(t, "group:"+test.name)
				for i, account := range []string{ordinary, member} {
					user, err := s.Person(context.Background(), account, "")
					scantest.Must(t, err)
					if got := policy.Decide(policy.Facts{User: user}, s.Policy, time.Now().UTC()).Lane; got != test.want[i] {
						t.Errorf("%s is %s, want %s", account, got, test.want[i])
					}
				}
			})
		})
	}
}

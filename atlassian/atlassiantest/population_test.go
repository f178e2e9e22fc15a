package atlassiantest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// lane returns the person's lane under the product's default settings, computed
// from the actual state alone.
func lane(p Person, now time.Time) string {
	cutoff := now.Add(-180 * 24 * time.Hour)
	switch {
	case p.AccountType != "atlassian":
		return "not_a_person"
	case p.Status != "active":
		return "already_off"
	case p.hasRole(RoleOrgAdmin), p.hasRole(RoleSiteAdmin), p.hasRole(RoleUserAccessAdmin), p.AddedToOrg.After(cutoff):
		return "protected"
	case p.ProductAccess == nil:
		return "unknown"
	}
	var here, other time.Time
	for _, a := range p.ProductAccess {
		switch {
		case a.LastActive == nil:
		case a.LastActive.After(now.Add(24 * time.Hour)):
			return "unknown"
		case a.Key == "confluence" && a.LastActive.After(here):
			here = *a.LastActive
		case a.Key != "confluence" && a.LastActive.After(other):
			other = *a.LastActive
		}
	}
	switch {
	case here.IsZero():
		return "never_active"
	case !here.Before(cutoff):
		return "active"
	case !other.Before(cutoff):
		return "active_elsewhere"
	case p.ManagementSource == "synced":
		return "idp_managed"
	}
	return "inactive"
}

func lanes(s *Server) map[string]int {
	counts := map[string]int{}
	for _, p := range s.AllPeople() {
		counts[lane(p, time.Now())]++
	}
	return counts
}

func TestCandidatesAreExact(t *testing.T) {
	for _, test := range []struct{ users, percent, want int }{
		{0, 0, 15},
		{250, 6, 15},
		{250, 2, 5},
		{400, 23, 92},
		{1000, 12, 120},
		{10000, 6, 600},
		{250, -1, 0},
		{250, 100, 249},
		{50, 6, 3},
		{20, 6, 1},
		{5, 6, 1},
		{2, 6, 1},
		{1, 6, 0},
	} {
		t.Run(fmt.Sprintf("%d people %d percent", test.users, test.percent), func(t *testing.T) {
			for seed := range int64(5) {
				s := New(Options{Users: test.users, Candidates: test.percent, Seed: seed + 1})
				if got := lanes(s)["inactive"]; got != test.want {
					t.Errorf("seed %d: %d candidates, want %d", seed+1, got, test.want)
				}
			}
		})
	}
}

func TestEveryLaneIsThere(t *testing.T) {
	got := lanes(New(Options{}))
	for _, lane := range []string{
		"not_a_person", "already_off", "protected", "unknown", "never_active",
		"active", "active_elsewhere", "idp_managed", "inactive",
	} {
		if got[lane] == 0 {
			t.Errorf("no person is in lane %s", lane)
		}
	}
	if got["unknown"] > 3 {
		t.Errorf("%d people have unknown activity, want at most 3", got["unknown"])
	}
}

func TestSamePopulationForSameOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := New(Options{}).AllPeople(), New(Options{}).AllPeople()
		if diff := cmp.Diff(first, second, cmp.AllowUnexported(Person{}, Access{}, rhythm{})); diff != "" {
			t.Error(diff)
		}
		if slices.EqualFunc(first, New(Options{Seed: 2}).AllPeople(), func(a, b Person) bool { return a.AccountID == b.AccountID }) {
			t.Error("another seed generates the same people")
		}
	})
}

func TestSpecialPeople(t *testing.T) {
	s := New(Options{})
	truth, now := s.AllPeople(), time.Now()
	has := func(f func(Person) bool) bool { return slices.ContainsFunc(truth, f) }
	named := func(name string) func(Person) bool {
		return func(p Person) bool { return p.Name == name && isCandidate(p) }
	}
	age := func(a Access) time.Duration {
		if a.LastActive == nil {
			return 0
		}
		return now.Sub(*a.LastActive)
	}
	sites := func(first, second string) func(Person) bool {
		return func(p Person) bool {
			return len(p.ProductAccess) == 2 && p.ProductAccess[0].ID == first && p.ProductAccess[1].ID == second &&
				(age(p.ProductAccess[0]) > threshold) != (age(p.ProductAccess[1]) > threshold)
		}
	}
	aged := func(low, high time.Duration) func(Person) bool {
		return func(p Person) bool {
			return len(p.ProductAccess) == 1 && age(p.ProductAccess[0]) >= low && age(p.ProductAccess[0]) <= high
		}
	}
	for what, fits := range map[string]func(Person) bool{
		"injection":              named("<!channel> *bold* & <https://x|y>"),
		"service account":        named("svc-backup"),
		"robot account":          named("ci-bot"),
		"name of 200 characters": func(p Person) bool { return utf8.RuneCountInString(p.Name) == 200 && isCandidate(p) },
		"right to left":          named("مريم الأحمد"),
		"emoji":                  func(p Person) bool { return strings.Contains(p.Name, "🦊") && isCandidate(p) },
		"no email":               func(p Person) bool { return p.Email == "" && isCandidate(p) },
		"upper-case email":       func(p Person) bool { return strings.HasSuffix(p.Email, "EXAMPLE.COM") },
		"same name, inactive":    named("Kim Lee"),
		"same name, active":      func(p Person) bool { return p.Name == "Kim Lee" && lane(p, now) == "active" },
		"recent site last":       sites(SiteConfluence, SiteConfluence2),
		"recent site first":      sites(SiteConfluence2, SiteConfluence),
		"a minute outside":       aged(threshold+time.Minute, threshold+90*time.Second),
		"a minute inside":        aged(threshold-time.Minute, threshold-30*time.Second),
		"missing activity":       func(p Person) bool { return p.ProductAccess == nil && !p.NullActivity },
		"null activity":          func(p Person) bool { return p.ProductAccess == nil && p.NullActivity },
		"empty activity":         func(p Person) bool { return p.ProductAccess != nil && len(p.ProductAccess) == 0 },
		"guest":                  func(p Person) bool { return p.Guest && isCandidate(p) },
		"customer":               func(p Person) bool { return p.AccountType == "customer" },
		"API key owner":          func(p Person) bool { return p.AccountID == s.Owner && p.Name == ownerName && p.hasRole(RoleOrgAdmin) },
		"inactive org admin":     func(p Person) bool { return p.hasRole(RoleOrgAdmin) && p.AccountID != s.Owner },
		"suspended":              func(p Person) bool { return p.Status == StatusSuspended && p.Suspended },
		"deactivated":            func(p Person) bool { return p.Status == StatusDeactivated },
		"never invited":          func(p Person) bool { return p.Status == StatusNotInvited },
		"more than a page":       func(p Person) bool { return len(p.ProductAccess) > activityPage },
	} {
		if !has(fits) {
			t.Errorf("no person for: %s", what)
		}
	}
	for shape := range shapes {
		if !has(func(p Person) bool { return isCandidate(p) && p.ProductAccess[0].Shape == shape }) {
			t.Errorf("no candidate has shape %d", shape)
		}
	}
}

func TestSmallOrganisationsMakeSense(t *testing.T) {
	for users := 5; users <= 50; users++ {
		got := lanes(New(Options{Users: users}))
		for _, lane := range []string{"active", "protected", "inactive", "never_active"} {
			if got[lane] == 0 {
				t.Errorf("%d people: no person is in lane %s: %v", users, lane, got)
			}
		}
	}
}

func TestSomebodyIsAlwaysActive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Users: 10})
		for week := range 26 {
			lately := time.Now().Add(-7 * 24 * time.Hour)
			if !slices.ContainsFunc(s.AllPeople(), func(p Person) bool {
				return lane(p, time.Now()) == "active" && p.ProductAccess[0].LastActive.After(lately)
			}) {
				t.Fatalf("week %d: no one was active", week)
			}
			<-time.After(7 * 24 * time.Hour)
		}
		if got := lanes(s)["inactive"]; got != 1 {
			t.Errorf("after half a year %d candidates, want 1", got)
		}
	})
}

func TestAccountIDsLeadBack(t *testing.T) {
	g := newGenerator(1_000_000, 7, 6, time.Now())
	for _, i := range []int{0, 1, 249, 4096, 999_999} {
		if got, ok := g.number(g.accountID(i)); !ok || got != i {
			t.Errorf("number(accountID(%d)) = %d, %v", i, got, ok)
		}
	}
	for _, id := range []string{"", "712020:", "712020:0-4", g.accountID(5) + "0", "x" + g.accountID(5)} {
		if i, ok := g.number(id); ok {
			t.Errorf("number(%q) = %d, want none", id, i)
		}
	}
}

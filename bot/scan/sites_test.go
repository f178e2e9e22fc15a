package scan_test

import (
	"slices"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

// ordinary is a person whose status depends on activity alone.
const ordinary = "712020:ordinary"

// used returns a use of a product on a site some days ago.
func used(product, site string, days int) atlassiantest.Access {
	at := time.Now().UTC().AddDate(0, 0, -days)
	return atlassiantest.Access{Key: product, ID: site, LastActive: &at}
}

// uses replaces all uses of a person.
func (l lab) uses(account string, all ...atlassiantest.Access) {
	l.Org.PutPerson(atlassiantest.Person{AccountID: account, Name: "Olga Ordinary", ManagementSource: "invited", ProductAccess: all})
}

// TestSitesInScope: the latest use on the sites in scope decides, in any order of
// the entries, and a use on another site protects.
func TestSitesInScope(t *testing.T) {
	const one, two = atlassiantest.SiteConfluence, atlassiantest.SiteConfluence2
	tests := map[string]struct {
		scope        []string
		onOne, onTwo int // days ago.
		want         policy.Lane
	}{
		"all sites, one lately":        {nil, 10, 300, policy.Active},
		"all sites, two lately":        {nil, 300, 10, policy.Active},
		"both named, two lately":       {[]string{one, two}, 300, 10, policy.Active},
		"one in scope, used lately":    {[]string{one}, 10, 300, policy.Active},
		"one in scope, two lately":     {[]string{one}, 300, 10, policy.ActiveElsewhere},
		"two in scope, one lately":     {[]string{two}, 10, 300, policy.ActiveElsewhere},
		"one in scope, both long ago":  {[]string{one}, 300, 400, policy.Inactive},
		"all sites, both long ago":     {nil, 400, 300, policy.Inactive},
		"neither in scope, one lately": {[]string{"another-site"}, 10, 300, policy.ActiveElsewhere},
	}
	for name, test := range tests {
		byBothRoutes(t, name, 30, func(t *testing.T, l lab, _ string) {
			s := l.Scanner(nil)
			s.Policy.Sites = test.scope
			entries := []atlassiantest.Access{used("confluence", one, test.onOne), used("confluence", two, test.onTwo)}
			for range 2 {
				l.uses(ordinary, entries...)
				lanes, err := scantest.Lanes(s)
				scantest.Must(t, err)
				if got := lanes[ordinary]; got != test.want {
					t.Errorf("lane %s with the entries %v, want %s", got, entries, test.want)
				}
				slices.Reverse(entries)
			}
		})
	}
}

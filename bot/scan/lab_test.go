package scan_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

// lab adds what only tests of this package need.
type lab struct{ *scantest.Lab }

func newLab(t *testing.T, users int) lab { return lab{scantest.New(t, users)} }

// byBothRoutes runs a test for each route that tells when people were last active,
// each time with a new organisation of so many people and in a bubble of its own.
func byBothRoutes(t *testing.T, name string, users int, test func(t *testing.T, l lab, route string)) {
	t.Helper()
	for _, route := range []string{scantest.SearchRoute, scantest.DatesRoute} {
		t.Run(route+" "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, users)
				scantest.Must(t, l.Org.Configure(atlassiantest.OrgSettings{Expand: scantest.ExpandFor(route)}))
				test(t, l, route)
			})
		})
	}
}

// lanes scans the organisation.
func (l lab) lanes(t *testing.T) map[string]policy.Lane {
	t.Helper()
	lanes, err := scantest.Lanes(l.Scanner(nil))
	scantest.Must(t, err)
	return lanes
}

// account returns an account that which selects.
func (l lab) account(which func(atlassiantest.Person) bool) string {
	all := l.Org.AllPeople()
	return all[slices.IndexFunc(all, which)].AccountID
}

// rules parses rules.
func rules(t *testing.T, texts ...string) (all policy.Rules) {
	t.Helper()
	for _, text := range texts {
		rule, err := policy.ParseRule(text)
		scantest.Must(t, err)
		all = append(all, rule)
	}
	return all
}

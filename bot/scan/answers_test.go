package scan_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

// TestBadAnswersAboutOnePerson: a person who cannot be read is unknown, and all
// others keep their status. An answer that concerns everyone ends the scan.
func TestBadAnswersAboutOnePerson(t *testing.T) {
	t.Parallel()
	ends := []string{"401", "410", "429 for ever", "429 until tomorrow", "a redirect"}
	for name, bad := range scantest.BadAnswers {
		if bad.TooLarge() {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				scantest.Must(t, l.Org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
				want, err := scantest.Lanes(l.Scanner(nil))
				scantest.Must(t, err)
				victim := anyOf(want, policy.Inactive)
				l.Org.ClearFaults()
				fault := bad.Fault
				fault.Route, fault.AccountID, fault.Count = scantest.DatesRoute, victim, -1
				scantest.Must(t, l.Org.AddFault(fault))
				got, err := scantest.Lanes(l.Scanner(nil))
				if end := slices.Contains(ends, name); end != (err != nil) {
					t.Fatalf("the scan ended with %v", err)
				} else if end {
					return
				}
				want[victim] = policy.Unknown
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("lanes (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestAnswersThatAreOnlyOdd: answers that are unusual but complete change nothing.
func TestAnswersThatAreOnlyOdd(t *testing.T) {
	tests := map[string]atlassiantest.Fault{
		"an empty first page":           {EmptyPage: true},
		"an empty page in between":      {EmptyPage: true, Skip: 1},
		"people twice":                  {DuplicatePeople: true, Count: -1},
		"one call that is cut":          {Cut: atlassiantest.CutAfter},
		"a page that is HTML just once": {Body: new(atlassiantest.Text("<html>"))},
	}
	for name, fault := range tests {
		byBothRoutes(t, name, 350, func(t *testing.T, l lab, route string) {
			want, err := scantest.Lanes(l.Scanner(nil))
			scantest.Must(t, err)
			l.Org.ClearFaults()
			fault.Route = route
			scantest.Must(t, l.Org.AddFault(fault))
			got, err := scantest.Lanes(l.Scanner(nil))
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("error %v, lanes (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestNobodyIsInactiveWhereNobodyEverWasActive: an answer without any activity
// looks like an organisation that never used the product, and no one is a
// candidate.
func TestNobodyIsInactiveWhereNobodyEverWasActive(t *testing.T) {
	byBothRoutes(t, "", 350, func(t *testing.T, l lab, route string) {
		l.Org.ClearFaults()
		scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: route, Count: -1, EmptyActivity: true}))
		got, err := scantest.Lanes(l.Scanner(nil))
		scantest.Must(t, err)
		if anyOf(got, policy.Inactive) != "" || anyOf(got, policy.NeverActive) == "" {
			t.Errorf("a person is inactive, or no one was never active: %v", got)
		}
	})
}

// anyOf returns an account in the lane, or an empty string.
func anyOf(lanes map[string]policy.Lane, lane policy.Lane) string {
	for account, l := range lanes {
		if l == lane {
			return account
		}
	}
	return ""
}

package policy_test

import (
	"slices"
	"testing"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

// TestOrderOfEntries checks that the latest use counts, whatever the order in which
// Atlassian lists the products and sites.
func TestOrderOfEntries(t *testing.T) {
	for name, test := range map[string]struct {
		changes []change
		entries []atlassian.ProductAccess
		want    decision
	}{
		"the product on two sites": {
			nil,
			[]atlassian.ProductAccess{use("confluence", home, recently), use("confluence", elsewhere, longAgo)},
			decision{policy.Active, "", ""},
		},
		"the product on two sites out of scope": {
			[]change{setting(func(s *policy.Settings) { s.Sites = []string{"site-in-scope"} })},
			[]atlassian.ProductAccess{use("confluence", "site-in-scope", longAgo), use("confluence", home, recently), use("confluence", elsewhere, longAgo)},
			decision{policy.ActiveElsewhere, policy.OtherSite, "confluence"},
		},
		"two other apps": {
			nil,
			[]atlassian.ProductAccess{use("confluence", home, longAgo), use("trello", home, recently), use("jira-software", home, longAgo)},
			decision{policy.ActiveElsewhere, policy.OtherApp, "trello"},
		},
		"another app without a use": {
			nil,
			[]atlassian.ProductAccess{use("confluence", home, longAgo), use("trello", home, recently), use("jira-software", home, atlassian.Timestamp{})},
			decision{policy.ActiveElsewhere, policy.OtherApp, "trello"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				d := decide(append(slices.Clone(test.changes), uses(test.entries...))...)
				if got := (decision{d.Lane, d.Reason, d.Detail}); got != test.want {
					t.Errorf("got %+v for %v, want %+v", got, test.entries, test.want)
				}
				slices.Reverse(test.entries)
			}
		})
	}
}

// TestUnreadableEntries checks that an unreadable use of the product itself makes a
// person unknown also where other apps are ignored, and one of another app does not.
func TestUnreadableEntries(t *testing.T) {
	tomorrow := at(now.Add(day))
	runDecide(t, []decideCase{
		{"malformed", []change{ignoreApps, uses(use("confluence", home, longAgo), use("confluence", elsewhere, unreadable))}, decision{policy.Unknown, policy.Unreadable, "confluence"}},
		{"in the future", []change{ignoreApps, uses(use("confluence", home, longAgo), use("confluence", elsewhere, tomorrow))}, decision{policy.Unknown, policy.InTheFuture, "confluence"}},
		{"malformed, of an ignored app", []change{ignoreApps, uses(use("confluence", home, longAgo), use("trello", home, unreadable))}, decision{policy.Inactive, "", ""}},
		{"in the future, of an ignored app", []change{ignoreApps, uses(use("confluence", home, longAgo), use("trello", home, tomorrow))}, decision{policy.Inactive, "", ""}},
		{"malformed, of an app", []change{uses(use("confluence", home, longAgo), use("trello", home, unreadable))}, decision{policy.Unknown, policy.Unreadable, "trello"}},
	})
}

package acceptance_test

import (
	"slices"
	"strings"
	"testing"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// peopleIn returns the people in a lane of the last scan.
func (w *world) peopleIn(lane policy.Lane) (out []string) {
	w.t.Helper()
	w.stored(func(s *storage.Store) error {
		sc, _, err := s.LastScan()
		if err != nil {
			return err
		}
		for r, err := range s.Rows(sc.ID) {
			if err != nil {
				return err
			}
			if r.Lane == string(lane) {
				out = append(out, r.AccountID)
			}
		}
		return nil
	})
	return out
}

// TestManagementSourceIsLost: from some scan on, Atlassian no longer tells that an
// identity provider manages one person or all such people. They are never listed,
// in this scan and in later ones.
func TestManagementSourceIsLost(t *testing.T) {
	t.Parallel()
	for _, all := range []bool{false, true} {
		inWorld(t, aboveMinimums, nil, func(w *world) {
			w.scanTold()
			synced := w.peopleIn(policy.IDPManaged)
			for _, who := range synced {
				if all || who == synced[0] {
					w.omit(who, "managementSource")
				}
			}
			for range 3 {
				w.scanTold()
				for _, who := range w.listed() {
					if slices.Contains(synced, who) {
						t.Errorf("all: %t: %s is listed", all, who)
					}
				}
				w.checkLane(synced[0], policy.Unknown, "field_missing:managementSource")
			}
		})
	}
}

// TestOnlyAnAppHasASource: no person has a management source, only an app has one.
// It does not show that Atlassian tells it.
func TestOnlyAnAppHasASource(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		for _, p := range w.org.AllPeople() {
			if p.AccountType == "atlassian" {
				w.omit(p.AccountID, "managementSource")
			}
		}
		w.scanTold()
		w.checkNoSuspend("Atlassian did not return which accounts your identity provider manages")
	})
}

// TestUnknownManagementSource: a source that is not known here may be an identity
// provider.
func TestUnknownManagementSource(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.scanTold()
		who := w.listed()[0]
		w.org.ChangePerson(who, func(p *atlassiantest.Person) { p.ManagementSource = "scim" })
		w.scanTold()
		w.checkLane(who, policy.IDPManaged, "")
	})
}

// TestEmptyAccessIsLeftOut: Atlassian leaves out productAccess where it is empty.
// These people are looked up, and the report is not locked.
func TestEmptyAccessIsLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.scanTold()
		never := w.peopleIn(policy.NeverActive)
		for _, p := range w.org.AllPeople() {
			if len(p.ProductAccess) == 0 {
				w.omit(p.AccountID, "productAccess")
			}
		}
		w.scanTold()
		w.checkOpen()
		if got := w.peopleIn(policy.NeverActive); !slices.Equal(got, never) {
			t.Errorf("%d people never used Confluence, want %d", len(got), len(never))
		}
	})
}

// TestManyPeopleAreRefused: last-active-dates refuses many people in a row. That is
// about them and not about the API key: the others are read.
func TestManyPeopleAreRefused(t *testing.T) {
	t.Parallel()
	inWorld(t, atlassiantest.Options{Users: 300, Candidates: 25}, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		w.scanTold()
		all := slices.Concat(w.peopleIn(policy.Inactive), w.peopleIn(policy.NeverActive))
		if len(all) < 26 {
			t.Fatalf("only %d people", len(all))
		}
		for _, who := range all {
			w.fault(atlassiantest.Fault{Route: scantest.DatesRoute, AccountID: who, Count: -1, Status: 403})
		}
		before := w.reports()
		if told := w.scanTold(); w.reports() != before+1 {
			t.Errorf("no report: %s", told)
		}
		w.checkLane(all[0], policy.Unknown, "lookup_failed")
	})
}

// TestAccountTypesInUpperCase are the same account types.
func TestAccountTypesInUpperCase(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.scanTold()
		before := w.listed()
		for _, p := range w.org.AllPeople() {
			w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.AccountType = strings.ToUpper(p.AccountType) })
		}
		w.scanTold()
		if got := w.listed(); !slices.Equal(got, before) {
			t.Errorf("listed %d people, want %d", len(got), len(before))
		}
	})
}

// TestMostPeopleCannotBeChecked: an empty report does not say that everyone has used
// Confluence.
func TestMostPeopleCannotBeChecked(t *testing.T) {
	t.Parallel()
	inWorld(t, small, func(s *bot.Settings) { s.Policy.Protect = []string{"someone@example.com"} }, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{"email"}}))
		w.scanTold()
		if text := blockText(w.report()); strings.Contains(text, "everyone who can be suspended") || !strings.Contains(text, "most people could not be checked") {
			t.Errorf("the report says %s", text)
		}
	})
}

package acceptance_test

import (
	"testing"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

// TestRolesEmptyForEveryone: if the search returns empty roles for everyone, there is no
// report, and people in an earlier report who became admins are not suspended.
func TestRolesEmptyForEveryone(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.scanTold()
		all := w.listed()
		w.serve("atlassian.test", scantest.Edited{Handler: w.org, Person: scantest.EmptyRoles})
		w.checkNoReport("does not agree")
		w.org.ChangePerson(all[0], func(p *atlassiantest.Person) { p.PlatformRoles = []string{atlassiantest.RoleSiteAdmin} })
		w.suspendListed()
		w.checkSkipped(all, all[0], "admin_role:"+atlassiantest.RoleSiteAdmin)
	})
}

// TestRolesOfOneLeftOut: if the search by role finds no one while the roles of others name
// an org admin, only the person without roles is unknown.
func TestRolesOfOneLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.scanTold()
		one := w.listed()[0]
		w.omit(one, "platformRoles")
		w.must(w.org.Configure(atlassiantest.OrgSettings{EmptyFilters: []string{"roleIds"}}))
		w.scanTold()
		w.checkOpen()
		w.checkLane(one, policy.Unknown, "field_missing:platformRoles")
	})
}

// TestRolesOfOneLeftOutAtTheSecondLook: the person is skipped if the search by role finds
// no one.
func TestRolesOfOneLeftOutAtTheSecondLook(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.scanTold()
		all := w.listed()
		w.omit(all[0], "platformRoles")
		w.must(w.org.Configure(atlassiantest.OrgSettings{EmptyFilters: []string{"roleIds"}}))
		w.suspendListed()
		w.checkSkipped(all, all[0], "field_missing:platformRoles")
	})
}

// TestGroupsOfSomeLeftOut: a rule with a group does not lock the report if the search
// leaves the groups out of people in no group.
func TestGroupsOfSomeLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.scanTold()
		want := len(w.listed())
		for i, p := range w.org.AllPeople() {
			if i%3 == 0 {
				w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.Groups, p.Omit = nil, []string{"groups"} })
			}
		}
		ada := w.slack.Users.Approver
		w.org.PutPerson(atlassiantest.Person{AccountID: "712020:in-a-group", Groups: []string{"rare"}})
		w.command(ada, "exclude group:rare they are on leave")
		w.scanTold()
		w.checkOpen()
		if got := len(w.listed()); got != want {
			t.Errorf("%d people are listed, want %d", got, want)
		}
	})
}

package scan_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan/scantest"
)

// TestFieldsThatNameNoOrgAdmin scans where the field with the roles is empty for
// everyone. It counts only if all org admins are in another directory.
func TestFieldsThatNameNoOrgAdmin(t *testing.T) {
	empty := scantest.Edited{Person: scantest.EmptyRoles}
	byRole := []string{"roleIds"}
	demoteOne := func(l lab) { // the organisation has other org admins.
		l.Org.ChangePerson(l.account(isOrgAdmin), func(p *atlassiantest.Person) { p.PlatformRoles = nil })
	}
	tests := map[string]struct {
		prepare   func(lab)
		edit      scantest.Edited
		org       atlassiantest.OrgSettings
		directory string
		err       error
	}{
		"fields name an org admin": {edit: scantest.Edited{}, org: atlassiantest.OrgSettings{EmptyFilters: byRole}},
		"empty":                    {edit: empty, err: problem.RolesContradict},
		"empty, one has no field":  {prepare: func(l lab) { l.Org.ChangePerson(ordinary, omitRoles) }, edit: empty, err: problem.RolesContradict},
		"empty, finds no one":      {edit: empty, org: atlassiantest.OrgSettings{EmptyFilters: byRole}, err: problem.NoOrgAdmin},
		"empty, finds everyone":    {edit: empty, org: atlassiantest.OrgSettings{IgnoreFilters: byRole}, err: problem.RolesContradict},
		"org admins elsewhere":     {prepare: moveOrgAdmins, directory: scantest.SecondDirectory},
		"org admins elsewhere, a site admin has the field": {prepare: leaveSiteAdmin, directory: scantest.SecondDirectory},
		"org admins elsewhere, no one has the field":       {prepare: leaveOutAll, directory: scantest.SecondDirectory},
		"org admins elsewhere, the search is dead":         {prepare: moveOrgAdmins, directory: scantest.SecondDirectory, org: atlassiantest.OrgSettings{EmptyFilters: byRole}, err: problem.NoOrgAdmin},
		"customers have empty roles, people have none":     {prepare: customersOnly, err: problem.RolesMissing},
		"one org admin can log in":                         {prepare: demoteOne},
		"only a suspended org admin is named": {
			prepare: func(l lab) { l.change(isOrgAdmin, func(p *atlassiantest.Person) { p.Suspended = true }) },
			org:     atlassiantest.OrgSettings{EmptyFilters: byRole}, err: problem.NoOrgAdmin,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 300)
				l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
				scantest.Must(t, l.Org.Configure(scantest.TwoDirectories(l.Org)))
				if test.prepare != nil {
					test.prepare(l)
				}
				scantest.Must(t, l.Org.Configure(test.org))
				l.Edit(test.edit)
				s := l.Scanner(nil)
				if test.directory != "" {
					s.Directory = test.directory
				}
				lanes, err := scantest.Lanes(s)
				if !errors.Is(err, test.err) {
					t.Fatalf("got error %v, want %v", err, test.err)
				}
				if err == nil && anyOf(lanes, policy.Inactive) == "" {
					t.Error("no one is inactive")
				}
			})
		})
	}
}

// leaveSiteAdmin leaves org admins only outside of the second directory, and the roles out
// of everyone in it but a site admin.
func leaveSiteAdmin(l lab) {
	leaveOutAll(l)
	isPerson := func(p atlassiantest.Person) bool { return p.AccountType == "atlassian" && p.Status == "active" }
	for i, p := range l.Org.AllPeople() {
		if i%3 == 0 && isPerson(p) {
			l.Org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.PlatformRoles, p.Omit = []string{atlassiantest.RoleSiteAdmin}, nil })
			return
		}
	}
}

// leaveOutAll leaves admins only outside of the second directory, and the roles out of
// everyone in it.
func leaveOutAll(l lab) {
	l.change(isAdmin, func(p *atlassiantest.Person) { p.PlatformRoles = nil })
	l.change(isNoAdmin, omitRoles)
	moveOrgAdmins(l)
}

// customersOnly leaves the roles out of everyone but customers.
func customersOnly(l lab) {
	l.change(func(atlassiantest.Person) bool { return true }, omitRoles)
	l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:customer", AccountType: "customer"})
}

// moveOrgAdmins leaves org admins only outside of the second directory.
func moveOrgAdmins(l lab) {
	for i, p := range l.Org.AllPeople() {
		if i%3 == 0 && isOrgAdmin(p) {
			l.Org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.PlatformRoles = nil })
		}
	}
	l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:elsewhere", PlatformRoles: []string{atlassiantest.RoleOrgAdmin}})
}

// TestSearchByRoleThatRefusesExpand: the list returns the fields, and the search by role
// is repeated without them. The proof is the fields in the list.
func TestSearchByRoleThatRefusesExpand(t *testing.T) {
	late := func(p atlassiantest.Person) bool { return p.AccountID == ordinary }
	for _, role := range []string{"", atlassiantest.RoleOrgAdmin, atlassiantest.RoleSiteAdmin} {
		for name, lacks := range map[string]func(atlassiantest.Person) bool{"people without roles": isNoAdmin, "a later person": late} {
			t.Run(name+" "+role, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l := newLab(t, 700)
					l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
					want := l.lanes(t)
					lookUps := l.Org.Requests().ByRoute[scantest.DatesRoute]["200"]
					l.change(lacks, omitRoles)
					l.Edit(scantest.Edited{Refuse: func(q map[string]any) bool {
						return scantest.AsksFor(q, "roleIds", role) && scantest.AsksFor(q, "expand", "")
					}})
					if diff := cmp.Diff(want, l.lanes(t)); diff != "" {
						t.Errorf("lanes (-want +got):\n%s", diff)
					}
					if n := l.Org.Requests().ByRoute[scantest.DatesRoute]["200"] - lookUps; n != lookUps {
						t.Errorf("%d people were looked up, want %d", n, lookUps)
					}
				})
			})
		}
	}
}

// TestSearchByRoleThatFindsMore: only people without roles have no field. A search by
// role that finds more people than the fields name protects more, and still counts.
func TestSearchByRoleThatFindsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 700)
		l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:late", PlatformRoles: []string{atlassiantest.RoleOrgAdmin}})
		want := l.lanes(t)
		l.change(isNoAdmin, omitRoles)
		l.Edit(scantest.Edited{Query: func(q map[string]any) {
			if scantest.AsksFor(q, "roleIds", atlassiantest.RoleUserAccessAdmin) {
				q["roleIds"] = []any{atlassiantest.RoleUserAccessAdmin, atlassiantest.RoleOrgAdmin}
			}
		}})
		if diff := cmp.Diff(want, l.lanes(t)); diff != "" {
			t.Errorf("lanes (-want +got):\n%s", diff)
		}
	})
}

// TestSearchByRoleThatLeavesOutSuspended: a suspended admin whose field names the role is
// no contradiction.
func TestSearchByRoleThatLeavesOutSuspended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 120)
		l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:suspended", Suspended: true, PlatformRoles: []string{atlassiantest.RoleSiteAdmin}})
		want := l.lanes(t)
		l.change(isNoAdmin, omitRoles)
		l.Edit(scantest.Edited{Query: onlyActive})
		if diff := cmp.Diff(want, l.lanes(t)); diff != "" {
			t.Errorf("lanes (-want +got):\n%s", diff)
		}
	})
}

// TestSmallOrganisations scans few people where expand is refused: all of them may be org
// admins, but not under every admin role.
func TestSmallOrganisations(t *testing.T) {
	ignored := atlassiantest.OrgSettings{Expand: "refused", IgnoreFilters: []string{"roleIds"}}
	tests := map[string]struct {
		users int
		all   []string // the roles of everyone; nil: as they are.
		org   atlassiantest.OrgSettings
		err   error
	}{
		"all are org admins":                  {10, []string{atlassiantest.RoleOrgAdmin}, atlassiantest.OrgSettings{Expand: "refused"}, nil},
		"all have two roles":                  {10, []string{atlassiantest.RoleOrgAdmin, atlassiantest.RoleSiteAdmin}, atlassiantest.OrgSettings{Expand: "refused"}, nil},
		"all of 3 are found under every role": {3, nil, ignored, problem.RolesContradict},
		"all of 40 are found":                 {40, nil, ignored, problem.RolesContradict},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, test.users)
				if test.all != nil {
					l.change(func(atlassiantest.Person) bool { return true }, func(p *atlassiantest.Person) { p.PlatformRoles = test.all })
				}
				scantest.Must(t, l.Org.Configure(test.org))
				if _, err := scantest.Lanes(l.Scanner(nil)); !errors.Is(err, test.err) {
					t.Errorf("got error %v, want %v", err, test.err)
				}
			})
		})
	}
}

// TestIgnoredRoleThatLeavesOutSuspended: a search that ignores the role is noticed also if
// it leaves out suspended people.
func TestIgnoredRoleThatLeavesOutSuspended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 40)
		for i, p := range l.Org.AllPeople() {
			l.Org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.Suspended = i%3 == 0 })
		}
		scantest.Must(t, l.Org.Configure(atlassiantest.OrgSettings{Expand: "refused", IgnoreFilters: []string{"roleIds"}}))
		l.Edit(scantest.Edited{Query: onlyActive})
		if _, err := scantest.Lanes(l.Scanner(nil)); !errors.Is(err, problem.RolesContradict) {
			t.Errorf("got error %v, want %v", err, problem.RolesContradict)
		}
	})
}

// onlyActive makes a search by role leave out suspended people.
func onlyActive(q map[string]any) {
	if scantest.AsksFor(q, "roleIds", "") {
		q["status"] = []any{"active"}
	}
}

// TestSecondLookWithEmptyRoles: empty roles count if the field of the known org admin is
// not empty. Otherwise the search by role decides.
func TestSecondLookWithEmptyRoles(t *testing.T) {
	dead := atlassiantest.OrgSettings{EmptyFilters: []string{"roleIds"}}
	siteAdmin := []string{atlassiantest.RoleSiteAdmin}
	const last = "712020:last"
	tests := map[string]struct {
		org   atlassiantest.OrgSettings
		empty bool // for everyone.
		roles []string
		known func(orgAdmin string) string
		want  policy.Lane
	}{
		"the org admin has the role":                 {org: dead, known: theAdmin, want: policy.Inactive},
		"no org admin is known":                      {known: noAdmin, want: policy.Inactive},
		"no org admin is known, the search is dead":  {org: dead, known: noAdmin, want: policy.Unknown},
		"the known one is gone, the search is dead":  {org: dead, known: theOther, want: policy.Unknown},
		"empty for everyone":                         {empty: true, known: theAdmin, want: policy.Inactive},
		"empty for everyone, the person is an admin": {empty: true, roles: siteAdmin, known: theAdmin, want: policy.Protected},
		"empty for everyone, it is the known admin":  {empty: true, roles: []string{atlassiantest.RoleOrgAdmin}, known: func(string) string { return ordinary }, want: policy.Protected},
		"empty for everyone, the search is dead":     {org: dead, empty: true, roles: siteAdmin, known: theAdmin, want: policy.Unknown},
		"the org admin comes later in the answer":    {org: dead, known: func(string) string { return last }, want: policy.Inactive},
		"the person is an admin, the search is dead": {org: dead, roles: siteAdmin, known: noAdmin, want: policy.Protected},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
				l.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) { p.PlatformRoles = test.roles })
				l.Org.PutPerson(atlassiantest.Person{AccountID: last, PlatformRoles: []string{atlassiantest.RoleOrgAdmin}})
				scantest.Must(t, l.Org.Configure(test.org))
				if test.empty {
					l.Edit(scantest.Edited{Person: scantest.EmptyRoles})
				}
				admin := l.account(func(p atlassiantest.Person) bool { return isOrgAdmin(p) && p.AccountID != ordinary })
				s := l.Scanner(nil)
				user, err := s.Person(context.Background(), ordinary, test.known(admin))
				scantest.Must(t, err)
				if got := policy.Decide(policy.Facts{User: user}, s.Policy, time.Now().UTC()).Lane; got != test.want {
					t.Errorf("lane %s with the roles %v, want %s", got, user.PlatformRoles, test.want)
				}
			})
		})
	}
}

package scan_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan"
	"inactivebot/bot/scan/scantest"
)

// change changes everyone whom which selects.
func (l lab) change(which func(atlassiantest.Person) bool, f func(*atlassiantest.Person)) {
	for _, p := range l.Org.AllPeople() {
		if which(p) {
			l.Org.ChangePerson(p.AccountID, f)
		}
	}
}

func isAdmin(p atlassiantest.Person) bool { return len(p.PlatformRoles) > 0 }

func isNoAdmin(p atlassiantest.Person) bool { return !isAdmin(p) }

func isOrgAdmin(p atlassiantest.Person) bool {
	return isAdmin(p) && p.PlatformRoles[0] == atlassiantest.RoleOrgAdmin
}

func omitRoles(p *atlassiantest.Person) { p.Omit = []string{"platformRoles"} }

// TestSearchByRole scans where some people have no field with their roles, and the
// search by role works or does not. A person without the field is a candidate only
// where the search by role is proved to work.
func TestSearchByRole(t *testing.T) {
	byRole := []string{"roleIds"}
	leftOut := func(l lab) { l.change(isNoAdmin, omitRoles) }
	one := func(l lab) { l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300)) }
	onlyOne := func(l lab) { one(l); l.Org.ChangePerson(ordinary, omitRoles) }
	both := func(l lab) { one(l); leftOut(l) }
	tests := map[string]struct {
		prepare func(lab)
		org     atlassiantest.OrgSettings
		want    policy.Lane // of the ordinary person.
		err     error
	}{
		"everyone has the field, it does not work":     {one, atlassiantest.OrgSettings{EmptyFilters: byRole}, policy.Inactive, nil},
		"one has no field":                             {onlyOne, atlassiantest.OrgSettings{}, policy.Inactive, nil},
		"one has no field, it finds no one":            {onlyOne, atlassiantest.OrgSettings{EmptyFilters: byRole}, policy.Unknown, nil},
		"one has no field, it finds everyone":          {onlyOne, atlassiantest.OrgSettings{IgnoreFilters: byRole}, policy.Unknown, nil},
		"only admins have the field":                   {both, atlassiantest.OrgSettings{}, policy.Inactive, nil},
		"only admins have the field, finds no one":     {both, atlassiantest.OrgSettings{EmptyFilters: byRole}, policy.Unknown, nil},
		"no one has the field, finds no one":           {one, atlassiantest.OrgSettings{Omit: []string{"platformRoles"}, EmptyFilters: byRole}, "", problem.NoOrgAdmin},
		"only admins have the field, finds everyone":   {both, atlassiantest.OrgSettings{IgnoreFilters: byRole}, policy.Unknown, nil},
		"no one has the field":                         {one, atlassiantest.OrgSettings{Omit: []string{"platformRoles"}}, "", problem.RolesMissing},
		"no one has any field":                         {one, atlassiantest.OrgSettings{Expand: "omit"}, policy.Inactive, nil},
		"no one has any field, finds no one":           {one, atlassiantest.OrgSettings{Expand: "omit", EmptyFilters: byRole}, "", problem.NoOrgAdmin},
		"no one has any field, finds everyone":         {one, atlassiantest.OrgSettings{Expand: "omit", IgnoreFilters: byRole}, "", problem.RolesContradict},
		"no admin has the field":                       {func(l lab) { onlyOne(l); l.change(isAdmin, omitRoles) }, atlassiantest.OrgSettings{}, policy.Unknown, nil},
		"expand is refused, no status, finds everyone": {one, atlassiantest.OrgSettings{Expand: "refused", Omit: []string{"status"}, IgnoreFilters: byRole}, policy.Unknown, nil},
		"expand is refused":                            {one, atlassiantest.OrgSettings{Expand: "refused"}, policy.Inactive, nil},
		"expand is refused, no org admin in the org":   {func(l lab) { one(l); l.change(isOrgAdmin, func(p *atlassiantest.Person) { p.PlatformRoles = nil }) }, atlassiantest.OrgSettings{Expand: "refused"}, "", problem.NoOrgAdmin},
		"expand is refused, found in another request":  {one, atlassiantest.OrgSettings{Expand: "refused", EmptyFilters: []string{"accountIds"}}, policy.Inactive, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				test.prepare(l)
				scantest.Must(t, l.Org.Configure(test.org))
				lanes, err := scantest.Lanes(l.Scanner(nil))
				if !errors.Is(err, test.err) || lanes[ordinary] != test.want {
					t.Errorf("got lane %q and error %v, want %q and %v", lanes[ordinary], err, test.want, test.err)
				}
				for account, lane := range lanes {
					if p, _ := l.Org.Person(account); isAdmin(p) && lane == policy.Inactive {
						t.Errorf("the admin %s is %s", account, lane)
					}
				}
			})
		})
	}
}

// TestSearchByRoleThatContradictsLaterPeople: a person on a later page has a role that
// the search by role did not find. The scan ends if it does not find the person then,
// either.
func TestSearchByRoleThatContradictsLaterPeople(t *testing.T) {
	const late = "712020:late-admin"
	tests := map[string]struct {
		refound bool
		err     error
	}{"found the second time": {true, nil}, "never found": {false, problem.RolesContradict}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 1200)
				l.change(isNoAdmin, omitRoles)
				l.Org.ClearFaults()
				// The first chunk has 5 pages, the search by role 3.
				scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Skip: 8, Hold: true}))
				lanes, result := map[string]policy.Lane{}, make(chan error)
				go func() {
					var err error
					lanes, err = scantest.Lanes(l.Scanner(nil))
					result <- err
				}()
				_, err := l.Org.Held(context.Background())
				scantest.Must(t, err)
				l.Org.PutPerson(atlassiantest.Person{AccountID: late, PlatformRoles: []string{atlassiantest.RoleSiteAdmin}})
				if !test.refound {
					scantest.Must(t, l.Org.Configure(atlassiantest.OrgSettings{EmptyFilters: []string{"roleIds"}}))
				}
				l.Org.Release()
				if err := <-result; !errors.Is(err, test.err) || err == nil && lanes[late] != policy.Protected {
					t.Errorf("the scan ended with %v, want %v; the admin is %q", err, test.err, lanes[late])
				}
			})
		})
	}
}

// TestSearchByRoleThatMissesAnAdmin: the search by role does not count if an admin whose
// own field names the role is missing from it.
func TestSearchByRoleThatMissesAnAdmin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 120)
		l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
		l.Org.ChangePerson(ordinary, omitRoles)
		l.Org.ClearFaults()
		// The list has 2 pages; the search for org admins follows, then the one for site admins.
		scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Skip: 3, Body: new(atlassiantest.Text(`{"data":[],"links":{}}`))}))
		lanes, err := scantest.Lanes(l.Scanner(nil))
		if err != nil || lanes[ordinary] != policy.Unknown {
			t.Errorf("lane %s, error %v, want unknown", lanes[ordinary], err)
		}
	})
}

// TestDateOfOneAmongPeopleWithoutActivity: the date of joining of a person whom the search
// returns with activity is looked up, too, where it returns no one else's.
func TestDateOfOneAmongPeopleWithoutActivity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 600)
		l.change(func(atlassiantest.Person) bool { return true }, func(p *atlassiantest.Person) { p.Omit = []string{"productAccess"} })
		l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300)) // the last one of the list.
		l.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) { p.Omit = []string{"addedToOrg"} })
		l.Org.ClearFaults()
		body := `{"data":{"product_access":[],"added_to_org":"1990-01-01"},"links":{}}`
		scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, AccountID: ordinary, Count: -1, Body: new(atlassiantest.Text(body))}))
		lanes, err := scantest.Lanes(l.Scanner(nil))
		if err != nil || lanes[ordinary] != policy.Inactive {
			t.Errorf("lane %s, error %v, want inactive", lanes[ordinary], err)
		}
	})
}

// TestMalformedRolesAreUnknown: a list of roles that cannot be read may have any role, so
// the search by role does not replace it.
func TestMalformedRolesAreUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 30)
		body := `{"data":[
			{"accountId":"712020:ordinary","accountType":"atlassian","status":"active","addedToOrg":"1990-01-01","platformRoles":[7],"groups":[],
			"productAccess":[{"key":"confluence","id":"s","lastActiveTimestamp":"1998-01-01T00:00:00Z"}]}],"links":{}}`
		l.Org.ClearFaults()
		scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Body: new(atlassiantest.Text(body))})) // the list, but no search by role.
		lanes, err := scantest.Lanes(l.Scanner(nil))
		if err != nil || lanes[ordinary] != policy.Unknown {
			t.Errorf("lane %s, error %v, want unknown", lanes[ordinary], err)
		}
	})
}

// TestSecondLookWithoutARolesField reads one person again whose roles the search leaves
// out. The roles are known only if the search by role finds an org admin, too.
func TestSecondLookWithoutARolesField(t *testing.T) {
	byRole := []string{"roleIds"}
	tests := map[string]struct {
		org   atlassiantest.OrgSettings
		known func(orgAdmin string) string
		roles []string
		want  policy.Lane
	}{
		"the org admin is known":               {known: theAdmin, want: policy.Inactive},
		"no org admin is known":                {known: noAdmin, want: policy.Inactive},
		"the known one is no org admin now":    {known: theOther, want: policy.Inactive},
		"the person is an admin":               {known: theAdmin, roles: []string{atlassiantest.RoleUserAccessAdmin}, want: policy.Protected},
		"the person is the known admin":        {known: func(string) string { return ordinary }, roles: []string{atlassiantest.RoleOrgAdmin}, want: policy.Protected},
		"the search finds no one":              {org: atlassiantest.OrgSettings{EmptyFilters: byRole}, known: theAdmin, want: policy.Unknown},
		"the search finds everyone":            {org: atlassiantest.OrgSettings{IgnoreFilters: byRole}, known: theAdmin, want: policy.Protected},
		"expand is refused":                    {org: atlassiantest.OrgSettings{Expand: "refused"}, known: theAdmin, want: policy.Inactive},
		"expand is refused, it finds no one":   {org: atlassiantest.OrgSettings{Expand: "refused", EmptyFilters: byRole}, known: theAdmin, want: policy.Unknown},
		"expand is ignored":                    {org: atlassiantest.OrgSettings{Expand: "omit"}, known: noAdmin, want: policy.Inactive},
		"suspended, and in no search":          {org: atlassiantest.OrgSettings{HideSuspended: new(true)}, known: theAdmin, want: policy.AlreadyOff},
		"a search by account that is not kept": {org: atlassiantest.OrgSettings{IgnoreFilters: []string{"accountIds"}}, known: theAdmin, want: policy.Inactive},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
				l.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) {
					p.PlatformRoles, p.Suspended = test.roles, test.org.HideSuspended != nil
					omitRoles(p)
				})
				scantest.Must(t, l.Org.Configure(test.org))
				s, admin := l.Scanner(nil), ""
				for _, p := range l.Org.AllPeople() {
					if isOrgAdmin(p) && p.AccountID != ordinary {
						admin = p.AccountID
					}
				}
				user, err := s.Person(context.Background(), ordinary, test.known(admin))
				scantest.Must(t, err)
				if got := policy.Decide(policy.Facts{User: user}, s.Policy, time.Now().UTC()).Lane; got != test.want {
					t.Errorf("lane %s with the roles %v, want %s", got, user.PlatformRoles, test.want)
				}
			})
		})
	}
}

func theAdmin(orgAdmin string) string { return orgAdmin }

func theOther(string) string { return "712020:nobody" }

func noAdmin(string) string { return "" }

// TestSecondLookOfAPersonWhoIsGone: a person is gone only if the call for a single user
// says so, too.
func TestSecondLookOfAPersonWhoIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 30)
		person := func(account string) error {
			_, err := l.Scanner(nil).Person(context.Background(), account, "")
			return err
		}
		if err := person("712020:nobody"); !errors.Is(err, scan.ErrNotInDirectory) {
			t.Errorf("got %v, want %v", err, scan.ErrNotInDirectory)
		}
		l.Org.ClearFaults()
		scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: "GET user", Count: -1, Status: 500}))
		if err := person("712020:nobody"); err == nil || errors.Is(err, scan.ErrNotInDirectory) {
			t.Errorf("got %v, want the error of the call for a single user", err)
		}
	})
}

// TestSecondLookOfAPersonWhomTheSearchDoesNotList: a search by role would not list the
// person either, so that an active one is unknown.
func TestSecondLookOfAPersonWhomTheSearchDoesNotList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 30)
		l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
		l.Org.ClearFaults()
		scantest.Must(t, l.Org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Body: new(atlassiantest.Text(`{"data":[],"links":{}}`))}))
		s := l.Scanner(nil)
		user, err := s.Person(context.Background(), ordinary, "")
		if d := policy.Decide(policy.Facts{User: user}, s.Policy, time.Now().UTC()); err != nil || d.Lane != policy.Unknown || d.Detail != policy.PlatformRolesField {
			t.Errorf("got %+v and error %v, want unknown because of the roles", d, err)
		}
	})
}

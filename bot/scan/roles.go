package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/storage"
)

// orgAdmin is the role that at least one person in every organisation has.
const orgAdmin = "atlassian/org-admin"

// adminRoles are the platform roles of an admin, see
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
var adminRoles = []string{orgAdmin, "atlassian/site-admin", "atlassian/user-access-admin"}

const (
	// tellingPeople is how many people must be known before it says something that a
	// search by role found nearly all of them.
	tellingPeople = 5
	// nearlyEveryone is the share in percent from which such a search is taken for one
	// that ignores the role.
	nearlyEveryone = 90
)

// roleCheck is what a scan knows about platform roles. The search may leave the field
// out of people who have none. Those people are looked for with a search by role, which
// counts only if it is proved to work.
type roleCheck struct {
	anyField bool                // a person had the field.
	named    map[string][]string // the admin roles in the fields of people.
	found    map[string][]string // the result of the search by role; nil: not asked.
	proved   bool                // found counts.
	orgAdmin string              // the account of an org admin; empty: none is known.
}

// OrgAdmin returns the account of an org admin that the pass met. It is empty if there
// was none.
func (p *Pass) OrgAdmin() string { return p.roles.orgAdmin }

// completeRoles adds the roles to the people whose field is missing. It asks for them
// once, when the first decision depends on it. Without a proof the field stays missing.
// An error must end the scan, because admins would not be protected.
func (p *Pass) completeRoles(ctx context.Context, users []atlassian.User, known []storage.AccountState) error {
	for _, u := range users {
		if err := p.roles.note(u); err != nil {
			return err
		}
	}
	for i, u := range users {
		if !lacksRoles(u) {
			continue
		}
		if p.roles.found == nil {
			if !p.needsRoles(u, known[i]) {
				continue
			}
			if err := p.searchRoles(ctx, users); err != nil {
				return err
			}
		}
		if p.roles.proved {
			users[i].PlatformRoles = concat(p.roles.found[u.AccountID], nil)
		}
	}
	return nil
}

// lacksRoles reports whether the field is missing. A malformed field is not: it has
// roles, perhaps other ones than the search by role knows.
func lacksRoles(u atlassian.User) bool {
	return u.PlatformRoles == nil && !slices.Contains(u.Malformed, policy.PlatformRolesField)
}

// needsRoles reports whether the decision depends on the person's roles.
func (p *Pass) needsRoles(u atlassian.User, k storage.AccountState) bool {
	d := evaluate(policy.Facts{User: u}, k, p.Policy, p.now).Decision
	return d.Reason == policy.FieldMissing && d.Detail == policy.PlatformRolesField
}

// note records the roles in a person's own field. It fails if they contradict a search
// by role on which the scan has relied.
func (c *roleCheck) note(u atlassian.User) error {
	if u.PlatformRoles == nil {
		return nil
	}
	c.anyField = true
	for _, role := range adminRoles {
		has := hasRole(u, role)
		if c.proved && has != slices.Contains(c.found[u.AccountID], role) {
			return problem.RolesContradict
		}
		if !has {
			continue
		}
		if c.named == nil {
			c.named = map[string][]string{}
		}
		c.named[u.AccountID] = append(c.named[u.AccountID], role)
		if role == orgAdmin {
			c.noteOrgAdmin(u)
		}
	}
	return nil
}

func (c *roleCheck) noteOrgAdmin(u atlassian.User) {
	if c.orgAdmin == "" && policy.CanLogIn(u) {
		c.orgAdmin = u.AccountID
	}
}

func hasRole(u atlassian.User, role string) bool {
	return slices.ContainsFunc(u.PlatformRoles, func(r string) bool { return strings.EqualFold(r, role) })
}

// searchRoles searches for the admins of all directories and checks the result with
// some people of the scan and with the fields of those it finds.
func (p *Pass) searchRoles(ctx context.Context, users []atlassian.User) error {
	c := &p.roles
	c.found = map[string][]string{}
	confirmed, denied := false, false // by the field of a person that was found.
	for _, role := range adminRoles {
		for u, err := range p.Client.Users(ctx, atlassian.AllDirectories, atlassian.Query{RoleIDs: []string{role}, Plain: p.plain}) {
			if err != nil {
				return fmt.Errorf("read administrators: %w", err)
			}
			c.found[u.AccountID] = append(c.found[u.AccountID], role)
			confirmed = confirmed || hasRole(u, role)
			denied = denied || u.PlatformRoles != nil && !hasRole(u, role)
			if role == orgAdmin {
				c.noteOrgAdmin(u)
			}
		}
		if role == orgAdmin && len(c.found) == 0 {
			return problem.NoOrgAdmin
		}
	}
	works := !denied && !c.foundNearlyEveryone(users) && c.foundAllNamed()
	switch {
	case p.plain && !works:
		return problem.RolesContradict
	case !p.plain && !c.anyField && !confirmed:
		return problem.RolesMissing
	}
	c.proved = works && (p.plain || confirmed)
	return nil
}

// foundNearlyEveryone reports whether the search by role found nearly all people whose
// field is missing, as one does that ignores the role.
func (c *roleCheck) foundNearlyEveryone(users []atlassian.User) bool {
	all, found := 0, 0
	for _, u := range users {
		if !lacksRoles(u) {
			continue
		}
		all++
		if len(c.found[u.AccountID]) > 0 {
			found++
		}
	}
	return all >= tellingPeople && found*100 >= nearlyEveryone*all
}

// foundAllNamed reports whether the search by role found every admin whose own field
// names the role.
func (c *roleCheck) foundAllNamed() bool {
	for account, roles := range c.named {
		for _, role := range roles {
			if !slices.Contains(c.found[account], role) {
				return false
			}
		}
	}
	return true
}

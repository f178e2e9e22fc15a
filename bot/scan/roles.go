package scan

import (
	"cmp"
	"context"
	"errors"
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

// nearlyEveryone is the share in percent from which people found under every admin role
// are the sign of a search that ignores the role.
const nearlyEveryone = 90

// roleCheck is what a scan knows about platform roles. The search may leave the field
// out of people who have none. Those people are looked for with a search by role, which
// counts only if it agrees with the fields that name an admin. The fields are checked
// with it if none names an org admin: they may be empty for everyone.
type roleCheck struct {
	named       map[string][]string // the admin roles in the fields of people.
	found       map[string][]string // the result of the search by role; nil: not asked.
	ignored     bool                // the search by role ignores the role.
	listedAdmin string              // an org admin whose field in the list names the role.
	foundAdmin  string              // an org admin whom the search by role found.
	others      map[string]bool     // whose field in the list lacks the role, until one names it.
}

// OrgAdmin returns the account of an org admin that the pass met. It is empty if there
// was none.
func (p *Pass) OrgAdmin() string { return cmp.Or(p.roles.listedAdmin, p.roles.foundAdmin) }

// completeRoles adds the roles to the people whose field is missing. It asks for them
// once, when the first decision depends on it. Without a proof the field stays missing.
// An error must end the scan, because admins would not be protected.
func (p *Pass) completeRoles(ctx context.Context, users []atlassian.User, known []storage.AccountState) error {
	relied := p.canRely()
	for _, u := range users {
		if !p.isOff(u) {
			p.roles.note(u)
		}
	}
	var err error
	switch {
	case relied && !p.canRely():
		err = p.searchAgain(ctx)
	case p.roles.found == nil && p.needRoles(users, known):
		err = p.firstSearch(ctx, users)
	}
	if err != nil || !p.canRely() {
		return err
	}
	for i, u := range users {
		if lacksRoles(u) {
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

// needRoles reports whether the decision about one of the people depends on roles that
// are missing.
func (p *Pass) needRoles(users []atlassian.User, known []storage.AccountState) bool {
	for i, u := range users {
		if !lacksRoles(u) {
			continue
		}
		d := evaluate(policy.Facts{User: u}, known[i], p.Policy, p.now).Decision
		if d.Reason == policy.FieldMissing && d.Detail == policy.PlatformRolesField {
			return true
		}
	}
	return false
}

// note records the roles in the field of a person in the list who can log in. The search
// by role may leave out other people.
func (c *roleCheck) note(u atlassian.User) {
	c.noteNamed(u)
	switch {
	case u.PlatformRoles == nil || c.listedAdmin != "":
	case hasRole(u, orgAdmin):
		c.listedAdmin, c.others = u.AccountID, nil
	default:
		if c.others == nil {
			c.others = map[string]bool{}
		}
		c.others[u.AccountID] = true
	}
}

// noteNamed records the admin roles that a person's own field names.
func (c *roleCheck) noteNamed(u atlassian.User) {
	for _, role := range adminRoles {
		if hasRole(u, role) {
			c.named = withRole(c.named, u.AccountID, role)
		}
	}
}

func hasRole(u atlassian.User, role string) bool {
	return slices.ContainsFunc(u.PlatformRoles, func(r string) bool { return strings.EqualFold(r, role) })
}

// withRole adds an account's role to a map, which may be nil.
func withRole(all map[string][]string, account, role string) map[string][]string {
	if all == nil {
		all = map[string][]string{}
	}
	if !slices.Contains(all[account], role) {
		all[account] = append(all[account], role)
	}
	return all
}

// canRely reports whether the search by role is proved to work: it found every admin
// whom a field names, and at least one unless the search returns no fields. That it
// finds more people only protects more.
func (p *Pass) canRely() bool {
	agrees := p.plain
	for account, roles := range p.roles.named {
		for _, role := range roles {
			if !slices.Contains(p.roles.found[account], role) {
				return false
			}
			agrees = true
		}
	}
	return agrees && p.roles.foundAdmin != "" && !p.roles.ignored
}

// firstSearch searches for all admins. Where no field can tell whether the result is
// right, it fails if the result is impossible.
func (p *Pass) firstSearch(ctx context.Context, users []atlassian.User) error {
	if err := p.searchRoles(ctx, adminRoles...); err != nil {
		return err
	}
	p.roles.ignored = p.foundNearlyEveryone(users)
	switch {
	case !p.plain || p.canRely():
		return nil
	case p.roles.foundAdmin == "":
		return problem.NoOrgAdmin
	}
	return problem.RolesContradict
}

// searchAgain searches for all admins after a field named one whom the search by role
// had not found. It may be a new admin. Otherwise earlier decisions are not safe.
func (p *Pass) searchAgain(ctx context.Context) error {
	err := p.searchRoles(ctx, adminRoles...)
	if err == nil && !p.canRely() {
		return problem.RolesContradict
	}
	return err
}

// searchRoles adds the people with the roles in all directories to those found.
func (p *Pass) searchRoles(ctx context.Context, roles ...string) error {
	if p.roles.found == nil {
		p.roles.found = map[string][]string{}
	}
	for _, role := range roles {
		err := p.searchRole(ctx, role, p.plain)
		if errors.Is(err, atlassian.ErrExpandRefused) {
			err = p.searchRole(ctx, role, true)
		}
		if err != nil {
			return fmt.Errorf("read administrators: %w", err)
		}
	}
	return nil
}

func (p *Pass) searchRole(ctx context.Context, role string, plain bool) error {
	c := &p.roles
	for u, err := range p.Client.Users(ctx, atlassian.AllDirectories, atlassian.Query{RoleIDs: []string{role}, Plain: plain}) {
		if err != nil {
			return err
		}
		c.found = withRole(c.found, u.AccountID, role)
		c.noteNamed(u)
		if role == orgAdmin && c.foundAdmin == "" {
			c.foundAdmin = u.AccountID
		}
	}
	return nil
}

// foundNearlyEveryone reports whether the search by role found nearly all people under
// every admin role.
func (p *Pass) foundNearlyEveryone(users []atlassian.User) bool {
	all, found := 0, 0
	for _, u := range users {
		if p.isOff(u) {
			continue
		}
		all++
		if len(p.roles.found[u.AccountID]) == len(adminRoles) {
			found++
		}
	}
	return found*100 >= nearlyEveryone*all
}

// checkRoles checks the fields of a whole list in which none named an org admin. The
// org admins may be in other directories only, or the search returns the roles of no
// one. An error must end the scan, because admins were not protected.
func (p *Pass) checkRoles(ctx context.Context) error {
	c := &p.roles
	if c.listedAdmin != "" || len(c.others) == 0 && (c.found == nil || p.canRely()) {
		return nil // proved, or not used.
	}
	if c.found == nil {
		if err := p.searchRoles(ctx, orgAdmin); err != nil {
			return err
		}
	}
	switch {
	case c.foundAdmin == "":
		return problem.NoOrgAdmin
	case len(c.others) == 0:
		return problem.RolesMissing
	}
	for account, roles := range c.found {
		if c.others[account] && slices.Contains(roles, orgAdmin) {
			return problem.RolesContradict
		}
	}
	return nil
}

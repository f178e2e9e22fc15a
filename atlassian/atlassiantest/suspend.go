package atlassiantest

import (
	"net/http"
	"slices"
)

// suspend is POST suspend. It takes the person's access to every app of the
// directory. Suspending somebody suspended is no error and no effect.
func (c *call) suspend() (any, *apiError) {
	i, p, refused := c.subject()
	if refused != nil {
		return nil, refused
	}
	switch {
	case p.may(RoleOrgAdmin):
		return nil, newAPIError(http.StatusForbidden, "ADMIN-403-3", "an organization admin cannot be suspended")
	case p.statusIn(c.directory) == StatusSuspended:
		return nil, nil
	}
	c.hide(p)
	p.offIn = append(p.offIn, c.directory)
	if !slices.ContainsFunc(c.homes(i), func(home string) bool { return !slices.Contains(p.offIn, home) }) {
		p.Status, p.offIn = StatusSuspended, nil
	}
	p.Suspended = true
	p.Suspends++
	p.stop(c.now)
	return nil, nil
}

// restore is POST restore. Restoring somebody active is no error and no effect.
func (c *call) restore() (any, *apiError) {
	i, p, refused := c.subject()
	if refused != nil || p.statusIn(c.directory) != StatusSuspended {
		return nil, refused
	}
	c.hide(p)
	if p.Status == StatusSuspended {
		p.Status, p.offIn = StatusActive, c.homes(i)
	}
	p.offIn = slices.DeleteFunc(p.offIn, func(d string) bool { return d == c.directory })
	p.Suspended = len(p.offIn) > 0
	p.Restores++
	return nil, nil
}

// subject is the person whose membership the call changes.
func (c *call) subject() (int, *Person, *apiError) {
	i, refused := c.number()
	if refused != nil {
		return 0, nil, refused
	}
	p := c.people.edit(i, c.now)
	if p.AccountType != "atlassian" || p.Status != StatusActive && p.Status != StatusSuspended {
		return 0, nil, newAPIError(http.StatusConflict, "ADMIN-409-28", "the account is "+p.AccountType+" and "+p.Status)
	}
	return i, p, nil
}

// hide makes reads tell the status before the change for a while.
func (c *call) hide(p *Person) {
	p.shown = p.read(c.directory, c.now)
	p.shownUntil = c.now.Add(c.Server.org.visibleAfter)
}

// join is POST memberships.
func (c *call) join() (any, *apiError) {
	var body struct {
		AccountID string `json:"accountId"`
	}
	if err := decodeStrict(c.body, &body); err != nil {
		return nil, badBody("the body is not what this call takes: %v", err)
	}
	c.account = body.AccountID
	p, name, refused := c.membership()
	switch {
	case refused != nil:
		return nil, refused
	case slices.Contains(p.Groups, name):
		return nil, newAPIError(http.StatusConflict, "ADMIN-409-28", "the user is in the group")
	}
	p.Groups = append(p.Groups, name)
	return nil, nil
}

// leave is DELETE memberships.
func (c *call) leave() (any, *apiError) {
	p, name, refused := c.membership()
	switch {
	case refused != nil:
		return nil, refused
	case !slices.Contains(p.Groups, name):
		return nil, noUser
	}
	p.Groups = slices.DeleteFunc(p.Groups, func(g string) bool { return g == name })
	return nil, nil
}

// membership is the person and the name of the group that the call is about.
func (c *call) membership() (*Person, string, *apiError) {
	name, ok := c.groups[c.group]
	if !ok {
		return nil, "", noGroup
	}
	i, refused := c.number()
	if refused != nil {
		return nil, "", refused
	}
	return c.people.edit(i, c.now), name, nil
}

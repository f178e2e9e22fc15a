package atlassiantest

import (
	"net/http"
	"slices"
)

// suspend is POST suspend. It removes the person's access to all apps of the
// directory. For a suspended person it does nothing and reports no error.
func (c *call) suspend() (any, *apiError) {
	i, p, apiErr := c.subject()
	if apiErr != nil {
		return nil, apiErr
	}
	switch {
	case p.hasRole(RoleOrgAdmin):
		return nil, newAPIError(http.StatusForbidden, "ADMIN-403-3", "an organization admin cannot be suspended")
	case p.statusIn(c.directory) == StatusSuspended:
		return nil, nil
	}
	c.delayVisibility(p)
	p.suspendedIn = append(p.suspendedIn, c.directory)
	if !slices.ContainsFunc(c.directoriesOf(i), func(home string) bool { return !slices.Contains(p.suspendedIn, home) }) {
		p.Status, p.suspendedIn = StatusSuspended, nil
	}
	p.Suspended, p.wasSuspended = true, true
	p.Suspends++
	p.stop(c.now)
	return nil, nil
}

// restore is POST restore. For an active person it does nothing and reports no
// error, unless [OrgSettings] says so for a person who was never suspended.
func (c *call) restore() (any, *apiError) {
	i, p, apiErr := c.subject()
	if apiErr != nil {
		return nil, apiErr
	}
	if p.statusIn(c.directory) != StatusSuspended {
		return nil, c.restoreActive(p)
	}
	c.delayVisibility(p)
	if p.Status == StatusSuspended {
		p.Status, p.suspendedIn = StatusActive, c.directoriesOf(i)
	}
	p.suspendedIn = slices.DeleteFunc(p.suspendedIn, func(d string) bool { return d == c.directory })
	p.Suspended, p.wasSuspended = len(p.suspendedIn) > 0, true
	p.Restores++
	return nil, nil
}

// restoreActive returns the answer for the restoration of an active person, nil
// if it is not an error.
func (c *call) restoreActive(p *Person) *apiError {
	status := c.Server.org.restoreActive
	if status == 0 || p.wasSuspended {
		return nil
	}
	return newAPIError(status, errorCode(status), "the user is not suspended")
}

// subject returns the person whose membership the call changes.
func (c *call) subject() (int, *Person, *apiError) {
	i, apiErr := c.number()
	if apiErr != nil {
		return 0, nil, apiErr
	}
	p := c.people.edit(i, c.now)
	if p.AccountType != "atlassian" || p.Status != StatusActive && p.Status != StatusSuspended {
		return 0, nil, newAPIError(http.StatusConflict, "ADMIN-409-28", "account type "+p.AccountType+", status "+p.Status)
	}
	return i, p, nil
}

// delayVisibility makes reads return the status before the change until it becomes
// visible.
func (c *call) delayVisibility(p *Person) {
	p.shown = p.visibleStatus(c.directory, c.now)
	p.shownUntil = c.now.Add(c.Server.org.visibleAfter)
}

// join is POST memberships.
func (c *call) join() (any, *apiError) {
	var body struct {
		AccountID string `json:"accountId"`
	}
	if err := decodeStrict(c.body, &body); err != nil {
		return nil, badBody("invalid body: %v", err)
	}
	c.account = body.AccountID
	p, name, apiErr := c.membership()
	switch {
	case apiErr != nil:
		return nil, apiErr
	case slices.Contains(p.Groups, name):
		return nil, newAPIError(http.StatusConflict, "ADMIN-409-28", "the user is already in the group")
	}
	p.Groups = append(p.Groups, name)
	return nil, nil
}

// leave is DELETE memberships.
func (c *call) leave() (any, *apiError) {
	p, name, apiErr := c.membership()
	switch {
	case apiErr != nil:
		return nil, apiErr
	case !slices.Contains(p.Groups, name):
		return nil, noUser
	}
	p.Groups = slices.DeleteFunc(p.Groups, func(g string) bool { return g == name })
	return nil, nil
}

// membership returns the person and the group's name of the call.
func (c *call) membership() (*Person, string, *apiError) {
	name, ok := c.groups[c.group]
	if !ok {
		return nil, "", noGroup
	}
	i, apiErr := c.number()
	if apiErr != nil {
		return nil, "", apiErr
	}
	return c.people.edit(i, c.now), name, nil
}

package atlassiantest

import (
	"maps"
	"slices"
)

type wireData struct {
	Data any `json:"data"`
}

// organisation is GET org.
func (c *call) organisation() (any, *apiError) {
	return wireData{map[string]any{
		"id": c.OrgID, "type": "orgs",
		"attributes": map[string]string{"name": orgName},
		"links":      wireSelf{"/admin/v1/orgs/" + c.OrgID},
	}}, nil
}

// directories is GET directories, always a single page.
func (c *call) directories() (any, *apiError) {
	return c.onePage(c.Server.org.directories)
}

// onePage returns a list as a single page.
func (c *call) onePage(list any) (any, *apiError) {
	if c.r.URL.Query().Get("cursor") != "" {
		return nil, badCursor
	}
	return struct {
		wireData
		Links wireLinks `json:"links"`
	}{wireData{list}, wireLinks{Self: c.r.URL.RequestURI()}}, nil
}

// number returns the number of the person the call is about.
func (c *call) number() (int, *apiError) {
	i, ok := c.people.find(c.account)
	if !ok || c.directory != "" && !c.member(i, c.directory) {
		return 0, noUser
	}
	return i, nil
}

// user is GET user. It expands nothing.
func (c *call) user() (any, *apiError) {
	i, apiErr := c.number()
	if apiErr != nil {
		return nil, apiErr
	}
	p, _ := c.people.at(i, c.now)
	return wireData{c.wire(&p, nil)}, nil
}

type wireAssignment struct {
	DirectoryID         string     `json:"directoryId"`
	ResourceID          string     `json:"resourceId"`
	ResourceOwner       string     `json:"resourceOwner"`
	Roles               []string   `json:"roles"`
	RoleAssignments     []wireRole `json:"roleAssignments"`
	UserDirectoryStatus string     `json:"userDirectoryStatus"`
}

type wireRole struct {
	Role    string   `json:"role"`
	Methods []string `json:"roleAssignmentMethods"`
}

// roleAssignments is GET role-assignments: the platform roles on the
// organisation, and the role for each product on its site.
func (c *call) roleAssignments() (any, *apiError) {
	i, apiErr := c.number()
	if apiErr != nil {
		return nil, apiErr
	}
	p, _ := c.people.at(i, c.now)
	list := []wireAssignment{}
	if len(p.PlatformRoles) > 0 {
		list = append(list, c.assignment(i, &p, "ari:cloud:platform::org/"+c.OrgID, "platform", p.PlatformRoles))
	}
	own := roles(&p)
	for _, a := range p.ProductAccess {
		list = append(list, c.assignment(i, &p, a.ari(), a.Key, own[len(own)-1:]))
	}
	return c.onePage(list)
}

func (c *call) assignment(i int, p *Person, resource, owner string, roles []string) wireAssignment {
	home := c.directoriesOf(i)[0]
	if c.directory != anyDirectory {
		home = c.directory
	}
	a := wireAssignment{
		DirectoryID: home, ResourceID: resource, ResourceOwner: owner, Roles: roles,
		UserDirectoryStatus: c.inCase(membershipStatus(p.visibleStatus(home, c.now))),
	}
	for _, role := range roles {
		a.RoleAssignments = append(a.RoleAssignments, wireRole{role, []string{"direct"}})
	}
	return a
}

// count is GET users/count.
func (c *call) count() (any, *apiError) {
	n := 0
	for range c.matching(&query{}, 0) {
		n++
	}
	return map[string]int{"count": n}, nil
}

type wireStatusCount struct {
	Status string `json:"status"`
	Count  int    `json:"count"`
}

type wireRoleCount struct {
	RoleID string `json:"roleId"`
	Count  int    `json:"count"`
}

// stats is GET users/stats.
func (c *call) stats() (any, *apiError) {
	byStatus, byRole := map[string]int{}, map[string]int{}
	for _, p := range c.matching(&query{}, 0) {
		byStatus[accountStatus(p.visibleStatus(c.directory, c.now))]++
		for _, role := range roles(&p) {
			byRole[role]++
		}
	}
	statuses, roles := []wireStatusCount{}, []wireRoleCount{}
	for _, name := range slices.Sorted(maps.Keys(byStatus)) {
		statuses = append(statuses, wireStatusCount{c.inCase(name), byStatus[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(byRole)) {
		roles = append(roles, wireRoleCount{name, byRole[name]})
	}
	return map[string]any{"accountStatus": statuses, "roles": roles}, nil
}

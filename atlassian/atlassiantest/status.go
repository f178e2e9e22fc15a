package atlassiantest

import "strings"

// status returns the composite status that this call reads of the person.
func (c *call) status(p *Person) string {
	if l := c.lag(p); l != nil {
		return l.Status
	}
	return p.visibleStatus(c.directory, c.now)
}

// inCase returns a status in the case in which answers have it.
func (c *call) inCase(status string) string {
	if c.Server.org.statusCase == upperCase {
		return strings.ToUpper(status)
	}
	return status
}

// matchesStatus reports whether the person matches the filters for the status
// and is not hidden. All other filters must match already: a person who is left
// out here was read.
func (c *call) matchesStatus(q *query, p *Person) bool {
	status := c.status(p)
	if oneOf(q.Status, status) &&
		oneOf(q.AccountStatus, accountStatus(status)) &&
		oneOf(q.MembershipStatus, membershipStatus(status)) &&
		(status != StatusSuspended || !c.hidesSuspended()) {
		return true
	}
	c.noteRead(p)
	return false
}

// hidesSuspended reports whether this call leaves out suspended people.
func (c *call) hidesSuspended() bool {
	return c.Server.org.hideSuspended && (c.route.name == searchRoute || c.route.name == listRoute)
}

func accountStatus(status string) string {
	switch status {
	case StatusDeactivated, StatusForDeletion:
		return "inactive"
	}
	return "active"
}

func membershipStatus(status string) string {
	switch status {
	case StatusSuspended:
		return "suspended"
	case StatusNotInvited:
		return "no_membership"
	}
	return "active"
}

package atlassiantest

import "strings"

// status returns the composite status that this call reads of the person.
func (c *call) status(p *Person) string { return p.visibleStatus(c.directory, c.now) }

// inCase returns a status in the case in which answers have it.
func (c *call) inCase(status string) string {
	if c.Server.org.upperStatus {
		return strings.ToUpper(status)
	}
	return status
}

// matchesStatus reports whether the person matches the filters for the status
// and is not hidden.
func (c *call) matchesStatus(q *query, p *Person) bool {
	status := c.status(p)
	return oneOf(q.Status, status) &&
		oneOf(q.AccountStatus, accountStatus(status)) &&
		oneOf(q.MembershipStatus, membershipStatus(status)) &&
		(status != StatusSuspended || !c.hidesSuspended())
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

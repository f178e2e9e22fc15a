package atlassiantest

import (
	"slices"
	"time"
)

// Status values of a membership in the API.
const (
	StatusActive      = "active"
	StatusSuspended   = "suspended"
	StatusNotInvited  = "not_invited"
	StatusDeactivated = "deactivated"
	StatusForDeletion = "for_deletion"
)

// Platform roles.
const (
	RoleOrgAdmin        = "atlassian/org-admin"
	RoleSiteAdmin       = "atlassian/site-admin"
	RoleUserAccessAdmin = "atlassian/user-access-admin"
	RoleAIAccess        = "atlassian/ai-access"
)

// Person is the actual state of one account. Its JSON is that of the control
// API.
type Person struct {
	AccountID   string `json:"account_id"`
	Name        string `json:"name"`
	Email       string `json:"email"`        // Empty: the API omits the field.
	AccountType string `json:"account_type"` // "atlassian", "app" or "customer".
	// Status is the composite status over all directories.
	Status           string    `json:"status"`
	ManagementSource string    `json:"management_source"` // Empty: the API returns null.
	AddedToOrg       time.Time `json:"added_to_org"`
	PlatformRoles    []string  `json:"platform_roles"`
	Groups           []string  `json:"groups"`
	// ProductAccess is nil if the API does not return the person's activity.
	ProductAccess []Access `json:"product_access"`
	// Suspended reports whether the person is suspended in any directory.
	Suspended bool `json:"suspended"`
	// Suspends and Restores count effects. SuspendRequests counts requests
	// received, whatever their result.
	Suspends        int `json:"suspends"`
	Restores        int `json:"restores"`
	SuspendRequests int `json:"suspend_requests"`

	// Omit names fields that v2 answers leave out for this person; addedToOrg is
	// left out of last-active-dates, too. [OrgSettings] does it for everyone.
	Omit []string `json:"omit,omitempty"`
	// EmailHidden leaves the email out of the API's answers. Filters still find
	// the person by it.
	EmailHidden bool `json:"email_hidden,omitempty"`

	// NullActivity makes the API return null for a nil ProductAccess instead of
	// omitting the field.
	NullActivity bool `json:"-"`
	// Guest gives the guest role instead of the user role.
	Guest bool `json:"-"`

	// suspendedIn has the ids of the directories in which the person is suspended,
	// if not in all.
	suspendedIn []string
	// wasSuspended reports whether the person was ever suspended through the API or
	// by a change. Generated people who are suspended get it when they are restored.
	wasSuspended bool
	// shown is the status that reads return until shownUntil.
	shown      string
	shownUntil time.Time
}

// Access is the use of one product on one site.
type Access struct {
	Key        string     `json:"key"`
	ID         string     `json:"id"`
	LastActive *time.Time `json:"last_active"` // Nil: no recorded use.
	// Shape is the API's format of LastActive.
	Shape Shape `json:"-"`

	rhythm   rhythm
	computed time.Time // the timestamp that rhythm stored in LastActive.
}

// Shape is one of the timestamp formats of the API.
type Shape int

// The formats seen in the real API.
const (
	ShapeUTC    Shape = iota // RFC 3339 with Z.
	ShapeOffset              // RFC 3339 with an offset.
	ShapeNano                // RFC 3339 with nanoseconds.
	ShapeDate                // A date, meaning the end of that day.
	ShapeMillis              // Milliseconds since 1970, a number.
	shapes
)

// offsetZone is the time zone of timestamps with an offset; the half hour
// exposes parsers that ignore minutes.
var offsetZone = time.FixedZone("", 5*60*60+30*60)

// moment returns the time that a timestamp of this shape stands for: truncated
// to its precision, or the end of the day for a date.
func (s Shape) moment(at time.Time) time.Time {
	switch at = at.UTC(); s {
	case ShapeDate:
		return at.Truncate(day).Add(day - time.Nanosecond)
	case ShapeMillis:
		return at.Truncate(time.Millisecond)
	}
	return at
}

// write returns the timestamp in this shape, as a value for JSON.
func (s Shape) write(at time.Time) any {
	switch s {
	case ShapeOffset:
		return at.In(offsetZone).Format(time.RFC3339Nano)
	case ShapeDate:
		return at.UTC().Format(time.DateOnly)
	case ShapeMillis:
		return at.UnixMilli()
	case ShapeNano:
		return at.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// rhythm describes recurring use: the latest multiple of every before now -
// lag, shifted by phase. The zero rhythm is a single use.
type rhythm struct {
	every, lag, phase time.Duration
}

// latest returns the most recent use before now.
func (r rhythm) latest(now time.Time) time.Time {
	return now.UTC().Add(-r.lag - r.phase).Truncate(r.every).Add(r.phase)
}

// at returns the access at the given time.
func (a Access) at(now time.Time) Access {
	if a.LastActive == nil {
		return a
	}
	last := *a.LastActive
	if a.rhythm.every > 0 && last.Equal(a.computed) {
		last = a.rhythm.latest(now)
	}
	last = a.Shape.moment(last)
	a.LastActive, a.computed = &last, last
	return a
}

// at returns an independent copy of the person at the given time.
func (p *Person) at(now time.Time) Person {
	c := *p
	c.PlatformRoles, c.Groups = slices.Clone(p.PlatformRoles), slices.Clone(p.Groups)
	c.suspendedIn, c.Omit = slices.Clone(p.suspendedIn), slices.Clone(p.Omit)
	c.ProductAccess = slices.Clone(p.ProductAccess)
	for i, a := range c.ProductAccess {
		c.ProductAccess[i] = a.at(now)
	}
	return c
}

// stop ends recurring use; the current timestamps stay.
func (p *Person) stop(now time.Time) {
	for i, a := range p.ProductAccess {
		p.ProductAccess[i] = a.at(now)
		p.ProductAccess[i].rhythm = rhythm{}
	}
}

// statusIn returns the person's actual status in a directory; "-" means all.
func (p *Person) statusIn(directory string) string {
	if p.Status == StatusActive && slices.Contains(p.suspendedIn, directory) {
		return StatusSuspended
	}
	return p.Status
}

// visibleStatus returns the status that the API returns, which may lag behind.
func (p *Person) visibleStatus(directory string, now time.Time) string {
	if now.Before(p.shownUntil) {
		return p.shown
	}
	return p.statusIn(directory)
}

// hasRole reports whether the person has the platform role.
func (p *Person) hasRole(role string) bool { return slices.Contains(p.PlatformRoles, role) }

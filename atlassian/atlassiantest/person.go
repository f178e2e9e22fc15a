package atlassiantest

import (
	"slices"
	"time"
)

// The states of a membership as the API names them.
const (
	StatusActive      = "active"
	StatusSuspended   = "suspended"
	StatusNotInvited  = "not_invited"
	StatusDeactivated = "deactivated"
	StatusForDeletion = "for_deletion"
)

// The platform roles.
const (
	RoleOrgAdmin        = "atlassian/org-admin"
	RoleSiteAdmin       = "atlassian/site-admin"
	RoleUserAccessAdmin = "atlassian/user-access-admin"
	RoleAIAccess        = "atlassian/ai-access"
)

// Person is the truth about one account. Its JSON is what the control API
// tells and takes.
type Person struct {
	AccountID   string `json:"account_id"`
	Name        string `json:"name"`
	Email       string `json:"email"`        // Empty: the API leaves the field out.
	AccountType string `json:"account_type"` // "atlassian", "app" or "customer".
	// Status is the composite status over all directories.
	Status           string    `json:"status"`
	ManagementSource string    `json:"management_source"` // Empty: the API says null.
	AddedToOrg       time.Time `json:"added_to_org"`
	PlatformRoles    []string  `json:"platform_roles"`
	Groups           []string  `json:"groups"`
	// ProductAccess is nil for somebody whose activity the API does not tell.
	ProductAccess []Access `json:"product_access"`
	// Suspended tells whether the person is suspended in any directory.
	Suspended bool `json:"suspended"`
	// Suspends and Restores count effects, SuspendRequests the requests
	// received, whatever became of them.
	Suspends        int `json:"suspends"`
	Restores        int `json:"restores"`
	SuspendRequests int `json:"suspend_requests"`

	// NullActivity makes the API say null instead of leaving the field out
	// where ProductAccess is nil.
	NullActivity bool `json:"-"`
	// Guest people have the guest role instead of the user role.
	Guest bool `json:"-"`

	// offIn names the directories the person is suspended in where that is not
	// all of them.
	offIn []string
	// shown is the status that reads tell until shownUntil.
	shown      string
	shownUntil time.Time
}

// Access is the use of one product on one site.
type Access struct {
	Key        string     `json:"key"`
	ID         string     `json:"id"`
	LastActive *time.Time `json:"last_active"` // Nil: no use on record.
	// Shape is how the API writes LastActive.
	Shape Shape `json:"-"`

	rhythm rhythm
	told   time.Time // the moment that rhythm put into LastActive.
}

// Shape is one of the ways in which the API writes a moment.
type Shape int

// The shapes seen in the wild.
const (
	ShapeUTC    Shape = iota // RFC 3339 with Z.
	ShapeOffset              // RFC 3339 with an offset.
	ShapeNano                // RFC 3339 with nanoseconds.
	ShapeDate                // A date, which means the end of that day.
	ShapeMillis              // Milliseconds since 1970, a number.
	shapes
)

// elsewhere is the zone of offset timestamps; half hours catch a careless reader.
var elsewhere = time.FixedZone("", 5*60*60+30*60)

// moment is what at means once it was written in this shape: cut to its
// precision, and the end of the day for a date.
func (s Shape) moment(at time.Time) time.Time {
	switch at = at.UTC(); s {
	case ShapeDate:
		return at.Truncate(day).Add(day - time.Nanosecond)
	case ShapeMillis:
		return at.Truncate(time.Millisecond)
	}
	return at
}

// write is at in this shape, ready for JSON.
func (s Shape) write(at time.Time) any {
	switch s {
	case ShapeOffset:
		return at.In(elsewhere).Format(time.RFC3339Nano)
	case ShapeDate:
		return at.UTC().Format(time.DateOnly)
	case ShapeMillis:
		return at.UnixMilli()
	case ShapeNano:
		return at.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// rhythm keeps a use going: the latest multiple of every before now less lag,
// moved by phase. The zero rhythm is a use that happened once.
type rhythm struct {
	every, lag, phase time.Duration
}

// latest is the last beat before now.
func (r rhythm) latest(now time.Time) time.Time {
	return now.UTC().Add(-r.lag - r.phase).Truncate(r.every).Add(r.phase)
}

// at is the access as it is now.
func (a Access) at(now time.Time) Access {
	if a.LastActive == nil {
		return a
	}
	last := *a.LastActive
	if a.rhythm.every > 0 && last.Equal(a.told) {
		last = a.rhythm.latest(now)
	}
	last = a.Shape.moment(last)
	a.LastActive, a.told = &last, last
	return a
}

// at is a copy of the person as they are now, sharing nothing with p.
func (p *Person) at(now time.Time) Person {
	c := *p
	c.PlatformRoles, c.Groups = slices.Clone(p.PlatformRoles), slices.Clone(p.Groups)
	c.offIn = slices.Clone(p.offIn)
	c.ProductAccess = slices.Clone(p.ProductAccess)
	for i, a := range c.ProductAccess {
		c.ProductAccess[i] = a.at(now)
	}
	return c
}

// stop ends all use at the moments it has now.
func (p *Person) stop(now time.Time) {
	for i, a := range p.ProductAccess {
		p.ProductAccess[i] = a.at(now)
		p.ProductAccess[i].rhythm = rhythm{}
	}
}

// statusIn is the person's true status in the directory, "-" being all.
func (p *Person) statusIn(directory string) string {
	if p.Status == StatusActive && slices.Contains(p.offIn, directory) {
		return StatusSuspended
	}
	return p.Status
}

// read is the status that the API tells, which may be late.
func (p *Person) read(directory string, now time.Time) string {
	if now.Before(p.shownUntil) {
		return p.shown
	}
	return p.statusIn(directory)
}

// may reports whether the person has the platform role.
func (p *Person) may(role string) bool { return slices.Contains(p.PlatformRoles, role) }

package atlassian

import "time"

// Directory is one user directory of the organisation. Suspending and restoring
// always name one.
type Directory struct {
	ID   string
	Name string
}

// Organization is what the API tells about the organisation itself.
type Organization struct {
	ID   string
	Name string
}

// User is one person, app or customer of a directory, as users/search tells it.
// Every field may be missing in an answer, and a missing list is not an empty
// one: a nil slice means that the field was absent or null, an empty one that
// it was there and empty.
type User struct {
	AccountID   string
	AccountType string // "atlassian" is a person; "app" and "customer" are not.
	Status      string // active, suspended, not_invited, deactivated, for_deletion; an open set.
	Name        string
	Email       string
	AddedToOrg  Timestamp
	// ManagementSource is "synced" for accounts an identity provider owns,
	// "invited" for the rest, and empty when the field is missing or null.
	ManagementSource string
	PlatformRoles    []string        // nil: not told.
	Groups           []Group         // nil: not told.
	ProductAccess    []ProductAccess // nil: not told.
	// Malformed names the fields that were there and could not be read, as the
	// API calls them: "email", "productAccess". They are zero above, and unknown
	// rather than absent: whoever decides something by such a field must not. A
	// timestamp says so itself and is not named here.
	Malformed []string
}

// Group is a group of the directory that a user is a member of.
type Group struct {
	ID   string
	Name string
}

// ProductAccess is the last use of one product on one site.
type ProductAccess struct {
	Key        string    // "confluence", "jira-software", …; an open set.
	ID         string    // the site's product instance id.
	LastActive Timestamp // zero: no use on record.
}

// Activity is one person's answer of last-active-dates, all its pages together.
type Activity struct {
	ProductAccess []ProductAccess // nil: not told. Empty: nothing was ever used.
	AddedToOrg    Timestamp
}

// Timestamp is a moment as the API reports it. Its zero value means that the
// API reported none.
type Timestamp struct {
	// At is the moment in UTC; for a date-only value the start of that day.
	At time.Time
	// DateOnly tells that the API gave a day and no time.
	DateOnly bool
	// Malformed tells that there was a value and it could not be read; At is
	// zero then. Such a moment is unknown, never absent.
	Malformed bool
}

// IsZero reports whether the API reported no moment at all.
func (t Timestamp) IsZero() bool { return t == Timestamp{} }

// Latest is the last moment the value can mean: the end of the day for a
// date-only value, so that rounding is always in the person's favour.
func (t Timestamp) Latest() time.Time {
	if t.DateOnly {
		return t.At.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return t.At
}

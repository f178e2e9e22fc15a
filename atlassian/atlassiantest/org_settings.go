package atlassiantest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// OrgSettings changes the organisation's behaviour. A nil field changes nothing,
// and neither does an empty Expand or Directories. Any other empty value that is
// given ends the setting. In the control API, null is such a value, too, except
// for limit_headers, where it changes nothing.
type OrgSettings struct {
	// Directories replaces the directories. Everyone is in the first one; every
	// third person is in all others too.
	Directories []Directory `json:"directories,omitempty"`
	// VisibleAfterMS is how long reads return the old status after a suspension
	// or restoration, in milliseconds. The default is 0.
	VisibleAfterMS *int `json:"visible_after_ms,omitempty"`
	// Expand is the behaviour of users/search with expand: "ok", "refused" with
	// 400, or "omit" to leave out the expanded fields.
	Expand string `json:"expand,omitempty"`
	// Omit names fields that v2 answers leave out for everyone; addedToOrg is
	// left out of last-active-dates, too.
	Omit []string `json:"omit,omitempty"`
	// LimitHeaders enables X-RateLimit headers. The default is true.
	LimitHeaders *bool `json:"limit_headers,omitempty"`
	// Sunset names removed routes, in addition to those always removed.
	Sunset []string `json:"sunset,omitempty"`
	// ClockSkewS is how far the clock in the headers is ahead, in seconds.
	ClockSkewS *int `json:"clock_skew_s,omitempty"`
	// Churn is the number of people who appear, disappear or move between two
	// pages of a listing; none is a candidate. It is at most 100, by default 0.
	Churn *int `json:"churn,omitempty"`
	// ARIIDs makes last-active-dates return site ids as whole ARIs, such as
	// ari:cloud:confluence::site/<id>.
	ARIIDs *bool `json:"ari_ids,omitempty"`
	// ReadLag replaces the lags of reads, those that still apply included.
	ReadLag []ReadLag `json:"read_lag,omitempty"`
	// HideSuspended makes users/search and GET users leave out suspended people,
	// even if the filters ask for them. GET user still returns them.
	HideSuspended *bool `json:"hide_suspended,omitempty"`
	// IgnoreFilters names filters without an effect in users/search, such as
	// "roleIds". An invalid value still answers 400.
	IgnoreFilters []string `json:"ignore_filters,omitempty"`
	// EmptyFilters names filters with which users/search finds nobody. A filter
	// that is ignored, too, does not count.
	EmptyFilters []string `json:"empty_filters,omitempty"`
	// StatusCase is "upper" to write every status in answers in upper case, or
	// empty for the documented lower case. Filters stay in lower case.
	StatusCase *string `json:"status_case,omitempty"`
	// RestoreActive is the error status that answers the restoration of an active
	// person who was never suspended. The default 0 means 204, without an effect.
	RestoreActive *int `json:"restore_active,omitempty"`
}

// Directory is one user directory.
type Directory struct {
	ID   string `json:"directoryId"`
	Name string `json:"name"`
	Icon string `json:"icon,omitempty"`
}

// UnmarshalJSON accepts an object or just the id.
func (d *Directory) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &d.ID) == nil {
		d.Name = d.ID
		return nil
	}
	var full struct {
		DirectoryID string `json:"directoryId"`
		ID          string `json:"id"`
		Name        string `json:"name"`
		Icon        string `json:"icon"`
	}
	if err := decodeStrict(b, &full); err != nil {
		return err
	}
	*d = Directory{cmp.Or(full.DirectoryID, full.ID), full.Name, full.Icon}
	return nil
}

// org holds the current settings.
type org struct {
	directories   []Directory
	visibleAfter  time.Duration
	expand        string
	omit          []string
	limitHeaders  bool
	sunset        []string
	skew          time.Duration
	churn         int
	ariIDs        bool
	lags          []*lag
	hideSuspended bool
	ignoreFilters []string
	emptyFilters  []string
	statusCase    string
	restoreActive int
}

func defaultOrg() org {
	return org{
		directories:  []Directory{{directoryID, "Example Directory", "https://avatars.example.com/directory.png"}},
		expand:       "ok",
		limitHeaders: true,
	}
}

// Configure applies the settings. If one is invalid, it changes nothing and
// returns an error.
func (s *Server) Configure(o OrgSettings) error {
	if err := o.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(o.Directories) > 0 {
		s.org.directories = slices.Clone(o.Directories)
	}
	set(&s.org.visibleAfter, scaled(o.VisibleAfterMS, time.Millisecond))
	set(&s.org.skew, scaled(o.ClockSkewS, time.Second))
	set(&s.org.limitHeaders, o.LimitHeaders)
	set(&s.org.churn, o.Churn)
	set(&s.org.ariIDs, o.ARIIDs)
	set(&s.org.hideSuspended, o.HideSuspended)
	set(&s.org.restoreActive, o.RestoreActive)
	set(&s.org.statusCase, o.StatusCase)
	s.org.expand = cmp.Or(o.Expand, s.org.expand)
	setList(&s.org.lags, newLags(o.ReadLag))
	setList(&s.org.omit, o.Omit)
	setList(&s.org.sunset, o.Sunset)
	setList(&s.org.ignoreFilters, o.IgnoreFilters)
	setList(&s.org.emptyFilters, o.EmptyFilters)
	return nil
}

// upperCase is the only status case besides the default.
const upperCase = "upper"

func (o OrgSettings) check() error {
	return cmp.Or(
		o.checkValues(), o.checkNames(), checkOmit(o.Omit),
		checkReadLag(o.ReadLag), checkFilters("ignore_filters", o.IgnoreFilters), checkFilters("empty_filters", o.EmptyFilters),
	)
}

// checkValues returns an error if one of the single values is invalid.
func (o OrgSettings) checkValues() error {
	switch {
	case !slices.Contains([]string{"", "ok", "refused", "omit"}, o.Expand):
		return fmt.Errorf("expand %q must be ok, refused or omit", o.Expand)
	case o.Churn != nil && (*o.Churn < 0 || *o.Churn > maxPageSize):
		return fmt.Errorf("churn %d must be from 0 to %d", *o.Churn, maxPageSize)
	case o.StatusCase != nil && *o.StatusCase != "" && *o.StatusCase != upperCase:
		return fmt.Errorf("status_case %q must be upper or empty", *o.StatusCase)
	case o.RestoreActive != nil && *o.RestoreActive != 0 && (*o.RestoreActive < 400 || *o.RestoreActive > 599):
		return fmt.Errorf("restore_active %d must be an error status from 400 to 599, or 0", *o.RestoreActive)
	}
	return nil
}

// checkNames returns an error if a route or a directory id is invalid.
func (o OrgSettings) checkNames() error {
	for _, name := range o.Sunset {
		if !isRoute(name) {
			return unknownRoute(name)
		}
	}
	for _, d := range o.Directories {
		if d.ID == "" || d.ID == anyDirectory {
			return fmt.Errorf("%q is not a valid directory id", d.ID)
		}
	}
	return nil
}

func unknownRoute(name string) error {
	return fmt.Errorf("unknown route %q; the routes are %q", name, routeNames())
}

// set stores the value unless it is nil.
func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// setList stores a copy of the list unless it is nil.
func setList[T any](to *[]T, list []T) {
	if list != nil {
		*to = slices.Clone(list)
	}
}

// scaled returns n units, nil if n is nil.
func scaled(n *int, unit time.Duration) *time.Duration {
	if n == nil {
		return nil
	}
	return new(time.Duration(*n) * unit)
}

// member reports whether the i-th person is in the directory. "-" contains
// everyone; people added later are only in the first one.
func (s *Server) member(i int, directory string) bool {
	if directory == anyDirectory || directory == s.org.directories[0].ID {
		return true
	}
	return i < s.people.n && i%3 == 0
}

// directoriesOf returns the directories of the i-th person.
func (s *Server) directoriesOf(i int) []string {
	var homes []string
	for _, d := range s.org.directories {
		if s.member(i, d.ID) {
			homes = append(homes, d.ID)
		}
	}
	return homes
}

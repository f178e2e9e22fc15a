package atlassiantest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// OrgSettings changes how the organisation behaves. Fields that are nil or
// empty change nothing; a list that is empty but not nil empties the setting.
type OrgSettings struct {
	// Directories replaces the directories. Everybody is in the first, and
	// every third person in each of the others too.
	Directories []Directory `json:"directories,omitempty"`
	// VisibleAfterMS is how long reads hide a suspension or restoration, in
	// milliseconds. At first 0.
	VisibleAfterMS *int `json:"visible_after_ms,omitempty"`
	// Expand is what becomes of users/search with expand: "ok", "refused" with
	// 400, or "omit": answered without what was asked for.
	Expand string `json:"expand,omitempty"`
	// Omit names fields of a user to leave out.
	Omit []string `json:"omit,omitempty"`
	// LimitHeaders tells whether answers carry X-RateLimit headers. At first true.
	LimitHeaders *bool `json:"limit_headers,omitempty"`
	// Sunset names routes that have ended, besides those that always have.
	Sunset []string `json:"sunset,omitempty"`
	// ClockSkewS is how far the clock in the headers is ahead, in seconds.
	ClockSkewS *int `json:"clock_skew_s,omitempty"`
	// Churn is how many people appear, disappear or move at each turn of a page
	// of a listing: none of them a candidate. At most 100, at first 0.
	Churn *int `json:"churn,omitempty"`
}

// Directory is one user directory.
type Directory struct {
	ID   string `json:"directoryId"`
	Name string `json:"name"`
	Icon string `json:"icon,omitempty"`
}

// UnmarshalJSON takes an object or, for short, the id alone.
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

// org is the settings in force.
type org struct {
	directories  []Directory
	visibleAfter time.Duration
	expand       string
	omit         []string
	limitHeaders bool
	sunset       []string
	skew         time.Duration
	churn        int
}

func defaultOrg() org {
	return org{
		directories:  []Directory{{directoryID, "Example Directory", "https://avatars.example.com/directory.png"}},
		expand:       "ok",
		limitHeaders: true,
	}
}

// Org changes the settings, or none if one of them is wrong.
func (s *Server) Org(o OrgSettings) error {
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
	if o.Expand != "" {
		s.org.expand = o.Expand
	}
	if o.Omit != nil {
		s.org.omit = slices.Clone(o.Omit)
	}
	if o.Sunset != nil {
		s.org.sunset = slices.Clone(o.Sunset)
	}
	return nil
}

func (o OrgSettings) check() error {
	if !slices.Contains([]string{"", "ok", "refused", "omit"}, o.Expand) {
		return fmt.Errorf("expand %q is not ok, refused or omit", o.Expand)
	}
	if o.Churn != nil && (*o.Churn < 0 || *o.Churn > maxPageSize) {
		return fmt.Errorf("churn %d is not from 0 to %d", *o.Churn, maxPageSize)
	}
	for _, name := range o.Sunset {
		if !isRoute(name) {
			return unknownRoute(name)
		}
	}
	for _, d := range o.Directories {
		if d.ID == "" || d.ID == anyDirectory {
			return fmt.Errorf("%q is not a directory id", d.ID)
		}
	}
	return nil
}

func unknownRoute(name string) error {
	return fmt.Errorf("there is no route %q; there are %q", name, routeNames())
}

// set stores the value if there is one.
func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// scaled is n units, nil if n is.
func scaled(n *int, unit time.Duration) *time.Duration {
	if n == nil {
		return nil
	}
	return new(time.Duration(*n) * unit)
}

// member reports whether the i-th person is in the directory; everybody is in
// "-". Those added since are in the first only.
func (s *Server) member(i int, directory string) bool {
	if directory == anyDirectory || directory == s.org.directories[0].ID {
		return true
	}
	return i < s.people.n && i%3 == 0
}

// homes are the directories of the i-th person.
func (s *Server) homes(i int) []string {
	var homes []string
	for _, d := range s.org.directories {
		if s.member(i, d.ID) {
			homes = append(homes, d.ID)
		}
	}
	return homes
}

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

// maxShown is the maximum number of people in the panel.
const maxShown = 50

// filter selects the people in the panel.
type filter struct {
	Name, Label string
	fits        func(p *atlassiantest.Person, s botStatus) bool
}

// botStatus is a person's status in the bot.
type botStatus struct {
	listed bool   // the newest report has a row for the person.
	lane   string // empty: not in any scan.
}

var (
	everyone = filter{"everybody", "Everyone", func(*atlassiantest.Person, botStatus) bool { return true }}
	filters  = []filter{
		everyone,
		{"listed", "In the report", func(_ *atlassiantest.Person, s botStatus) bool { return s.listed }},
		{"suspended", "Suspended", func(p *atlassiantest.Person, _ botStatus) bool { return p.Suspended }},
		{"admins", "Administrators", func(p *atlassiantest.Person, _ botStatus) bool { return len(p.PlatformRoles) > 0 }},
	}
)

// byLane are the filters by the result of the last scan.
var byLane = laneFilters()

// filterNamed returns the filter with the name, or everyone.
func filterNamed(name string) filter {
	for _, f := range slices.Concat(filters, byLane) {
		if f.Name == name {
			return f
		}
	}
	return everyone
}

// found is the result of a search.
type found struct {
	Rows     []row
	Matches  int // matching people, shown or not.
	Everyone int
	// Suspended and Restored count people suspended or restored through the API
	// at least once.
	Suspended, Restored int
}

// row is one person in the panel. It shows the actual state, which the API may
// return late or not at all.
type row struct {
	atlassiantest.Person
	Listed   bool   // The newest report has a row for the person.
	Lane     string // The title of the lane in the last scan; empty: not in any scan.
	Facts    []string
	Uses     []use
	OrgAdmin bool
}

// use is the use of one product on a site.
type use struct {
	Product string
	At      *time.Time // nil: no recorded use.
}

// search returns the people that match by name, email or account id, those in
// the report first.
func (p *panel) search(listed map[string]bool, query string, which filter) found {
	query = strings.ToLower(strings.TrimSpace(query))
	var f found
	var first, rest []row
	lanes := p.lanes.known()
	for person := range p.organisation.People() {
		f.count(&person)
		status := botStatus{listed: listed[person.AccountID], lane: lanes[person.AccountID]}
		if !which.fits(&person, status) || !matches(&person, query) {
			continue
		}
		f.Matches++
		switch {
		case status.listed && len(first) < maxShown:
			first = append(first, newRow(person, status))
		case !status.listed && len(rest) < maxShown:
			rest = append(rest, newRow(person, status))
		}
	}
	f.Rows = slices.Concat(first, rest)
	f.Rows = f.Rows[:min(len(f.Rows), maxShown)]
	return f
}

func (f *found) count(p *atlassiantest.Person) {
	f.Everyone++
	if p.Suspends > 0 {
		f.Suspended++
	}
	if p.Restores > 0 {
		f.Restored++
	}
}

func matches(p *atlassiantest.Person, query string) bool {
	return query == "" || strings.Contains(strings.ToLower(p.Name), query) ||
		strings.Contains(strings.ToLower(p.Email), query) || strings.Contains(p.AccountID, query)
}

func newRow(p atlassiantest.Person, s botStatus) row {
	r := row{Person: p, Listed: s.listed, Lane: laneName(s.lane), Facts: facts(&p), OrgAdmin: slices.Contains(p.PlatformRoles, atlassiantest.RoleOrgAdmin)}
	for _, a := range p.ProductAccess {
		r.Uses = append(r.Uses, use{product(a), a.LastActive})
	}
	return r
}

// facts returns the properties that affect the bot's decision about a person.
func facts(p *atlassiantest.Person) []string {
	var all []string
	if p.AccountType != "atlassian" {
		all = append(all, p.AccountType+" account")
	}
	switch p.Status {
	case atlassiantest.StatusActive, atlassiantest.StatusSuspended: // The template shows suspensions.
	default:
		all = append(all, strings.ReplaceAll(p.Status, "_", " "))
	}
	for _, role := range p.PlatformRoles {
		all = append(all, strings.ReplaceAll(strings.TrimPrefix(role, "atlassian/"), "-", " "))
	}
	if p.ManagementSource == "synced" {
		all = append(all, "managed by the identity provider")
	}
	if p.Guest {
		all = append(all, "guest")
	}
	return all
}

// product returns the display name of the product and site.
func product(a atlassiantest.Access) string {
	switch a.ID {
	case atlassiantest.SiteConfluence:
		return "Confluence"
	case atlassiantest.SiteConfluence2:
		return "Confluence, second site"
	case atlassiantest.SiteJira:
		return "Jira"
	}
	return cmp.Or(a.Key, a.ID)
}

// ago formats the date and the age of a time.
func ago(at time.Time) string {
	switch days := int(time.Since(at).Hours() / 24); {
	case days < 1:
		return "today"
	case days == 1:
		return "yesterday"
	default:
		return fmt.Sprintf("%s, %d days ago", at.UTC().Format("2 Jan 2006"), days)
	}
}

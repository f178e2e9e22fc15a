package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

// shownPeople is how many people the panel draws at most; the rest is counted.
const shownPeople = 50

// filter is a choice of whom the panel shows.
type filter struct {
	Name, Label string
	fits        func(p *atlassiantest.Person, s standing) bool
}

// standing is what the bot makes of a person.
type standing struct {
	listed bool   // they have a row in the newest report.
	lane   string // empty: no scan has met them.
}

var (
	everybody = filter{"everybody", "Everyone", func(*atlassiantest.Person, standing) bool { return true }}
	filters   = []filter{
		everybody,
		{"listed", "In the report", func(_ *atlassiantest.Person, s standing) bool { return s.listed }},
		{"suspended", "Suspended", func(p *atlassiantest.Person, _ standing) bool { return p.Suspended }},
		{"admins", "Administrators", func(p *atlassiantest.Person, _ standing) bool { return len(p.PlatformRoles) > 0 }},
	}
)

// byLane are the choices that need a scan of the bot.
var byLane = laneFilters()

// filterNamed is the filter of that name, everybody where there is none.
func filterNamed(name string) filter {
	for _, f := range slices.Concat(filters, byLane) {
		if f.Name == name {
			return f
		}
	}
	return everybody
}

// found is what a search brought.
type found struct {
	Rows     []row
	Matches  int // people who fit, drawn or not.
	Everyone int
	// Suspended and Restored count those to whom the API did it at least once.
	Suspended, Restored int
}

// row is one person as the panel shows them. It tells the truth, which the API
// may tell late or not at all.
type row struct {
	atlassiantest.Person
	Listed   bool   // They have a row in the newest report.
	Lane     string // What the panel calls the lane they were in; empty: no scan has met them.
	Facts    []string
	Uses     []use
	OrgAdmin bool
}

// use is one use of a product on a site.
type use struct {
	Product string
	At      *time.Time // nil: no moment on record.
}

// search finds people by name, email or account id, those in the report first.
func (p *panel) search(listed map[string]bool, query string, which filter) found {
	query = strings.ToLower(strings.TrimSpace(query))
	var f found
	var first, rest []row
	lanes := p.lanes.known()
	for person := range p.organisation.People() {
		f.count(&person)
		stands := standing{listed: listed[person.AccountID], lane: lanes[person.AccountID]}
		if !which.fits(&person, stands) || !matches(&person, query) {
			continue
		}
		f.Matches++
		switch {
		case stands.listed && len(first) < shownPeople:
			first = append(first, newRow(person, stands))
		case !stands.listed && len(rest) < shownPeople:
			rest = append(rest, newRow(person, stands))
		}
	}
	f.Rows = slices.Concat(first, rest)
	f.Rows = f.Rows[:min(len(f.Rows), shownPeople)]
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

func newRow(p atlassiantest.Person, s standing) row {
	r := row{Person: p, Listed: s.listed, Lane: laneName(s.lane), Facts: facts(&p), OrgAdmin: slices.Contains(p.PlatformRoles, atlassiantest.RoleOrgAdmin)}
	for _, a := range p.ProductAccess {
		r.Uses = append(r.Uses, use{product(a), a.LastActive})
	}
	return r
}

// facts are the plain facts about a person that explain what the bot makes of
// them.
func facts(p *atlassiantest.Person) []string {
	var all []string
	if p.AccountType != "atlassian" {
		all = append(all, p.AccountType+" account")
	}
	switch p.Status {
	case atlassiantest.StatusActive, atlassiantest.StatusSuspended: // The template marks who is suspended.
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

// product is what people call the product and site of a use.
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

// ago says when something happened, as of now.
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

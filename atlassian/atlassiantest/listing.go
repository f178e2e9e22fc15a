package atlassiantest

import (
	"iter"
	"slices"
	"strings"
)

type wirePage struct {
	Data  []any     `json:"data"`
	Links wireLinks `json:"links"`
}

// search is POST users/search.
func (c *call) search() (any, *apiError) {
	q, apiErr := readQuery(c.body)
	if apiErr != nil {
		return nil, apiErr
	}
	switch c.Server.org.expand {
	case "refused":
		if len(q.Expand) > 0 {
			return nil, badBody("expand is not available")
		}
	case "omit":
		q.Expand = nil
	}
	return c.page(q)
}

// list is GET users, the older listing.
func (c *call) list() (any, *apiError) {
	q, apiErr := parseQuery(c.r.URL.Query())
	if apiErr != nil {
		return nil, apiErr
	}
	return c.page(q)
}

// page returns one page of the people that match the query.
func (c *call) page(q query) (any, *apiError) {
	at, apiErr := c.start(q)
	if apiErr != nil {
		return nil, apiErr
	}
	var people []Person
	next := -1
	if matching, some := c.filtered(*at.Query); some {
		people, next = c.gather(&matching, at)
	}
	page := wirePage{Data: []any{}, Links: wireLinks{Self: c.r.URL.RequestURI()}}
	for _, p := range people {
		page.Data = append(page.Data, c.wire(&p, at.Query.Expand))
	}
	page.Links.Next = c.next(at, next, q.Cursor)
	return page, nil
}

// start returns the position at which the page starts. With a cursor, the query
// is that of the first page; only its limit can change.
func (c *call) start(q query) (position, *apiError) {
	at := position{Of: c.route.name + " " + c.directory, Query: &q}
	if q.Cursor == "" {
		return at, nil
	}
	at, apiErr := c.cursors.open(q.Cursor, at.Of)
	if apiErr != nil {
		return at, apiErr
	}
	at.PagesRead++
	if q.Limit != nil {
		at.Query.Limit = q.Limit
	}
	return at, nil
}

// gather returns the people of the page at the position and the first number of
// the next page, -1 on the last one.
func (c *call) gather(q *query, at position) (people []Person, next int) {
	if c.fault.EmptyPage {
		return nil, at.Next
	}
	if at.PagesRead > 0 && c.Server.org.churn > 0 {
		people = c.churn(q, at.Next)
	}
	if c.fault.DuplicatePeople {
		people = append(people, c.duplicates(q, at.Next)...)
	}
	people = people[:min(len(people), q.size()-1)]
	for i, p := range c.matching(q, at.Next) {
		if len(people) == q.size() {
			return people, i
		}
		people = append(people, p)
	}
	return people, -1
}

// next returns the cursor of the next page, nil on the last one.
func (c *call) next(at position, next int, sent string) *string {
	switch {
	case c.fault.RepeatCursor && sent != "":
		return &sent
	case c.fault.RepeatCursor:
		next = at.Next
	case next < 0 && c.fault.Endless:
		next = 0
	case next < 0:
		return nil
	}
	at.Next = next
	return new(c.cursors.seal(at))
}

// matching yields the people that match the query, starting at a number.
func (c *call) matching(q *query, from int) iter.Seq2[int, Person] {
	all := c.people.from(from, c.now)
	if len(q.AccountIDs) > 0 {
		all = c.people.withIDs(q.AccountIDs, from, c.now)
	}
	return func(yield func(int, Person) bool) {
		for i, p := range all {
			if c.matches(q, i, &p) && !yield(i, p) {
				return
			}
		}
	}
}

// matches reports whether the person matches all filters of the query.
func (c *call) matches(q *query, i int, p *Person) bool {
	return c.member(i, c.directory) &&
		(len(q.DirectoryIDs) == 0 || slices.ContainsFunc(q.DirectoryIDs, func(d string) bool { return c.member(i, d) })) &&
		oneOf(q.AccountIDs, p.AccountID) &&
		(q.ClaimStatus == "" || q.ClaimStatus == claimStatus(p)) &&
		(q.MFAEnabled == nil || *q.MFAEnabled == mfaEnabled(p)) &&
		(len(q.RoleIDs) == 0 || slices.ContainsFunc(roles(p), func(r string) bool { return slices.Contains(q.RoleIDs, r) })) &&
		(len(q.GroupIDs) == 0 || slices.ContainsFunc(p.Groups, func(g string) bool { return slices.Contains(q.GroupIDs, uuid(g)) })) &&
		(len(q.ResourceIDs) == 0 || slices.ContainsFunc(q.ResourceIDs, p.uses)) &&
		q.matchesName(p) &&
		c.matchesStatus(q, p)
}

// matchesName reports whether the person matches the filters for names and
// addresses.
func (q *query) matchesName(p *Person) bool {
	if q.SearchTerm == "" && len(q.Emails) == 0 && len(q.EmailDomains) == 0 {
		return true
	}
	email, term := strings.ToLower(p.Email), strings.ToLower(q.SearchTerm)
	_, domain, _ := strings.Cut(email, "@")
	same := func(want string) func(string) bool {
		return func(got string) bool { return want != "" && strings.EqualFold(got, want) }
	}
	return (term == "" || strings.Contains(email, term) || strings.Contains(strings.ToLower(p.Name), term)) &&
		(len(q.Emails) == 0 || slices.ContainsFunc(q.Emails, same(email))) &&
		(len(q.EmailDomains) == 0 || slices.ContainsFunc(q.EmailDomains, same(domain)))
}

// uses reports whether the person has access to the resource, such as
// ari:cloud:confluence::site/<id>.
func (p *Person) uses(resource string) bool {
	_, site, _ := strings.Cut(resource, "::site/")
	return slices.ContainsFunc(p.ProductAccess, func(a Access) bool { return a.ID == site })
}

// oneOf reports whether the filter is empty or contains the value.
func oneOf(filter []string, value string) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

package atlassiantest

import (
	"fmt"
	"slices"
)

// filterNames names the fields of a query that select people.
var filterNames = []string{
	"accountIds", "directoryIds", "resourceIds", "groupIds", "mfaEnabled", "claimStatus", "status", "accountStatus",
	"membershipStatus", "roleIds", "emailDomains", "searchTerm", "emails",
}

// checkFilters returns an error if one of a setting's names is not a filter.
func checkFilters(setting string, names []string) error {
	for _, name := range names {
		if !slices.Contains(filterNames, name) {
			return fmt.Errorf("%s: unknown filter %q; the filters are %q", setting, name, filterNames)
		}
	}
	return nil
}

// filtered returns the query without the filters that users/search ignores. It
// reports false if one of the other filters makes the search find nobody.
func (c *call) filtered(q query) (query, bool) {
	if c.route.name != searchRoute {
		return q, true
	}
	for _, name := range c.Server.org.ignoreFilters {
		q.drop(name)
	}
	rest := q
	return q, !slices.ContainsFunc(c.Server.org.emptyFilters, rest.drop)
}

// drop removes a filter and reports whether the query had it.
func (q *query) drop(name string) bool {
	before := *q
	switch name {
	case "mfaEnabled":
		q.MFAEnabled = nil
		return before.MFAEnabled != nil
	case "claimStatus":
		q.ClaimStatus = ""
		return before.ClaimStatus != ""
	case "searchTerm":
		q.SearchTerm = ""
		return before.SearchTerm != ""
	}
	list := q.lists()[name]
	had := len(*list) > 0
	*list = nil
	return had
}

package atlassiantest

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The sizes of a page of people.
const (
	defaultPageSize = 50
	maxPageSize     = 100
)

// query is the body of users/search, and the parameters of the old listing.
type query struct {
	Cursor           string   `json:"cursor,omitempty"`
	Limit            *int     `json:"limit,omitempty"`
	AccountIDs       []string `json:"accountIds,omitempty"`
	DirectoryIDs     []string `json:"directoryIds,omitempty"`
	ResourceIDs      []string `json:"resourceIds,omitempty"`
	GroupIDs         []string `json:"groupIds,omitempty"`
	MFAEnabled       *bool    `json:"mfaEnabled,omitempty"`
	ClaimStatus      string   `json:"claimStatus,omitempty"`
	Status           []string `json:"status,omitempty"`
	AccountStatus    []string `json:"accountStatus,omitempty"`
	MembershipStatus []string `json:"membershipStatus,omitempty"`
	RoleIDs          []string `json:"roleIds,omitempty"`
	EmailDomains     []string `json:"emailDomains,omitempty"`
	SearchTerm       string   `json:"searchTerm,omitempty"`
	Emails           []string `json:"emails,omitempty"`
	SortBy           []string `json:"sortBy,omitempty"` // Checked, but the order is always the same.
	Expand           []string `json:"expand,omitempty"`
}

// lists are the query's lists by name.
func (q *query) lists() map[string]*[]string {
	return map[string]*[]string{
		"accountIds": &q.AccountIDs, "directoryIds": &q.DirectoryIDs, "resourceIds": &q.ResourceIDs,
		"groupIds": &q.GroupIDs, "status": &q.Status, "accountStatus": &q.AccountStatus,
		"membershipStatus": &q.MembershipStatus, "roleIds": &q.RoleIDs, "emailDomains": &q.EmailDomains,
		"emails": &q.Emails, "sortBy": &q.SortBy, "expand": &q.Expand,
	}
}

// single are the names of what is no list.
var single = []string{"cursor", "limit", "mfaEnabled", "claimStatus", "searchTerm"}

// listParameters are those of the old listing, which expands nothing.
var listParameters = slices.DeleteFunc(
	append(slices.Sorted(maps.Keys(new(query).lists())), single...),
	func(name string) bool { return name == "expand" })

// values are what a list may hold, where that is not free.
var values = map[string][]string{
	"status":           {StatusActive, StatusSuspended, StatusNotInvited, StatusDeactivated, StatusForDeletion},
	"accountStatus":    {"active", "inactive", "closed"},
	"membershipStatus": {"active", "suspended", "no_membership"},
	"roleIds": {
		"atlassian/user", "atlassian/admin", "atlassian/guest", "atlassian/customer", "atlassian/contributor",
		"atlassian/basic", "atlassian/stakeholder", RoleUserAccessAdmin, RoleOrgAdmin, RoleSiteAdmin, RoleAIAccess,
	},
	"expand": {"platformRoles", "counts.resources", "productAccess", "groups"},
}

// readQuery reads the body of users/search.
func readQuery(body []byte) (query, *apiError) {
	var q query
	if err := decodeStrict(body, &q); err != nil {
		return q, badBody("the body is not what this call takes: %v", err)
	}
	return q, q.check()
}

// parseQuery reads the parameters of the old listing. A list may repeat its
// name or use commas.
func parseQuery(v url.Values) (query, *apiError) {
	q := query{Cursor: v.Get("cursor"), ClaimStatus: v.Get("claimStatus"), SearchTerm: v.Get("searchTerm")}
	for name, list := range q.lists() {
		for _, value := range v[name] {
			*list = append(*list, strings.Split(value, ",")...)
		}
	}
	if v.Has("limit") {
		limit, err := strconv.Atoi(v.Get("limit"))
		if err != nil {
			return q, badBody("limit is not a number")
		}
		q.Limit = &limit
	}
	if v.Has("mfaEnabled") {
		enabled, err := strconv.ParseBool(v.Get("mfaEnabled"))
		if err != nil {
			return q, badBody("mfaEnabled is not true or false")
		}
		q.MFAEnabled = &enabled
	}
	return q, q.check()
}

// check refuses values that the API does not know.
func (q *query) check() *apiError {
	switch {
	case q.Limit != nil && (*q.Limit < 1 || *q.Limit > maxPageSize):
		return badBody("limit is not from 1 to %d", maxPageSize)
	case q.SearchTerm != "" && len(q.Emails) > 0:
		return badBody("searchTerm and emails exclude each other")
	case !slices.Contains([]string{"", "managed", "unmanaged"}, q.ClaimStatus):
		return badBody("claimStatus is not managed or unmanaged")
	}
	lists := q.lists()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range *lists[name] {
			if !slices.Contains(values[name], value) {
				return badBody("%s cannot be %q", name, value)
			}
		}
	}
	return nil
}

// size is the number of people a page holds.
func (q *query) size() int {
	if q.Limit == nil {
		return defaultPageSize
	}
	return *q.Limit
}

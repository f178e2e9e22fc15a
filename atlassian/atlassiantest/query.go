package atlassiantest

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Page sizes for people.
const (
	defaultPageSize = 50
	maxPageSize     = 100
)

// query is the body of users/search and the parameters of GET users.
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
	SortBy           []string `json:"sortBy,omitempty"` // Validated, but the order never changes.
	Expand           []string `json:"expand,omitempty"`
}

// lists returns the query's list fields by name.
func (q *query) lists() map[string]*[]string {
	return map[string]*[]string{
		"accountIds": &q.AccountIDs, "directoryIds": &q.DirectoryIDs, "resourceIds": &q.ResourceIDs,
		"groupIds": &q.GroupIDs, "status": &q.Status, "accountStatus": &q.AccountStatus,
		"membershipStatus": &q.MembershipStatus, "roleIds": &q.RoleIDs, "emailDomains": &q.EmailDomains,
		"emails": &q.Emails, "sortBy": &q.SortBy, "expand": &q.Expand,
	}
}

// single names the fields that are not lists.
var single = []string{"cursor", "limit", "mfaEnabled", "claimStatus", "searchTerm"}

// listParameters are the parameters of GET users, which has no expand.
var listParameters = slices.DeleteFunc(
	append(slices.Sorted(maps.Keys(new(query).lists())), single...),
	func(name string) bool { return name == "expand" })

// values holds the allowed values of the lists that are enumerations.
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
		return q, badBody("invalid body: %v", err)
	}
	return q, q.check()
}

// parseQuery reads the parameters of GET users. A list may repeat its name or
// use commas.
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

// check rejects values that the API does not accept.
func (q *query) check() *apiError {
	switch {
	case q.Limit != nil && (*q.Limit < 1 || *q.Limit > maxPageSize):
		return badBody("limit must be from 1 to %d", maxPageSize)
	case q.SearchTerm != "" && len(q.Emails) > 0:
		return badBody("searchTerm and emails are mutually exclusive")
	case !slices.Contains([]string{"", "managed", "unmanaged"}, q.ClaimStatus):
		return badBody("claimStatus must be managed or unmanaged")
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

// size returns the page size.
func (q *query) size() int {
	if q.Limit == nil {
		return defaultPageSize
	}
	return *q.Limit
}

package atlassiantest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// route is one endpoint. The control API uses its name.
type route struct {
	name    string
	method  string
	pattern string
	serve   handler
	// writes rejects "-" as the directory.
	writes bool
	// hasBody expects a JSON body.
	hasBody bool
	// query names the allowed parameters.
	query []string
	// removed always answers 410.
	removed bool
}

// Names of the routes that return people.
const (
	searchRoute = "POST users/search"
	listRoute   = "GET users"
	userRoute   = "GET user"
)

// handler runs a call while the server's lock is held. A nil body is sent as
// 204.
type handler func(*call) (any, *apiError)

const (
	v1   = "/admin/v1/orgs/{org}"
	v2   = "/admin/v2/orgs/{org}/directories"
	inV2 = v2 + "/{directory}"
	user = inV2 + "/users/{account}"
)

// routes lists all endpoints; if two patterns match a path, the first one wins.
// The reference is
// https://developer.atlassian.com/cloud/admin/organization/rest/.
var routes = []*route{
	{name: "GET org", method: http.MethodGet, pattern: v1, serve: (*call).organisation},
	{name: "GET directories", method: http.MethodGet, pattern: v2, serve: (*call).directories, query: []string{"cursor", "limit"}},
	{name: searchRoute, method: http.MethodPost, pattern: inV2 + "/users/search", serve: (*call).search, hasBody: true},
	{name: "GET users/count", method: http.MethodGet, pattern: inV2 + "/users/count", serve: (*call).count},
	{name: "GET users/stats", method: http.MethodGet, pattern: inV2 + "/users/stats", serve: (*call).stats},
	{name: listRoute, method: http.MethodGet, pattern: inV2 + "/users", serve: (*call).list, query: listParameters},
	{name: userRoute, method: http.MethodGet, pattern: user, serve: (*call).user},
	{name: "GET role-assignments", method: http.MethodGet, pattern: user + "/role-assignments", serve: (*call).roleAssignments, query: []string{"cursor", "limit"}},
	{name: "POST suspend", method: http.MethodPost, pattern: user + "/suspend", serve: (*call).suspend, writes: true},
	{name: "POST restore", method: http.MethodPost, pattern: user + "/restore", serve: (*call).restore, writes: true},
	{name: "POST memberships", method: http.MethodPost, pattern: inV2 + "/groups/{group}/memberships", serve: (*call).join, writes: true, hasBody: true},
	{name: "DELETE memberships", method: http.MethodDelete, pattern: inV2 + "/groups/{group}/memberships/{account}", serve: (*call).leave, writes: true},
	{name: "GET last-active-dates", method: http.MethodGet, pattern: v1 + "/directory/users/{account}/last-active-dates", serve: (*call).lastActive, query: []string{"cursor"}},
	{name: "POST v1 users/search", method: http.MethodPost, pattern: v1 + "/users/search", removed: true},
	{name: "POST v1 suspend-access", method: http.MethodPost, pattern: v1 + "/directory/users/{account}/suspend-access", removed: true},
	{name: "POST v1 restore-access", method: http.MethodPost, pattern: v1 + "/directory/users/{account}/restore-access", removed: true},
}

// unknownRouteEntry is logged for a path or method without a route.
var unknownRouteEntry = &route{name: "unknown"}

// everyRoute means all routes in a fault or limit.
const everyRoute = "*"

// isRoute reports whether a route has the name.
func isRoute(name string) bool {
	return slices.ContainsFunc(routes, func(r *route) bool { return r.name == name })
}

// routeNames returns the names of all routes, sorted.
func routeNames() []string {
	var names []string
	for _, r := range routes {
		names = append(names, r.name)
	}
	slices.Sort(names)
	return names
}

// match finds the request's route and the variables in its path.
func match(r *http.Request) (*route, map[string]string, *apiError) {
	path := strings.Split(r.URL.EscapedPath(), "/")
	pattern, allowed := "", []string{}
	for _, route := range routes {
		args, ok := matchPattern(route.pattern, path)
		if !ok || pattern != "" && route.pattern != pattern {
			continue
		}
		if route.method == r.Method {
			return route, args, nil
		}
		pattern, allowed = route.pattern, append(allowed, route.method)
	}
	if pattern == "" {
		return unknownRouteEntry, nil, newAPIError(http.StatusNotFound, "ADMIN-404-1", "not found")
	}
	apiErr := newAPIError(http.StatusMethodNotAllowed, "ADMIN-405-1", "method not allowed")
	apiErr.header = http.Header{"Allow": allowed}
	return unknownRouteEntry, nil, apiErr
}

// matchPattern matches the segments of a path and returns the pattern's
// variables.
func matchPattern(pattern string, path []string) (map[string]string, bool) {
	args, i := map[string]string{}, 0
	for part := range strings.SplitSeq(pattern, "/") {
		if i == len(path) {
			return nil, false
		}
		got, err := url.PathUnescape(path[i])
		i++
		switch name, variable := strings.CutPrefix(part, "{"); {
		case err != nil || got == "" && part != "":
			return nil, false
		case variable:
			args[strings.TrimSuffix(name, "}")] = got
		case got != part:
			return nil, false
		}
	}
	return args, i == len(path)
}

package atlassiantest

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestConformance calls every endpoint like a client written from the public
// reference alone.
func TestConformance(t *testing.T) {
	s, host := serve(t, Options{})
	id := firstPerson(t, s, isCandidate).AccountID
	group := uuid("contractors")
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		contains                 []string
	}{
		{"organisation", "GET", orgPath, "", 200, []string{`"id":"` + orgID + `"`, `"type":"orgs"`, `"attributes":{"name":`}},
		{"directories", "GET", "/admin/v2/orgs/" + orgID + "/directories", "", 200, []string{`"directoryId":"` + directoryID + `"`, `"name":`, `"icon":`, `"self":`, `"next":null`}},
		{"search", "POST", searchPath, `{"accountIds":["` + id + `"]}`, 200, []string{`"accountId":"` + id + `"`, `"status":"active"`, `"membershipStatus":"active"`, `"accountStatus":"active"`}},
		{"search expanded", "POST", searchPath, `{"accountIds":["` + id + `"],"expand":["productAccess","platformRoles","groups","counts.resources"]}`, 200, []string{`"productAccess":[{"key":"confluence"`, `"platformRoles":[]`, `"groups":[{"id":`, `"counts":{"resources":`}},
		{"one user", "GET", userPath(id), "", 200, []string{`{"data":{"accountId":"` + id + `"`}},
		{"last active", "GET", activityPath(id), "", 200, []string{`"data":{"product_access":[{"id":"`, `"key":"confluence"`, `"last_active":"`, `"added_to_org":"`, `"added_to_org_timestamp":"`, `"next":null`}},
		{"role assignments", "GET", userPath(id) + "/role-assignments", "", 200, []string{`"roles":["atlassian/`, `"resourceOwner":"confluence"`}},
		{"count", "GET", directoryPath + "/users/count", "", 200, []string{`{"count":250}`}},
		{"stats", "GET", directoryPath + "/users/stats", "", 200, []string{`"accountStatus":[{"status":"active"`, `"roleId":"atlassian/org-admin","count":2`}},
		{"suspend", "POST", userPath(id) + "/suspend", "", 204, nil},
		{"suspend again", "POST", userPath(id) + "/suspend", "", 204, nil},
		{"suspended", "GET", userPath(id), "", 200, []string{`"status":"suspended"`, `"membershipStatus":"suspended"`, `"accountStatus":"active"`}},
		{"restore", "POST", userPath(id) + "/restore", "", 204, nil},
		{"restore again", "POST", userPath(id) + "/restore", "", 204, nil},
		{"restored", "GET", userPath(id), "", 200, []string{`"status":"active"`}},
		{"join a group", "POST", directoryPath + "/groups/" + group + "/memberships", `{"accountId":"` + s.Owner + `"}`, 204, nil},
		{"find the person by group", "POST", searchPath, `{"groupIds":["` + group + `"],"roleIds":["atlassian/org-admin"]}`, 200, []string{s.Owner}},
		{"leave the group", "DELETE", directoryPath + "/groups/" + group + "/memberships/" + s.Owner, "", 204, nil},
		{"leave the group again", "DELETE", directoryPath + "/groups/" + group + "/memberships/" + s.Owner, "", 404, nil},
		{"old listing", "GET", directoryPath + "/users?status=active&limit=2", "", 200, []string{`"data":[{"accountId":"`, `"status":"active"`, `"links":{"self":"/admin/v2/orgs/`, `"next":"`}},
		{"removed search", "POST", orgPath + "/users/search", `{}`, 410, []string{`{"errors":[{"id":"`, `"status":"410"`, `"code":"ADMIN-410-1"`, `"title":"`, `"detail":"`}},
		{"removed suspend", "POST", orgPath + "/directory/users/" + id + "/suspend-access", "", 410, []string{`"status":"410"`}},
		{"removed restore", "POST", orgPath + "/directory/users/" + id + "/restore-access", "", 410, []string{`"status":"410"`}},
		{"unknown person", "GET", userPath("712020:nobody"), "", 404, []string{`"status":"404","code":"ADMIN-404-8","title":"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := send(t, host, test.method, test.path, test.body)
			if got.status != test.status {
				t.Fatalf("status %d, want %d: %s", got.status, test.status, got.body)
			}
			for _, want := range test.contains {
				if !strings.Contains(got.body, want) {
					t.Errorf("no %s in %s", want, got.body)
				}
			}
			if date, err := time.Parse(time.RFC1123, got.header.Get("Date")); err != nil || time.Since(date) > time.Minute {
				t.Errorf("Date %q", got.header.Get("Date"))
			}
		})
	}
	walked := decode[struct {
		ByRoute map[string]map[string]int `json:"by_route"`
	}](t, send(t, host, "GET", "/_control/requests", ""))
	for _, name := range routeNames() {
		if len(walked.ByRoute[name]) == 0 {
			t.Errorf("%s was not called", name)
		}
	}
	if p, _ := s.Person(id); p.Suspends != 1 || p.Restores != 1 || p.SuspendRequests != 2 {
		t.Errorf("%d suspends, %d restores, %d requests, want 1, 1, 2", p.Suspends, p.Restores, p.SuspendRequests)
	}
}

// TestFieldsOfAUser compares the field names of a user with the reference.
func TestFieldsOfAUser(t *testing.T) {
	s := New(Options{})
	expand := []string{"productAccess", "platformRoles", "groups", "counts.resources"}
	known := strings.Fields(`accountId accountType status accountStatus membershipStatus addedToOrg name nickname email emailVerified
		claimStatus platformRoles picture avatar managementSource mfaEnabled jobTitle department organization location timeZone counts
		productAccess groups deactivatedOn forDeletion links`)
	page := decode[struct{ Data []map[string]json.RawMessage }](t, direct(s, "POST", searchPath, `{"limit":100,"expand":["`+strings.Join(expand, `","`)+`"]}`))
	seen := map[string]bool{}
	for _, u := range page.Data {
		for name := range u {
			seen[name] = true
			if !slices.Contains(known, name) {
				t.Errorf("field %s is not in the reference", name)
			}
		}
	}
	for _, name := range []string{"accountId", "accountType", "status", "addedToOrg", "managementSource", "productAccess", "platformRoles", "groups", "counts"} {
		if !seen[name] {
			t.Errorf("no user has field %s", name)
		}
	}
	bare := decode[struct{ Data []map[string]json.RawMessage }](t, direct(s, "POST", searchPath, `{"limit":100}`))
	for _, u := range bare.Data {
		for _, name := range []string{"productAccess", "platformRoles", "groups", "counts"} {
			if u[name] != nil {
				t.Errorf("field %s was returned without expand", name)
			}
		}
	}
}

// TestOldListing pages through GET users.
func TestOldListing(t *testing.T) {
	s, host := serve(t, Options{})
	want := 0
	for _, p := range s.AllPeople() {
		if p.Status == StatusActive {
			want++
		}
	}
	seen, parameters := map[string]bool{}, url.Values{"status": {"active"}, "limit": {"100"}}
	for {
		page := decode[usersPage](t, send(t, host, "GET", directoryPath+"/users?"+parameters.Encode(), ""))
		for _, u := range page.Data {
			if u.Status != StatusActive || seen[u.AccountID] || u.ProductAccess != nil {
				t.Errorf("unexpected or repeated user %+v", u)
			}
			seen[u.AccountID] = true
		}
		if page.Links.Next == nil {
			break
		}
		parameters.Set("cursor", *page.Links.Next)
	}
	if len(seen) != want {
		t.Errorf("%d active people, want %d", len(seen), want)
	}
}

func TestFilters(t *testing.T) {
	s := New(Options{})
	for _, test := range []struct {
		body string
		fits func(Person) bool
	}{
		{`{"roleIds":["atlassian/site-admin"]}`, func(p Person) bool { return p.hasRole(RoleSiteAdmin) }},
		{`{"roleIds":["atlassian/guest"]}`, func(p Person) bool { return p.Guest }},
		{`{"emails":["SVC-backup@example.com"]}`, func(p Person) bool { return p.Name == "svc-backup" }},
		{`{"emailDomains":["partner.example.org"]}`, func(p Person) bool { return strings.HasSuffix(p.Email, "@partner.example.org") }},
		{`{"searchTerm":"kim lee"}`, func(p Person) bool { return p.Name == sharedName }},
		{`{"status":["not_invited"]}`, func(p Person) bool { return p.Status == StatusNotInvited }},
		{`{"accountStatus":["inactive"]}`, func(p Person) bool { return p.Status == StatusDeactivated || p.Status == StatusForDeletion }},
		{`{"resourceIds":["ari:cloud:confluence::site/` + SiteConfluence2 + `"]}`, func(p Person) bool {
			for _, a := range p.ProductAccess {
				if a.ID == SiteConfluence2 {
					return true
				}
			}
			return false
		}},
	} {
		got := decode[usersPage](t, direct(s, "POST", searchPath, strings.Replace(test.body, "{", `{"limit":100,`, 1)))
		want := 0
		for _, p := range s.AllPeople() {
			if test.fits(p) {
				want++
			}
		}
		if len(got.Data) != want || want == 0 || got.Links.Next != nil {
			t.Errorf("%s: %d people, want %d on one page", test.body, len(got.Data), want)
		}
	}
}

// dateOnly matches a timestamp that is only a date.
var dateOnly = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// TestBothWaysTellTheSame compares users/search and all pages of
// last-active-dates with the actual state.
func TestBothWaysTellTheSame(t *testing.T) {
	s := New(Options{Unlimited: true})
	for _, u := range everyone(t, s) {
		p, _ := s.Person(u.AccountID)
		var uses []wireUse
		for path := activityPath(u.AccountID); path != ""; {
			page := decode[struct {
				Data struct {
					ProductAccess []wireUse `json:"product_access"`
				}
				Links struct{ Next string }
			}](t, direct(s, "GET", path, ""))
			uses = append(uses, page.Data.ProductAccess...)
			next, err := url.Parse(page.Links.Next)
			if err != nil || page.Links.Next != "" && next.Host == "" {
				t.Fatalf("next %q is not a whole URL", page.Links.Next)
			}
			if path = ""; page.Links.Next != "" {
				path = next.RequestURI()
			}
		}
		if len(uses) != len(u.ProductAccess) || len(uses) != len(p.ProductAccess) {
			t.Fatalf("%s: %d uses by last-active-dates, %d by search, %d stored", u.AccountID, len(uses), len(u.ProductAccess), len(p.ProductAccess))
		}
		for i, use := range uses {
			found, stored := u.ProductAccess[i].LastActiveTimestamp, p.ProductAccess[i].LastActive
			if date, ok := found.(string); ok && dateOnly.MatchString(date) {
				if use.Timestamp != nil || use.Date != date || stored.Format(time.RFC3339Nano) != date+"T23:59:59.999999999Z" {
					t.Errorf("%s: %s by search, %v by last-active-dates, %v stored", u.Name, date, use, stored)
				}
				continue
			}
			if use.Timestamp != found {
				t.Errorf("%s: %v by search, %v by last-active-dates", u.Name, found, use.Timestamp)
			}
			if text, err := json.Marshal(stored); stored != nil && (err != nil || !instant(found).Equal(*stored)) {
				t.Errorf("%s: %v by search, %s stored", u.Name, found, text)
			}
		}
	}
}

// instant parses a timestamp that is not a date.
func instant(found any) time.Time {
	if ms, ok := found.(float64); ok {
		return time.UnixMilli(int64(ms))
	}
	at, _ := time.Parse(time.RFC3339, found.(string))
	return at
}

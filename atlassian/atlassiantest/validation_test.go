package atlassiantest

import (
	"strings"
	"testing"
)

func TestStrictness(t *testing.T) {
	s, url := serve(t, Options{Users: 60})
	id := firstPerson(t, s, isCandidate).AccountID
	admin := firstPerson(t, s, func(p Person) bool { return p.hasRole(RoleOrgAdmin) }).AccountID
	app := firstPerson(t, s, func(p Person) bool { return p.AccountType == "app" }).AccountID
	anywhere := strings.Replace(directoryPath, directoryID, "-", 1)
	other := strings.Replace(directoryPath, directoryID, "other", 1)
	noOrg := strings.Replace(directoryPath, orgID, "other", 1)
	for _, test := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
		code                     string
	}{
		{"unknown path", "GET", "/admin/v3/orgs", "", nil, 404, "ADMIN-404-1"},
		{"outside the API", "GET", "/", "", nil, 404, "ADMIN-404-1"},
		{"wrong method", "GET", searchPath, "", nil, 405, "ADMIN-405-1"},
		{"wrong method on a person", "DELETE", userPath(id) + "/suspend", "", nil, 405, "ADMIN-405-1"},
		{"no token", "GET", orgPath, "", []string{"Authorization", ""}, 401, "ADMIN-401-1"},
		{"wrong token", "GET", orgPath, "", []string{"Authorization", "Bearer wrong"}, 401, "ADMIN-401-1"},
		{"wrong scheme", "GET", orgPath, "", []string{"Authorization", "Basic " + apiKey}, 401, "ADMIN-401-1"},
		{"unknown organisation", "POST", noOrg + "/users/search", "{}", nil, 404, "ADMIN-404-2"},
		{"unknown directory", "POST", other + "/users/search", "{}", nil, 404, "ADMIN-UAM-404-2"},
		{"unknown parameter", "GET", directoryPath + "/users?colour=red", "", nil, 400, "ADMIN-400-24"},
		{"any directory reads", "POST", anywhere + "/users/search", "{}", nil, 200, ""},
		{"any directory never suspends", "POST", anywhere + "/users/" + id + "/suspend", "", nil, 400, "ADMIN-400-4"},
		{"any directory never restores", "POST", anywhere + "/users/" + id + "/restore", "", nil, 400, "ADMIN-400-4"},
		{"form body", "POST", searchPath, "{}", []string{"Content-Type", "text/plain"}, 415, "ADMIN-415-1"},
		{"content type with charset", "POST", searchPath, "{}", []string{"Content-Type", "application/json; charset=utf-8"}, 200, ""},
		{"no body", "POST", searchPath, "", []string{"Content-Type", "application/json"}, 400, "ADMIN-400-24"},
		{"broken body", "POST", searchPath, `{"limit":`, nil, 400, "ADMIN-400-24"},
		{"list body", "POST", searchPath, `[]`, nil, 400, "ADMIN-400-24"},
		{"null body", "POST", searchPath, `null`, nil, 400, "ADMIN-400-24"},
		{"two bodies", "POST", searchPath, `{}{}`, nil, 400, "ADMIN-400-24"},
		{"unknown field", "POST", searchPath, `{"accounts":[]}`, nil, 400, "ADMIN-400-24"},
		{"field in another case", "POST", searchPath, `{"accountids":[]}`, nil, 400, "ADMIN-400-24"},
		{"wrong type", "POST", searchPath, `{"limit":"50"}`, nil, 400, "ADMIN-400-24"},
		{"string for list", "POST", searchPath, `{"status":"active"}`, nil, 400, "ADMIN-400-24"},
		{"limit zero", "POST", searchPath, `{"limit":0}`, nil, 400, "ADMIN-400-24"},
		{"limit too high", "POST", searchPath, `{"limit":101}`, nil, 400, "ADMIN-400-24"},
		{"highest limit", "POST", searchPath, `{"limit":100}`, nil, 200, ""},
		{"term and emails", "POST", searchPath, `{"searchTerm":"a","emails":["a@b"]}`, nil, 400, "ADMIN-400-24"},
		{"unknown status", "POST", searchPath, `{"status":["asleep"]}`, nil, 400, "ADMIN-400-24"},
		{"unknown expansion", "POST", searchPath, `{"expand":["secrets"]}`, nil, 400, "ADMIN-400-24"},
		{"unknown role", "POST", searchPath, `{"roleIds":["admin"]}`, nil, 400, "ADMIN-400-24"},
		{"unknown claim", "POST", searchPath, `{"claimStatus":"mine"}`, nil, 400, "ADMIN-400-24"},
		{"forged cursor", "POST", searchPath, `{"cursor":"bm90IG91cnM"}`, nil, 400, "ADMIN-400-1"},
		{"forged cursor, old listing", "GET", directoryPath + "/users?cursor=abc", "", nil, 400, "ADMIN-400-1"},
		{"forged cursor, activity", "GET", activityPath(id) + "?cursor=abc", "", nil, 400, "ADMIN-400-1"},
		{"forged cursor, directories", "GET", "/admin/v2/orgs/" + orgID + "/directories?cursor=abc", "", nil, 400, "ADMIN-400-1"},
		{"limit too high, old listing", "GET", directoryPath + "/users?limit=101", "", nil, 400, "ADMIN-400-24"},
		{"limit not a number, old listing", "GET", directoryPath + "/users?limit=many", "", nil, 400, "ADMIN-400-24"},
		{"unknown person", "GET", userPath("712020:nobody"), "", nil, 404, "ADMIN-404-8"},
		{"activity of unknown person", "GET", activityPath("712020:nobody"), "", nil, 404, "ADMIN-404-8"},
		{"suspend unknown person", "POST", userPath("712020:nobody") + "/suspend", "", nil, 404, "ADMIN-404-8"},
		{"suspend with a body", "POST", userPath(id) + "/suspend", `{"reason":"x"}`, nil, 400, "ADMIN-400-24"},
		{"suspend an org admin", "POST", userPath(admin) + "/suspend", "", nil, 403, "ADMIN-403-3"},
		{"suspend an app", "POST", userPath(app) + "/suspend", "", nil, 409, "ADMIN-409-28"},
		{"unknown group", "POST", directoryPath + "/groups/none/memberships", `{"accountId":"` + id + `"}`, nil, 404, "ADMIN-UAM-404-3"},
		{"removed search", "POST", orgPath + "/users/search", "{}", nil, 410, "ADMIN-410-1"},
		{"removed suspend", "POST", orgPath + "/directory/users/" + id + "/suspend-access", "", nil, 410, "ADMIN-410-1"},
		{"removed restore", "POST", orgPath + "/directory/users/" + id + "/restore-access", "", nil, 410, "ADMIN-410-1"},
		{"escaped account id", "GET", userPath(strings.Replace(id, ":", "%3A", 1)), "", nil, 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := send(t, url, test.method, test.path, test.body, test.header...)
			if got.status != test.status || got.code() != test.code {
				t.Errorf("got %d %s, want %d %s: %s", got.status, got.code(), test.status, test.code, got.body)
			}
		})
	}
	for _, p := range s.AllPeople() {
		if p.Suspends > 0 {
			t.Errorf("%s was suspended by a rejected call", p.AccountID)
		}
	}
}

func TestCursorOfAnotherListingIsRefused(t *testing.T) {
	s := New(Options{})
	page := decode[usersPage](t, direct(s, "POST", searchPath, `{}`))
	got := direct(s, "GET", directoryPath+"/users?cursor="+*page.Links.Next, "")
	if got.status != 400 || got.code() != "ADMIN-400-1" {
		t.Errorf("got %d %s, want 400 ADMIN-400-1", got.status, got.code())
	}
}

// FuzzReadQuery looks for an invalid body that is accepted.
func FuzzReadQuery(f *testing.F) {
	for _, seed := range []string{`{}`, `{"limit":100,"expand":["groups"]}`, `{"cursor":"x","status":["active"]}`, `null`, `[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		q, apiErr := readQuery(body)
		switch {
		case apiErr != nil && apiErr.status != 400:
			t.Errorf("rejected with %d", apiErr.status)
		case apiErr == nil && (q.size() < 1 || q.size() > maxPageSize):
			t.Errorf("page size %d was accepted", q.size())
		}
	})
}

// FuzzCursor looks for a forged cursor that is accepted.
func FuzzCursor(f *testing.F) {
	ours := newCursorSigner(1)
	theirs := newCursorSigner(2).seal(position{Of: "x", Next: 5})
	f.Add(theirs)
	f.Fuzz(func(t *testing.T, cursor string) {
		if p, apiErr := ours.open(cursor, "x"); apiErr == nil && ours.seal(p) != cursor {
			t.Errorf("the forged cursor %q was accepted", cursor)
		}
	})
}

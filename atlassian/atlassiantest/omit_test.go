package atlassiantest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// everyField is the body of a search that expands every field.
const everyField = `{"limit":100,"expand":["productAccess","platformRoles","groups","counts.resources"]}`

// usersWith returns the ids of the people in an answer of users/search whose
// user has the field.
func usersWith(t *testing.T, url, field string) []string {
	t.Helper()
	var ids []string
	for _, u := range decode[struct{ Data []map[string]json.RawMessage }](t, send(t, url, "POST", searchPath, everyField)).Data {
		if u[field] != nil {
			ids = append(ids, string(u["accountId"]))
		}
	}
	return ids
}

func TestOmit(t *testing.T) {
	s, url := serve(t, Options{Users: 60, Candidates: 50})
	id := firstPerson(t, s, func(p Person) bool { return isCandidate(p) && p.Email != "" }).AccountID
	for _, field := range []string{
		"managementSource", "addedToOrg", "platformRoles", "status", "accountStatus", "membershipStatus", "email", "groups", "productAccess",
	} {
		t.Run(field, func(t *testing.T) {
			before := usersWith(t, url, field)
			if !slices.Contains(before, `"`+id+`"`) {
				t.Fatalf("the person has no %s at first", field)
			}
			control(t, url, "users/"+id, `{"omit":["`+field+`"]}`)
			if got := usersWith(t, url, field); len(got) != len(before)-1 || slices.Contains(got, `"`+id+`"`) {
				t.Errorf("left out for one person: %d of %d people have it", len(got), len(before))
			}
			if got := send(t, url, "GET", userPath(id), ""); strings.Contains(got.body, `"`+field+`"`) {
				t.Errorf("the single-user call returns %s", got.body)
			}
			control(t, url, "org", `{"omit":["`+field+`"]}`)
			if got := usersWith(t, url, field); len(got) != 0 {
				t.Errorf("left out for everyone: %d people have it", len(got))
			}
			control(t, url, "org", `{"omit":null}`)
			control(t, url, "users/"+id, `{"omit":null}`)
			if got := usersWith(t, url, field); len(got) != len(before) {
				t.Errorf("at the end: %d of %d people have it", len(got), len(before))
			}
		})
	}
}

func TestOmitAddedToOrgInLastActiveDates(t *testing.T) {
	s, url := serve(t, Options{Users: 60})
	first, second := s.people.accountID(0), s.people.accountID(1)
	has := func(id string) bool {
		return strings.Contains(send(t, url, "GET", activityPath(id), "").body, "added_to_org")
	}
	for _, test := range []struct {
		name, path, body string
		first, second    bool
	}{
		{"at first", "org", `{}`, true, true},
		{"another field", "org", `{"omit":["email","productAccess"]}`, true, true},
		{"one person", "users/" + first, `{"omit":["addedToOrg"]}`, false, true},
		{"everyone", "org", `{"omit":["addedToOrg"]}`, false, false},
		{"no longer everyone", "org", `{"omit":[]}`, false, true},
		{"no longer one person", "users/" + first, `{"omit":[]}`, true, true},
	} {
		control(t, url, test.path, test.body)
		if has(first) != test.first || has(second) != test.second {
			t.Errorf("%s: %v, %v, want %v, %v", test.name, has(first), has(second), test.first, test.second)
		}
	}
}

func TestEmailHidden(t *testing.T) {
	s, url := serve(t, Options{Users: 60})
	p := firstPerson(t, s, func(p Person) bool { return isCandidate(p) && p.Email != "" })
	control(t, url, "users/"+p.AccountID, `{"email_hidden":true}`)
	for _, call := range []struct{ method, path, body string }{
		{"GET", userPath(p.AccountID), ""},
		{"POST", searchPath, `{"accountIds":["` + p.AccountID + `"]}`},
		{"POST", searchPath, `{"emails":["` + p.Email + `"]}`},
		{"GET", directoryPath + "/users?accountIds=" + p.AccountID, ""},
	} {
		got := send(t, url, call.method, call.path, call.body)
		if !strings.Contains(got.body, p.AccountID) || strings.Contains(got.body, p.Email) {
			t.Errorf("%s %s: %s", call.path, call.body, got.body)
		}
	}
	if got := send(t, url, "GET", "/_control/users", ""); !strings.Contains(got.body, p.Email) {
		t.Error("GET /users does not return the email")
	}
	control(t, url, "users/"+p.AccountID, `{"email_hidden":null}`)
	if got := send(t, url, "GET", userPath(p.AccountID), ""); !strings.Contains(got.body, p.Email) {
		t.Errorf("shown again: %s", got.body)
	}
}

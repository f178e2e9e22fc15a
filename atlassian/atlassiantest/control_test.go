package atlassiantest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestControlTellsTheTruth(t *testing.T) {
	s, url := serve(t, Options{})
	got := decode[[]map[string]any](t, send(t, url, "GET", "/_control/users", ""))
	if len(got) != 250 {
		t.Fatalf("%d people, want 250", len(got))
	}
	want := []string{
		"account_id", "account_type", "added_to_org", "email", "groups", "management_source", "name", "platform_roles",
		"product_access", "restores", "status", "suspend_requests", "suspended", "suspends",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got[0]))); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	for i, p := range s.AllPeople() {
		if got[i]["account_id"] != p.AccountID {
			t.Errorf("person %d is %v, want %s", i, got[i]["account_id"], p.AccountID)
		}
	}
}

func TestControlUsers(t *testing.T) {
	s, url := serve(t, Options{Users: 10})
	const id = "712020:new"
	added := send(t, url, "POST", "/_control/users",
		`{"account_id":"`+id+`","name":"New","email":"new@example.com","groups":["pilots"],
		"product_access":[{"key":"confluence","id":"s","last_active":"2024-02-03"}]}`)
	p := decode[Person](t, added)
	if added.status != 200 || p.Status != StatusActive || p.AccountType != "atlassian" {
		t.Fatalf("added %d %s", added.status, added.body)
	}
	if want := time.Date(2024, 2, 3, 23, 59, 59, 999999999, time.UTC); !p.ProductAccess[0].LastActive.Equal(want) {
		t.Errorf("a date became %v, want the end of the day", p.ProductAccess[0].LastActive)
	}
	if got := direct(s, "POST", searchPath, `{"accountIds":["`+id+`"],"expand":["productAccess"]}`); !strings.Contains(got.body, `"2024-02-03"`) {
		t.Errorf("the API returns %s", got.body)
	}
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		holds                    func(Person) bool
	}{
		{"same id", "POST", "/_control/users", `{"account_id":"` + id + `"}`, 409, nil},
		{"unknown field", "POST", "/_control/users", `{"nick":"x"}`, 400, nil},
		{"invalid timestamp", "POST", "/_control/users", `{"product_access":[{"last_active":"yesterday"}]}`, 400, nil},
		{"unknown person", "POST", "/_control/users/nobody", `{}`, 404, nil},
		{"unknown field of a person", "POST", "/_control/users/" + id, `{"nick":"x"}`, 400, func(p Person) bool { return p.Name == "New" }},
		{"role", "POST", "/_control/users/" + id, `{"platform_roles":["atlassian/org-admin"]}`, 200, func(p Person) bool {
			return p.hasRole(RoleOrgAdmin) && p.Name == "New" && len(p.ProductAccess) == 1
		}},
		{"suspended", "POST", "/_control/users/" + id, `{"suspended":true}`, 200, func(p Person) bool {
			return p.Status == StatusSuspended && p.Suspends == 0
		}},
		{"status", "POST", "/_control/users/" + id, `{"status":"active"}`, 200, func(p Person) bool { return !p.Suspended }},
		{"null activity", "POST", "/_control/users/" + id, `{"product_access":null}`, 200, func(p Person) bool {
			return p.ProductAccess == nil && p.NullActivity
		}},
		{"remove", "DELETE", "/_control/users/" + id, "", 200, nil},
		{"remove again", "DELETE", "/_control/users/" + id, "", 404, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := send(t, url, test.method, test.path, test.body); got.status != test.status {
				t.Fatalf("%d %s, want %d", got.status, got.body, test.status)
			}
			if p, _ := s.Person(id); test.holds != nil && !test.holds(p) {
				t.Errorf("the person is now %+v", p)
			}
		})
	}
}

func TestControlRequests(t *testing.T) {
	s, url := serve(t, Options{})
	send(t, url, "GET", orgPath, "")
	send(t, url, "GET", userPath(s.Owner), "")
	send(t, url, "GET", userPath("nobody"), "")
	got := decode[Requests](t, send(t, url, "GET", "/_control/requests", ""))
	want := map[string]map[string]int{"GET org": {"200": 1}, "GET user": {"200": 1, "404": 1}}
	if diff := cmp.Diff(want, got.ByRoute); diff != "" || got.Total != 3 {
		t.Errorf("total %d, by route (-want +got):\n%s", got.Total, diff)
	}
	if e := got.Events[1]; e.Seq != 2 || e.Route != "GET user" || e.AccountID != s.Owner || e.Status != 200 || e.At.IsZero() {
		t.Errorf("second event %+v", e)
	}
	send(t, url, "DELETE", "/_control/requests", "")
	if got := send(t, url, "GET", "/_control/requests", ""); strings.TrimSpace(got.body) != `{"total":0,"by_route":{},"events":[]}` {
		t.Errorf("after the reset: %s", got.body)
	}
	send(t, url, "GET", orgPath, "")
	if got := s.Requests(); got.Total != 1 || got.Events[0].Seq != 4 || got.Events[0].Status != 200 {
		t.Errorf("the call after the reset: %+v, want sequence number 4", got.Events)
	}
}

func TestControlRefusesMistakes(t *testing.T) {
	_, url := serve(t, Options{Users: 5})
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "org", `{"expand":"maybe"}`, 400},
		{"POST", "org", `{"churn":101}`, 400},
		{"POST", "org", `{"sunset":["GET nothing"]}`, 400},
		{"POST", "org", `{"directories":["-"]}`, 400},
		{"POST", "org", `{"weather":"fine"}`, 400},
		{"POST", "org", `{"ari_ids":"yes"}`, 400},
		{"POST", "org", `{"read_lag":{"account_id":"*","status":"active","reads":1}}`, 400},
		{"POST", "org", `{"read_lag":[{"status":"active","reads":1}]}`, 400},
		{"POST", "org", `{"read_lag":[{"account_id":"*","reads":1}]}`, 400},
		{"POST", "org", `{"read_lag":[{"account_id":"*","status":"ACTIVE","reads":1}]}`, 400},
		{"POST", "org", `{"read_lag":[{"account_id":"*","status":"active"}]}`, 400},
		{"POST", "org", `{"read_lag":[{"account_id":"*","status":"active","reads":-1}]}`, 400},
		{"POST", "org", `{"read_lag":[{"account_id":"*","status":"active","reads":1,"route":"POST suspend"}]}`, 400},
		{"POST", "org", `{"read_lag":[{"account_id":"*","status":"active","reads":1,"skip":1}]}`, 400},
		{"POST", "org", `{"hide_suspended":1}`, 400},
		{"POST", "org", `{"ignore_filters":["roles"]}`, 400},
		{"POST", "org", `{"ignore_filters":["expand"]}`, 400},
		{"POST", "org", `{"empty_filters":["cursor"]}`, 400},
		{"POST", "org", `{"empty_filters":"roleIds"}`, 400},
		{"POST", "org", `{"status_case":"title"}`, 400},
		{"POST", "org", `{"restore_active":204}`, 400},
		{"POST", "org", `{"restore_active":"409"}`, 400},
		{"POST", "org", `{"omit":"email"}`, 400},
		{"POST", "org", `{"omit":["mail"]}`, 400},
		{"POST", "org", `null`, 400},
		{"POST", "org", `{}{}`, 400},
		{"POST", "users", `{"omit":["mail"]}`, 400},
		{"POST", "users", `{"email_hidden":"yes"}`, 400},
		{"POST", "limits", `{"route":"nothing","per_minute":1}`, 400},
		{"POST", "faults", `{"route":"nothing"}`, 400},
		{"POST", "faults", `{"route":"*","kind":"bad"}`, 400},
		{"PUT", "faults", `{}`, 405},
		{"GET", "nothing", ``, 404},
		{"POST", "limits", `{"route":"POST suspend","per_minute":5}`, 200},
		{"GET", "faults", ``, 200},
		{"DELETE", "faults", ``, 200},
		{"POST", "release", ``, 200},
	} {
		if got := send(t, url, test.method, "/_control/"+test.path, test.body); got.status != test.status {
			t.Errorf("%s %s %s: %d %s, want %d", test.method, test.path, test.body, got.status, got.body, test.status)
		}
	}
}

func TestControlEndsSettings(t *testing.T) {
	s, url := serve(t, Options{Users: 5})
	for path, ends := range map[string]map[string]string{"org": orgEnds, "users/" + s.people.accountID(0): personEnds} {
		for name := range ends {
			for _, empty := range []string{`null`, `[ ]`, `false`, `""`, `0`} {
				if got := send(t, url, "POST", "/_control/"+path, `{"`+name+`": `+empty+`}`); got.status != 200 {
					t.Errorf("%s %s %s: %d %s", path, name, empty, got.status, got.body)
				}
			}
		}
	}
}

func TestControlHoldAndRelease(t *testing.T) {
	s, url := serveWithFault(t, `{"route":"POST suspend","hold":true}`)
	id := firstPerson(t, s, isCandidate).AccountID
	answered := make(chan int)
	go func() {
		got, err := try(url, "POST", userPath(id)+"/suspend", "")
		if err != nil {
			t.Error(err)
		}
		answered <- got.status
	}()
	held := decode[[]Request](t, send(t, url, "GET", "/_control/held", ""))
	if len(held) != 1 || held[0].AccountID != id {
		t.Errorf("held %v", held)
	}
	if got := send(t, url, "POST", "/_control/release", ""); strings.TrimSpace(got.body) != `{"released":1}` {
		t.Errorf("release: %s", got.body)
	}
	if got := <-answered; got != 204 {
		t.Errorf("the held call answers %d", got)
	}
}

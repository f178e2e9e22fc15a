package atlassiantest

import (
	"strings"
	"testing"
)

func TestHideSuspended(t *testing.T) {
	s, url := serve(t, Options{})
	suspended := firstPerson(t, s, func(p Person) bool { return p.Status == StatusSuspended }).AccountID
	deactivated := firstPerson(t, s, func(p Person) bool { return p.Status == StatusDeactivated }).AccountID
	for _, call := range []struct {
		name, method, path, body string
		hides                    bool
	}{
		{"search by id", "POST", searchPath, `{"accountIds":["` + suspended + `","` + deactivated + `"]}`, true},
		{"search by status", "POST", searchPath, `{"status":["suspended","deactivated"],"limit":100}`, true},
		{"listing", "GET", directoryPath + "/users?accountIds=" + suspended + "," + deactivated, "", true},
		{"single user", "GET", userPath(suspended), "", false},
		{"count", "GET", directoryPath + "/users/count", "", false},
	} {
		t.Run(call.name, func(t *testing.T) {
			before := send(t, url, call.method, call.path, call.body)
			control(t, url, "org", `{"hide_suspended":true}`)
			hidden := send(t, url, call.method, call.path, call.body)
			control(t, url, "org", `{"hide_suspended":false}`)
			after := send(t, url, call.method, call.path, call.body)
			lists := func(r reply, id string) bool { return strings.Contains(r.body, `"accountId":"`+id+`"`) }
			switch {
			case before.body != after.body:
				t.Errorf("before %s, after %s", before.body, after.body)
			case !call.hides && hidden.body != before.body:
				t.Errorf("the answer changed to %s", hidden.body)
			case call.hides && (lists(hidden, suspended) || !lists(before, suspended) || !lists(hidden, deactivated)):
				t.Errorf("before %s, hidden %s", before.body, hidden.body)
			}
		})
	}
}

func TestStatusCase(t *testing.T) {
	s, url := serve(t, Options{})
	id := firstPerson(t, s, func(p Person) bool { return p.Status == StatusSuspended && p.AccountType == "atlassian" }).AccountID
	for _, call := range []struct {
		name, method, path, body string
		want                     []string
	}{
		{"search", "POST", searchPath, `{"status":["suspended"],"accountIds":["` + id + `"]}`, []string{`"status":"suspended"`, `"accountStatus":"active"`, `"membershipStatus":"suspended"`}},
		{"listing", "GET", directoryPath + "/users?accountIds=" + id, "", []string{`"status":"suspended"`, `"accountStatus":"active"`}},
		{"single user", "GET", userPath(id), "", []string{`"status":"suspended"`, `"membershipStatus":"suspended"`}},
		{"role assignments", "GET", userPath(id) + "/role-assignments", "", []string{`"userDirectoryStatus":"suspended"`}},
		{"stats", "GET", directoryPath + "/users/stats", "", []string{`"status":"active"`, `"status":"inactive"`}},
	} {
		t.Run(call.name, func(t *testing.T) {
			for _, test := range []struct {
				set   string
				upper bool
			}{{`{}`, false}, {`{"status_case":"upper"}`, true}, {`{"status_case":""}`, false}, {`{"status_case":"upper"}`, true}, {`{"status_case":null}`, false}} {
				control(t, url, "org", test.set)
				got := send(t, url, call.method, call.path, call.body)
				for _, want := range call.want {
					if test.upper {
						name, value, _ := strings.Cut(want, ":")
						want = name + ":" + strings.ToUpper(value)
					}
					if !strings.Contains(got.body, want) {
						t.Errorf("after %s: no %s in %s", test.set, want, got.body)
					}
				}
			}
		})
	}
}

package atlassiantest

import (
	"fmt"
	"strings"
	"testing"
)

// lagTest reads the status of two people who are suspended after they were active.
type lagTest struct {
	url, one, other string
}

func newLagTest(t *testing.T) lagTest {
	t.Helper()
	s, url := serve(t, Options{Users: 60, Candidates: 50, Unlimited: true})
	l := lagTest{url: url}
	for _, p := range s.AllPeople() {
		if isCandidate(p) {
			l.one, l.other = l.other, p.AccountID
		}
	}
	for _, id := range []string{l.one, l.other} {
		send(t, url, "POST", userPath(id)+"/suspend", "")
	}
	return l
}

// set configures lags; ONE in the JSON is the first person's account id.
func (l lagTest) set(t *testing.T, lags string) {
	t.Helper()
	control(t, l.url, "org", `{"read_lag":`+strings.ReplaceAll(lags, "ONE", l.one)+`}`)
}

// read returns the status of a person by one way to read it, or "absent" if the
// answer leaves the person out.
func (l lagTest) read(t *testing.T, way, id string) string {
	t.Helper()
	filter := fmt.Sprintf(`"accountIds":[%q]`, id)
	var users []userDoc
	switch way {
	case "user":
		users = append(users, decode[struct{ Data userDoc }](t, send(t, l.url, "GET", userPath(id), "")).Data)
	case "search":
		users = decode[usersPage](t, send(t, l.url, "POST", searchPath, "{"+filter+"}")).Data
	case "suspended":
		users = decode[usersPage](t, send(t, l.url, "POST", searchPath, "{"+filter+`,"status":["suspended"]}`)).Data
	case "list":
		users = decode[usersPage](t, send(t, l.url, "GET", directoryPath+"/users?accountIds="+id, "")).Data
	default:
		t.Fatalf("unknown way %q", way)
	}
	if len(users) == 0 {
		return "absent"
	}
	return users[0].Status
}

func TestReadLag(t *testing.T) {
	for _, test := range []struct {
		name, lags string
		// reads are ways to read the first person, or with "other " the second one,
		// each with the status that it returns.
		reads [][2]string
	}{
		{
			"search", `[{"account_id":"ONE","status":"active","reads":2}]`,
			[][2]string{{"other search", "suspended"}, {"search", "active"}, {"search", "active"}, {"search", "suspended"}},
		},
		{
			"all ways share the reads", `[{"account_id":"ONE","status":"active","reads":3}]`,
			[][2]string{{"list", "active"}, {"user", "active"}, {"search", "active"}, {"user", "suspended"}, {"list", "suspended"}},
		},
		{
			"one route", `[{"account_id":"ONE","status":"active","reads":1,"route":"GET user"}]`,
			[][2]string{{"search", "suspended"}, {"list", "suspended"}, {"user", "active"}, {"user", "suspended"}},
		},
		{
			"every route", `[{"account_id":"ONE","status":"deactivated","reads":1,"route":"*"}]`,
			[][2]string{{"list", "deactivated"}, {"list", "suspended"}},
		},
		{
			"everyone, each by themselves", `[{"account_id":"*","status":"active","reads":1}]`,
			[][2]string{{"search", "active"}, {"search", "suspended"}, {"other user", "active"}, {"other user", "suspended"}},
		},
		{
			"one after the other", `[{"account_id":"ONE","status":"not_invited","reads":1},{"account_id":"*","status":"active","reads":1}]`,
			[][2]string{{"user", "not_invited"}, {"other user", "active"}, {"user", "active"}, {"user", "suspended"}},
		},
		{
			"left out because of the older status", `[{"account_id":"ONE","status":"active","reads":2}]`,
			[][2]string{{"suspended", "absent"}, {"user", "active"}, {"suspended", "suspended"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLagTest(t)
			l.set(t, test.lags)
			for i, read := range test.reads {
				way, id := read[0], l.one
				if other, ok := strings.CutPrefix(way, "other "); ok {
					way, id = other, l.other
				}
				if got := l.read(t, way, id); got != read[1] {
					t.Errorf("read %d, %s: %s, want %s", i+1, read[0], got, read[1])
				}
			}
		})
	}
}

func TestReadLagEnds(t *testing.T) {
	l := newLagTest(t)
	for _, end := range []string{`[]`, `null`, `false`} {
		l.set(t, `[{"account_id":"ONE","status":"active","reads":9}]`)
		if got := l.read(t, "user", l.one); got != StatusActive {
			t.Errorf("the lag shows %s", got)
		}
		control(t, l.url, "org", `{"churn":0}`)
		if got := l.read(t, "user", l.one); got != StatusActive {
			t.Errorf("after another setting: %s", got)
		}
		l.set(t, end)
		if got := l.read(t, "user", l.one); got != StatusSuspended {
			t.Errorf("after %s: %s", end, got)
		}
	}
}

// TestReadLagOverPages checks that each page counts only the people that its
// answer depends on.
func TestReadLagOverPages(t *testing.T) {
	l := newLagTest(t)
	l.set(t, `[{"account_id":"*","status":"deactivated","reads":1}]`)
	for round, lagging := range []bool{true, false} {
		seen := 0
		for body := `{"limit":7}`; body != ""; {
			page := decode[usersPage](t, send(t, l.url, "POST", searchPath, body))
			for _, u := range page.Data {
				seen++
				if lagging && u.Status != StatusDeactivated {
					t.Errorf("person %d of the first scan is %s", seen, u.Status)
				}
				if (u.AccountID == l.one || u.AccountID == l.other) && !lagging && u.Status != StatusSuspended {
					t.Errorf("person %d of the second scan is %s", seen, u.Status)
				}
			}
			if body = ""; page.Links.Next != nil {
				body = fmt.Sprintf(`{"limit":7,"cursor":%q}`, *page.Links.Next)
			}
		}
		if seen != 60 {
			t.Errorf("scan %d lists %d people, want 60", round+1, seen)
		}
	}
}

// TestReadLagLeavesEffects checks that a lag does not change what writes do, and
// that calls other than reads do not count.
func TestReadLagLeavesEffects(t *testing.T) {
	l := newLagTest(t)
	l.set(t, `[{"account_id":"ONE","status":"active","reads":1}]`)
	for _, path := range []string{"/users/count", "/users/stats", "/users/" + l.one + "/role-assignments"} {
		if got := send(t, l.url, "GET", directoryPath+path, ""); got.status != 200 {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
	control(t, l.url, "faults", `{"route":"GET user","status":503}`)
	send(t, l.url, "GET", userPath(l.one), "")
	if got := l.read(t, "user", l.one); got != StatusActive {
		t.Errorf("the first read returns %s", got)
	}
	l.set(t, `[{"account_id":"ONE","status":"active","reads":9}]`)
	if got := send(t, l.url, "POST", userPath(l.one)+"/restore", ""); got.status != 204 {
		t.Errorf("restore: status %d", got.status)
	}
	for _, p := range decode[[]Person](t, send(t, l.url, "GET", "/_control/users", "")) {
		if p.AccountID == l.one && (p.Restores != 1 || p.Status != StatusActive) {
			t.Errorf("restored %d times, now %s", p.Restores, p.Status)
		}
	}
}

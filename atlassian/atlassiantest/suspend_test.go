package atlassiantest

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSuspensionShowsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		id := firstPerson(t, s, isCandidate).AccountID
		if err := s.Configure(OrgSettings{VisibleAfterMS: new(5000)}); err != nil {
			t.Fatal(err)
		}
		shown := func() string {
			return decode[struct{ Data userDoc }](t, direct(s, "GET", userPath(id), "")).Data.Status
		}
		direct(s, "POST", userPath(id)+"/suspend", "")
		if p, _ := s.Person(id); !p.Suspended || shown() != StatusActive {
			t.Errorf("at once: suspended %v, API status %s", p.Suspended, shown())
		}
		<-time.After(5 * time.Second)
		if got := shown(); got != StatusSuspended {
			t.Errorf("after the delay: API status %s", got)
		}
		direct(s, "POST", userPath(id)+"/restore", "")
		if p, _ := s.Person(id); p.Suspended || shown() != StatusSuspended {
			t.Errorf("after restoring: suspended %v, API status %s", p.Suspended, shown())
		}
	})
}

func TestRestoreActive(t *testing.T) {
	s, url := serve(t, Options{Unlimited: true})
	find := func(status string) string {
		return firstPerson(t, s, func(p Person) bool { return p.AccountType == "atlassian" && p.Status == status && p.Suspends == 0 }).AccountID
	}
	restore := func(id string) reply { return send(t, url, "POST", userPath(id)+"/restore", "") }
	never, suspended := find(StatusActive), find(StatusSuspended)
	for _, test := range []struct {
		set    string
		status int
		code   string
	}{
		{`{}`, 204, ""},
		{`{"restore_active":409}`, 409, "ADMIN-409-28"},
		{`{"restore_active":404}`, 404, "ADMIN-404-8"},
		{`{"restore_active":0}`, 204, ""},
		{`{"restore_active":409}`, 409, "ADMIN-409-28"},
		{`{"restore_active":null}`, 204, ""},
		{`{"restore_active":409}`, 409, "ADMIN-409-28"},
	} {
		control(t, url, "org", test.set)
		if got := restore(never); got.status != test.status || got.code() != test.code {
			t.Errorf("after %s: %d %s, want %d %s", test.set, got.status, got.code(), test.status, test.code)
		}
	}
	if p, _ := s.Person(never); p.Restores != 0 || p.Status != StatusActive {
		t.Errorf("the active person is %s after %d restorations", p.Status, p.Restores)
	}
	for range 2 {
		if got := restore(suspended); got.status != 204 {
			t.Errorf("a suspended person: %d %s", got.status, got.body)
		}
	}
	send(t, url, "POST", userPath(never)+"/suspend", "")
	control(t, url, "users/"+never, `{"status":"active"}`)
	if got := restore(never); got.status != 204 {
		t.Errorf("suspended once, active again by a change: %d %s", got.status, got.body)
	}
	other := find(StatusActive)
	control(t, url, "users/"+other, `{"suspended":true}`)
	control(t, url, "users/"+other, `{"suspended":false}`)
	if got := restore(other); got.status != 204 {
		t.Errorf("suspended and active again by changes: %d %s", got.status, got.body)
	}
}

func TestSuspensionEndsActivity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		busy := firstPerson(t, s, func(p Person) bool { return lane(p, time.Now()) == "active" && p.ProductAccess[0].rhythm.every == day })
		s.ChangePerson(busy.AccountID, func(p *Person) { p.Groups = append(p.Groups, "pilots") })
		<-time.After(30 * day)
		direct(s, "POST", userPath(busy.AccountID)+"/suspend", "")
		suspended, _ := s.Person(busy.AccountID)
		if last := *suspended.ProductAccess[0].LastActive; time.Since(last) > day {
			t.Errorf("suspending moved the last use back to %v", last)
		}
		<-time.After(30 * day)
		later, _ := s.Person(busy.AccountID)
		if !later.ProductAccess[0].LastActive.Equal(*suspended.ProductAccess[0].LastActive) {
			t.Error("a suspended person still uses Confluence")
		}
	})
}

func TestChangedMomentStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		busy := firstPerson(t, s, func(p Person) bool { return lane(p, time.Now()) == "active" && p.ProductAccess[0].rhythm.every == day })
		s.ChangePerson(busy.AccountID, func(p *Person) { p.Groups = append(p.Groups, "pilots") })
		<-time.After(3 * day)
		p, _ := s.Person(busy.AccountID)
		if time.Since(*p.ProductAccess[0].LastActive) > day {
			t.Error("a change of groups ended the activity")
		}
		old := time.Now().Add(-300 * day).UTC()
		s.ChangePerson(busy.AccountID, func(p *Person) { p.ProductAccess[0].LastActive = &old })
		<-time.After(3 * day)
		if p, _ = s.Person(busy.AccountID); !p.ProductAccess[0].LastActive.Equal(old) {
			t.Errorf("last active %v, want the stored value", p.ProductAccess[0].LastActive)
		}
	})
}

func TestSeveralDirectories(t *testing.T) {
	s := New(Options{})
	if err := s.Configure(OrgSettings{Directories: []Directory{{ID: directoryID, Name: "One"}, {ID: "two", Name: "Two"}}}); err != nil {
		t.Fatal(err)
	}
	in := func(directory string) []userDoc {
		path := strings.Replace(searchPath, directoryID, directory, 1)
		return decode[usersPage](t, direct(s, "POST", path, `{"limit":100}`)).Data
	}
	second := in("two")
	if len(second) != 84 || len(in(directoryID)) != 100 {
		t.Fatalf("%d people in the second directory, want every third of 250", len(second))
	}
	i := slices.IndexFunc(second, func(u userDoc) bool {
		p, _ := s.Person(u.AccountID)
		return isCandidate(p)
	})
	id := second[i].AccountID
	status := func(directory string) string {
		path := strings.Replace(userPath(id), directoryID, directory, 1)
		return decode[struct{ Data userDoc }](t, direct(s, "GET", path, "")).Data.Status
	}
	direct(s, "POST", userPath(id)+"/suspend", "")
	if status(directoryID) != StatusSuspended || status("two") != StatusActive || status("-") != StatusActive {
		t.Errorf("suspended in one: %s, %s, overall %s", status(directoryID), status("two"), status("-"))
	}
	direct(s, "POST", strings.Replace(userPath(id), directoryID, "two", 1)+"/suspend", "")
	if status("-") != StatusSuspended {
		t.Errorf("suspended in both: overall %s", status("-"))
	}
	direct(s, "POST", userPath(id)+"/restore", "")
	if p, _ := s.Person(id); status(directoryID) != StatusActive || status("two") != StatusSuspended || !p.Suspended {
		t.Errorf("restored in one: %s, %s, %v", status(directoryID), status("two"), p.Suspended)
	}
}

func TestChurn(t *testing.T) {
	s := New(Options{Users: 1000})
	before := s.AllPeople()
	if err := s.Configure(OrgSettings{Churn: new(30)}); err != nil {
		t.Fatal(err)
	}
	listed := everyone(t, s)
	after := map[string]bool{}
	for _, p := range s.AllPeople() {
		after[p.AccountID] = true
	}
	gone, twice, seen := 0, 0, map[string]bool{}
	for _, p := range before {
		switch {
		case after[p.AccountID]:
		case isCandidate(p):
			t.Errorf("candidate %s disappeared", p.AccountID)
		default:
			gone++
		}
	}
	for _, u := range listed {
		if seen[u.AccountID] {
			twice++
		}
		seen[u.AccountID] = true
	}
	for id := range after {
		if !seen[id] {
			t.Errorf("%s exists but was not listed", id)
		}
	}
	if joined := len(after) - len(before) + gone; gone == 0 || twice == 0 || joined == 0 {
		t.Errorf("%d gone, %d listed twice, %d new, want some of each", gone, twice, joined)
	}
}

func TestOrgSettings(t *testing.T) {
	for _, test := range []struct {
		name     string
		set      OrgSettings
		method   string
		path     string
		body     string
		status   int
		code     string
		contains string
		lacks    string
	}{
		{"expand refused", OrgSettings{Expand: "refused"}, "POST", searchPath, `{"expand":["groups"]}`, 400, "ADMIN-400-24", "", "groups"},
		{"request without expand", OrgSettings{Expand: "refused"}, "POST", searchPath, `{}`, 200, "", `"accountId"`, ""},
		{"expanded fields omitted", OrgSettings{Expand: "omit"}, "POST", searchPath, `{"expand":["productAccess"]}`, 200, "", `"accountId"`, "productAccess"},
		{"fields omitted", OrgSettings{Omit: []string{"groups", "email"}}, "POST", searchPath, `{"expand":["groups","platformRoles"]}`, 200, "", `"platformRoles"`, `"email"`},
		{"sunset", OrgSettings{Sunset: []string{"GET users"}}, "GET", directoryPath + "/users", "", 410, "ADMIN-410-1", "", "data"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(Options{})
			if err := s.Configure(test.set); err != nil {
				t.Fatal(err)
			}
			got := direct(s, test.method, test.path, test.body)
			if got.status != test.status || got.code() != test.code {
				t.Fatalf("%d %s, want %d %s", got.status, got.code(), test.status, test.code)
			}
			if !strings.Contains(got.body, test.contains) || test.status == 200 && test.lacks != "" && strings.Contains(got.body, test.lacks) {
				t.Errorf("body %s", got.body)
			}
		})
	}
}

func TestAMillionPeoplePageFast(t *testing.T) {
	s := New(Options{Users: 1_000_000, Unlimited: true})
	deep := s.cursors.seal(position{Of: "POST users/search " + directoryID, Next: 999_900, Query: &query{Limit: new(100)}})
	allocated := testing.AllocsPerRun(5, func() {
		if got := direct(s, "POST", searchPath, `{"cursor":"`+deep+`"}`); got.status != 200 {
			t.Errorf("status %d", got.status)
		}
	})
	if allocated > 10_000 {
		t.Errorf("the last page of a million people makes %v allocations, want at most 10,000", allocated)
	}
}

func BenchmarkPage(b *testing.B) {
	s := New(Options{Users: 1_000_000, Unlimited: true})
	b.ReportAllocs()
	for b.Loop() {
		direct(s, "POST", searchPath, `{"limit":100,"expand":["productAccess","platformRoles","groups"]}`)
	}
}

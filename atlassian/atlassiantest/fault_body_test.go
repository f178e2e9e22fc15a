package atlassiantest

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// withAndWithoutFault returns the response to a call with and without the fault.
func withAndWithoutFault(t *testing.T, f Fault, method, path, body string) (with, without reply) {
	t.Helper()
	s := New(Options{})
	without = direct(s, method, path, body)
	if err := s.AddFault(f); err != nil {
		t.Fatal(err)
	}
	return direct(s, method, path, body), without
}

func TestTruncate(t *testing.T) {
	for length, cut := range map[Length]func(string) string{
		Half: func(s string) string { return s[:len(s)/2] },
		10:   func(s string) string { return s[:10] },
		1e9:  func(s string) string { return s },
	} {
		with, without := withAndWithoutFault(t, Fault{Route: "GET directories", Truncate: length}, "GET", "/admin/v2/orgs/"+orgID+"/directories", "")
		if want := cut(without.body); with.body != want {
			t.Errorf("truncate %d: %q, want %q", length, with.body, want)
		}
	}
	var f Fault
	if err := json.Unmarshal([]byte(`{"truncate":true}`), &f); err != nil || f.Truncate != Half {
		t.Errorf("truncate true is %d, %v", f.Truncate, err)
	}
}

func TestBodyBytes(t *testing.T) {
	const size = 3 << 20
	with, without := withAndWithoutFault(t, Fault{Route: "POST users/search", BodyBytes: size}, "POST", searchPath, "{}")
	if len(with.body) != size {
		t.Errorf("%d bytes, want %d", len(with.body), size)
	}
	if strings.TrimLeft(with.body, " ") != without.body {
		t.Error("the body after the blanks differs")
	}
}

func TestRepeatCursor(t *testing.T) {
	s := New(Options{})
	first := decode[usersPage](t, direct(s, "POST", searchPath, `{}`))
	if err := s.AddFault(Fault{Route: "POST users/search", RepeatCursor: true}); err != nil {
		t.Fatal(err)
	}
	second := decode[usersPage](t, direct(s, "POST", searchPath, `{"cursor":"`+*first.Links.Next+`"}`))
	if second.Links.Next == nil || *second.Links.Next != *first.Links.Next {
		t.Error("the cursor does not repeat")
	}
}

func TestEndless(t *testing.T) {
	s := New(Options{Users: 30})
	if err := s.AddFault(Fault{Route: "*", Count: -1, Endless: true}); err != nil {
		t.Fatal(err)
	}
	seen, body := map[string]bool{}, `{"limit":20}`
	for i := range 50 {
		page := decode[usersPage](t, direct(s, "POST", searchPath, body))
		if page.Links.Next == nil || seen[*page.Links.Next] || len(page.Data) == 0 {
			t.Fatalf("page %d ends the list or repeats a cursor", i)
		}
		seen[*page.Links.Next] = true
		body = `{"cursor":"` + *page.Links.Next + `"}`
	}
}

func TestEmptyPage(t *testing.T) {
	s := New(Options{})
	if err := s.AddFault(Fault{Route: "POST users/search", Skip: 1, EmptyPage: true}); err != nil {
		t.Fatal(err)
	}
	if got := len(everyone(t, s)); got != 250 {
		t.Errorf("%d people over all pages, want 250", got)
	}
	if got := s.Requests().ByRoute["POST users/search"]["200"]; got != 4 {
		t.Errorf("%d pages, want 4 (one is empty)", got)
	}
}

func TestDuplicatePeople(t *testing.T) {
	for skip := range 2 {
		s := New(Options{})
		if err := s.AddFault(Fault{Route: "POST users/search", Skip: skip, DuplicatePeople: true}); err != nil {
			t.Fatal(err)
		}
		all := everyone(t, s)
		different := map[string]bool{}
		for _, u := range all {
			different[u.AccountID] = true
		}
		if len(different) != 250 || len(all) != 250+duplicateCount {
			t.Errorf("skip %d: %d people, %d different, want %d and 250", skip, len(all), len(different), 250+duplicateCount)
		}
	}
}

func TestEmptyActivity(t *testing.T) {
	with, without := withAndWithoutFault(t, Fault{Route: "*", EmptyActivity: true}, "POST", searchPath, `{"expand":["productAccess"]}`)
	if n := strings.Count(with.body, `"productAccess":[]`); n != defaultPageSize {
		t.Errorf("%d people without activity, want all %d", n, defaultPageSize)
	}
	if strings.Count(without.body, `"lastActiveTimestamp"`) == 0 {
		t.Error("no one has activity without the fault")
	}
	s := New(Options{})
	with, _ = withAndWithoutFault(t, Fault{Route: "GET last-active-dates", EmptyActivity: true}, "GET", activityPath(s.Owner), "")
	if !strings.Contains(with.body, `"product_access":[]`) {
		t.Errorf("activity %s", with.body)
	}
}

func TestActivityFaultsTurnPages(t *testing.T) {
	s := New(Options{})
	if err := s.AddFault(Fault{Route: "GET last-active-dates", EmptyPage: true}); err != nil {
		t.Fatal(err)
	}
	type page struct {
		Data  struct{ ProductAccess []wireUse } `json:"data"`
		Links struct{ Next *string }            `json:"links"`
	}
	empty := decode[page](t, direct(s, "GET", activityPath(s.Owner), ""))
	if empty.Links.Next == nil {
		t.Fatal("the empty page has no next")
	}
	next, err := url.Parse(*empty.Links.Next)
	if err != nil {
		t.Fatal(err)
	}
	full := direct(s, "GET", next.RequestURI(), "")
	if !strings.Contains(full.body, `"last_active"`) || !strings.Contains(full.body, `"next":null`) {
		t.Errorf("after the empty page: %s", full.body)
	}
}

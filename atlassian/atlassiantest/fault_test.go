package atlassiantest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// serveWithFault starts an organisation and adds the fault through the control API.
func serveWithFault(t *testing.T, fault string) (*Server, string) {
	t.Helper()
	s, url := serve(t, Options{})
	if got := send(t, url, "POST", "/_control/faults", fault); got.status != 200 {
		t.Fatalf("fault %s: %d %s", fault, got.status, got.body)
	}
	return s, url
}

func TestCannedAnswers(t *testing.T) {
	for _, test := range []struct {
		name, fault string
		status      int
		body        string // part of the body; "-" means empty.
		header      http.Header
	}{
		{"status", `{"route":"POST users/search","status":503}`, 503, "ADMIN-503-1", nil},
		{"too many", `{"route":"*","status":429,"retry_after":7}`, 429, "ADMIN-429-1", http.Header{"Retry-After": {"7"}}},
		{"retry date", `{"route":"*","status":429,"retry_after":"Wed, 21 Oct 2026 07:28:00 GMT"}`, 429, "", http.Header{"Retry-After": {"Wed, 21 Oct 2026 07:28:00 GMT"}}},
		{"empty 200", `{"route":"*","status":200}`, 200, "-", nil},
		{"gateway error page", `{"route":"*","status":502,"body":"<html>bad gateway</html>"}`, 502, "<html>", http.Header{"Content-Type": {"text/html; charset=utf-8"}}},
		{"HTML page as 200", `{"route":"*","body":"<html>log in</html>"}`, 200, "<html>", nil},
		{"JSON body", `{"route":"*","body":{"data":null}}`, 200, `{"data":null}`, http.Header{"Content-Type": {"application/json"}}},
		{"redirect", `{"route":"*","redirect":"https://elsewhere.example/x"}`, 307, "-", http.Header{"Location": {"https://elsewhere.example/x"}}},
		{"redirect with status", `{"route":"*","redirect":"https://elsewhere.example/x","status":302}`, 302, "-", nil},
		{"headers on a normal response", `{"route":"*","headers":{"X-RateLimit-Remaining":"many"}}`, 200, `"data"`, http.Header{"X-Ratelimit-Remaining": {"many"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, url := serveWithFault(t, test.fault)
			got := send(t, url, "POST", searchPath, "{}")
			if got.status != test.status {
				t.Errorf("status %d, want %d", got.status, test.status)
			}
			if test.body == "-" && got.body != "" || test.body != "-" && !strings.Contains(got.body, test.body) {
				t.Errorf("body %q, want %q", got.body, test.body)
			}
			for name, want := range test.header {
				if got.header.Get(name) != want[0] {
					t.Errorf("%s is %q, want %q", name, got.header.Get(name), want[0])
				}
			}
			if got := send(t, url, "POST", searchPath, "{}"); got.status != 200 || !strings.Contains(got.body, `"data"`) {
				t.Errorf("the next call returned %d %.40q", got.status, got.body)
			}
		})
	}
}

func TestFaultFitsOnlyItsCalls(t *testing.T) {
	s := New(Options{})
	first, second := s.people.accountID(1), s.people.accountID(2)
	fault := Fault{Route: "GET user", AccountID: first, Skip: 1, Count: 2, Status: 500}
	if err := s.AddFault(fault); err != nil {
		t.Fatal(err)
	}
	for i, call := range []struct {
		id   string
		want int
	}{{first, 200}, {second, 200}, {first, 500}, {second, 200}, {first, 500}, {first, 200}} {
		if got := direct(s, "GET", userPath(call.id), ""); got.status != call.want {
			t.Errorf("call %d: status %d, want %d", i, got.status, call.want)
		}
	}
	if left := s.Faults(); len(left) != 0 {
		t.Errorf("faults left: %v", left)
	}
}

func TestActivityOfOnePersonIsRefused(t *testing.T) {
	for _, status := range []int{403, 404} {
		s, url := serve(t, Options{})
		one, other := s.people.accountID(1), s.people.accountID(2)
		fault := fmt.Sprintf(`{"route":"GET last-active-dates","account_id":%q,"status":%d,"count":-1}`, one, status)
		control(t, url, "faults", fault)
		for range 2 {
			if got := send(t, url, "GET", activityPath(one), ""); got.status != status || got.code() == "" {
				t.Errorf("one person: %d %s, want %d and an error code", got.status, got.body, status)
			}
		}
		for _, path := range []string{activityPath(other), userPath(one)} {
			if got := send(t, url, "GET", path, ""); got.status != 200 {
				t.Errorf("%s: status %d", path, got.status)
			}
		}
	}
}

func TestFaultForEver(t *testing.T) {
	s := New(Options{})
	if err := s.AddFault(Fault{Route: "*", Count: -1, Status: 500}); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if got := direct(s, "GET", orgPath, ""); got.status != 500 {
			t.Fatalf("status %d, want 500", got.status)
		}
	}
	s.ClearFaults()
	if got := direct(s, "GET", orgPath, ""); got.status != 200 {
		t.Errorf("after clearing: status %d", got.status)
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		cut      string
		suspends int
	}{{CutBefore, 0}, {CutAfter, 1}} {
		t.Run(test.cut, func(t *testing.T) {
			s, url := serveWithFault(t, `{"route":"POST suspend","cut":"`+test.cut+`"}`)
			id := firstPerson(t, s, isCandidate).AccountID
			if got, err := try(url, "POST", userPath(id)+"/suspend", ""); err == nil {
				t.Errorf("got status %d, want a dropped connection", got.status)
			}
			p, _ := s.Person(id)
			if p.Suspends != test.suspends || p.SuspendRequests != 1 {
				t.Errorf("%d suspensions by %d requests, want %d by 1", p.Suspends, p.SuspendRequests, test.suspends)
			}
			if got := s.Requests().ByRoute["POST suspend"]["0"]; got != 1 {
				t.Errorf("%d dropped connections are logged, want 1", got)
			}
		})
	}
}

func TestHold(t *testing.T) {
	for _, test := range []struct {
		name     string
		fault    Fault
		suspends int // suspensions while held.
	}{
		{"before", Fault{Route: "POST suspend", Hold: true}, 0},
		{"after", Fault{Route: "POST suspend", Hold: true, Cut: CutAfter}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				id := firstPerson(t, s, isCandidate).AccountID
				if err := s.AddFault(test.fault); err != nil {
					t.Fatal(err)
				}
				var call sync.WaitGroup
				call.Go(func() {
					defer func() { _ = recover() }() // The call may end with a dropped connection.
					direct(s, "POST", userPath(id)+"/suspend", "")
				})
				held, err := s.Held(t.Context())
				if err != nil || len(held) != 1 || held[0].AccountID != id || held[0].Route != "POST suspend" {
					t.Errorf("held %v, %v", held, err)
				}
				if p, _ := s.Person(id); p.Suspends != test.suspends {
					t.Errorf("%d suspensions while held, want %d", p.Suspends, test.suspends)
				}
				if n := s.Release(); n != 1 {
					t.Errorf("released %d, want 1", n)
				}
				call.Wait()
				if p, _ := s.Person(id); p.Suspends != 1 {
					t.Errorf("%d suspensions after the release, want 1", p.Suspends)
				}
			})
		})
	}
}

func TestHeldCallerMayLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		id := firstPerson(t, s, isCandidate).AccountID
		if err := s.AddFault(Fault{Route: "POST suspend", Hold: true}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, "POST", userPath(id)+"/suspend", nil)
		func() {
			defer func() {
				if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // A panic's value is compared as net/http does.
					t.Errorf("panic %v, want a dropped connection", got)
				}
			}()
			s.ServeHTTP(httptest.NewRecorder(), r)
		}()
		if p, _ := s.Person(id); p.Suspends != 0 {
			t.Error("the call of a disconnected client was executed")
		}
		if _, err := s.Held(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Held: %v, want DeadlineExceeded", err)
		}
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		if err := s.AddFault(Fault{Route: "GET org", DelayMS: 2500}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if got := direct(s, "GET", orgPath, ""); got.status != 200 || time.Since(start) != 2500*time.Millisecond {
			t.Errorf("status %d after %v", got.status, time.Since(start))
		}
	})
}

func TestSlowAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		if err := s.AddFault(Fault{Route: "GET org", Body: new(Text("0123456789")), BytesPerSecond: 2}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		got := direct(s, "GET", orgPath, "")
		if got.body != "0123456789" || time.Since(start) != 5*time.Second {
			t.Errorf("%q after %v, want ten bytes after 5 s", got.body, time.Since(start))
		}
	})
}

func TestFaultsThatMakeNoSense(t *testing.T) {
	s := New(Options{})
	for _, f := range []Fault{{}, {Route: "GET nothing"}, {Route: "*", Cut: "between"}, {Route: "*", Status: 99}} {
		if s.AddFault(f) == nil {
			t.Errorf("%+v was accepted", f)
		}
	}
}

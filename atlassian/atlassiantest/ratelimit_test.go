package atlassiantest

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		path := activityPath(s.Owner)
		for i := range 200 {
			got := direct(s, "GET", path, "")
			if left := got.header.Get("X-RateLimit-Remaining"); got.status != 200 || left != strconv.Itoa(199-i) {
				t.Fatalf("call %d: status %d, remaining %q", i+1, got.status, left)
			}
		}
		<-time.After(1500 * time.Millisecond)
		got := direct(s, "GET", path, "")
		if got.status != 429 || got.code() != "ADMIN-429-1" {
			t.Fatalf("call 201: status %d %s, want 429 ADMIN-429-1", got.status, got.code())
		}
		if wait := got.header.Get("Retry-After"); wait != "59" {
			t.Errorf("Retry-After %q, want the 58.5 s rounded up", wait)
		}
		reset, err := time.Parse(time.RFC3339, got.header.Get("X-RateLimit-Reset"))
		if err != nil || time.Until(reset) != 58500*time.Millisecond {
			t.Fatalf("reset in %v (%v), want 58.5 s", time.Until(reset), err)
		}
		if got := direct(s, "POST", searchPath, "{}"); got.status != 200 {
			t.Errorf("another route returned %d", got.status)
		}
		<-time.After(time.Until(reset))
		if got := direct(s, "GET", path, ""); got.status != 200 {
			t.Errorf("after the reset: status %d", got.status)
		}
	})
}

func TestLimitCanBeChanged(t *testing.T) {
	s := New(Options{})
	if err := s.SetLimit("POST users/search", 1); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{200, 429} {
		if got := direct(s, "POST", searchPath, "{}"); got.status != want {
			t.Errorf("status %d, want %d", got.status, want)
		}
	}
	if err := s.SetLimit("*", 0); err != nil {
		t.Fatal(err)
	}
	got := direct(s, "POST", searchPath, "{}")
	if got.status != 200 || got.header.Get("X-RateLimit-Limit") != "" {
		t.Errorf("without a limit: status %d, headers %v", got.status, got.header)
	}
	if s.SetLimit("POST nothing", 1) == nil || s.SetLimit("*", -1) == nil {
		t.Error("an invalid limit was accepted")
	}
}

func TestLimitHeadersCanBeHidden(t *testing.T) {
	s := New(Options{})
	if err := s.Configure(OrgSettings{LimitHeaders: new(false)}); err != nil {
		t.Fatal(err)
	}
	if got := direct(s, "POST", searchPath, "{}"); got.header.Get("X-RateLimit-Remaining") != "" {
		t.Errorf("limit headers were sent: %v", got.header)
	}
}

func TestUnlimited(t *testing.T) {
	s := New(Options{Unlimited: true})
	for range 300 {
		if got := direct(s, "GET", activityPath(s.Owner), ""); got.status != 200 {
			t.Fatalf("status %d", got.status)
		}
	}
}

func TestClockSkew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		if err := s.Configure(OrgSettings{ClockSkewS: new(600)}); err != nil {
			t.Fatal(err)
		}
		got := direct(s, "POST", searchPath, "{}")
		date, err := http.ParseTime(got.header.Get("Date"))
		if err != nil || time.Until(date) != 10*time.Minute {
			t.Errorf("Date is %v ahead (%v), want 10 minutes", time.Until(date), err)
		}
		reset, err := time.Parse(time.RFC3339, got.header.Get("X-RateLimit-Reset"))
		if err != nil || time.Until(reset) != 11*time.Minute {
			t.Errorf("reset in %v (%v), want 11 minutes", time.Until(reset), err)
		}
	})
}

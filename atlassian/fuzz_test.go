package atlassian

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// FuzzUsers checks that every decoded user has an id, that malformed fields are
// marked, and that times can be stored.
func FuzzUsers(f *testing.F) {
	for _, s := range []string{
		`{"data":[{"accountId":"a","productAccess":[{"key":"confluence","id":"s","lastActiveTimestamp":"2026-05-04T10:11:12Z"}]}],"links":{"next":"c"}}`,
		`{"data":[{"accountId":"a","productAccess":5,"groups":null,"platformRoles":[1],"addedToOrg":1683195072000}]}`,
		`{"data":[],"links":{"next":"https://x.test/?cursor=a%2Fb"}}`,
		`{"data":null}`, `{"data":[null]}`, `null`, ``, `<html>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		users, next, err := decodeUsers(body)
		if err != nil {
			return
		}
		if len(next) > maxCursor {
			t.Errorf("the cursor has %d bytes", len(next))
		}
		for _, u := range users {
			if u.AccountID == "" {
				t.Error("a user has no id")
			}
			if u.ProductAccess != nil && slices.Contains(u.Malformed, "productAccess") {
				t.Errorf("productAccess is both present and malformed: %+v", u)
			}
			checkTime(t, u.AddedToOrg)
			checkUses(t, u.ProductAccess)
		}
	})
}

// FuzzActivity checks that every decoded entry has a product.
func FuzzActivity(f *testing.F) {
	for _, s := range []string{
		`{"data":{"product_access":[{"id":"s","key":"confluence","last_active":"2026-05-04","last_active_timestamp":"2026-05-04T10:11:12Z"}],"added_to_org":"2024-01-01"},"links":{"next":null}}`,
		`{"data":{"product_access":[]}}`, `{"data":{"product_access":null}}`, `{"data":{"product_access":[{}]}}`, `{"data":[]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, _, err := decodeActivity(body)
		if err != nil {
			return
		}
		checkTime(t, a.AddedToOrg)
		checkUses(t, a.ProductAccess)
	})
}

// FuzzTimestamp checks that a timestamp is missing, malformed or a time.
func FuzzTimestamp(f *testing.F) {
	for _, s := range []string{
		`"2026-05-04T10:11:12Z"`, `"2026-05-04T12:11:12+02:00"`, `"2023-08-01T15:19:32.354230769Z"`, `"2023-01-19"`,
		`1683195072000`, `"1683195072000"`, `null`, `""`, `{}`, `1e12`, `-1`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got wireTimestamp
		if decode(b, &got) == nil {
			checkTime(t, got.Timestamp)
			if got.IsZero() && string(b) != "null" && slices.Contains([]byte(`"0123456789`), b[0]) {
				t.Errorf("%s was read as a missing timestamp", b)
			}
		}
	})
}

func checkUses(t *testing.T, uses []ProductAccess) {
	t.Helper()
	for _, p := range uses {
		if p.Key == "" {
			t.Errorf("an entry has no product: %+v", uses)
		}
		checkTime(t, p.LastActive)
	}
}

func checkTime(t *testing.T, ts Timestamp) {
	t.Helper()
	if ts.Malformed && (!ts.At.IsZero() || ts.DateOnly) {
		t.Errorf("%+v is both malformed and a time", ts)
	}
	if ts.At.Location() != time.UTC {
		t.Errorf("%v is not UTC", ts.At)
	}
	if _, err := ts.Latest().MarshalJSON(); err != nil {
		t.Errorf("%v cannot be stored: %v", ts.At, err)
	}
	if ts.Latest().Before(ts.At) {
		t.Errorf("the latest time of %v is before it", ts.At)
	}
}

// FuzzRetryAfter checks that a wait is never negative nor longer than
// maxRetryAfter.
func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"30", "0", "-1", "Mon, 04 May 2026 10:01:00 GMT", "99999999999999999999", "soon", ""} {
		f.Add(s)
	}
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if got := parseRetryAfter(s, now); got < 0 || got > maxRetryAfter {
			t.Errorf("got %v for %q", got, s)
		}
	})
}

// FuzzRateLimit checks for any headers that the next request is allowed within
// the longest window and that no count is negative.
func FuzzRateLimit(f *testing.F) {
	f.Add("200", "199", "2026-05-04T10:01:00Z", 200)
	f.Add("200", "0", "2026-05-04T10:01:00Z", 429)
	f.Add("", "5", "2099-01-01T00:00:00Z", 200)
	f.Add("-1", "9999999999", "1683195072000", 429)
	f.Add("0", "0", "", 503)
	f.Fuzz(func(t *testing.T, limit, left, reset string, status int) {
		c, err := New(Config{OrgID: testOrg, APIKey: testKey})
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set("X-RateLimit-Limit", limit)
		h.Set("X-RateLimit-Remaining", left)
		h.Set("X-RateLimit-Reset", reset)
		b := parseQuota(h)
		if b != nil && (b.remaining < 0 || b.limit < 0) {
			t.Fatalf("got %+v", b)
		}
		p := c.limiter("GET any")
		now := time.Now()
		p.begin(now)
		p.end(&responseInfo{status: status, quota: b})
		for _, urgent := range []bool{true, false} {
			if wait := p.nextStart(now, urgent).Sub(now); wait > maxWindow+2*time.Second {
				t.Errorf("the next request is allowed in %v", wait)
			}
		}
	})
}

package atlassian

import (
	"net/http"
	"testing"
	"time"
)

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		in   string
		want time.Duration
	}{
		{"", 0},
		{"0", 0},
		{"30", 30 * time.Second},
		{" 30 ", 30 * time.Second},
		{"-1", 0},
		{"1.5", 0},
		{"soon", 0},
		{"86400", maxRetryAfter},
		{"99999999999999999999", maxRetryAfter},
		{"Mon, 04 May 2026 10:01:00 GMT", time.Minute},
		{"Mon, 04 May 2026 09:00:00 GMT", 0},
		{"Mon, 04 May 2099 09:00:00 GMT", maxRetryAfter},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			if got := parseRetryAfter(tt.in, now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestParseBudget(t *testing.T) {
	reset := time.Date(2026, 5, 4, 10, 1, 0, 0, time.UTC)
	tests := []struct {
		name               string
		limit, left, reset string
		want               *quota
	}{
		{"whole", "200", "199", "2026-05-04T10:01:00Z", &quota{200, 199, reset}},
		{"with an offset", "200", "0", "2026-05-04T12:01:00+02:00", &quota{200, 0, reset}},
		{"without seconds", "200", "1", "2026-05-04T10:01Z", &quota{200, 1, reset}},
		{"without a limit", "", "5", "2026-05-04T10:01:00Z", &quota{0, 5, reset}},
		{"nothing", "", "", "", nil},
		{"no remaining count", "200", "", "2026-05-04T10:01:00Z", nil},
		{"a negative count", "200", "-1", "2026-05-04T10:01:00Z", nil},
		{"no reset", "200", "5", "", nil},
		{"an unreadable reset", "200", "5", "soon", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			h.Set("X-RateLimit-Limit", tt.limit)
			h.Set("X-RateLimit-Remaining", tt.left)
			h.Set("X-RateLimit-Reset", tt.reset)
			got := parseQuota(h)
			if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

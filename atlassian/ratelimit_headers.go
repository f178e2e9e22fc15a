package atlassian

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// quota is the content of the X-RateLimit headers of a response.
type quota struct {
	limit     int       // requests per window; 0 if unknown.
	remaining int       // requests left in this window.
	reset     time.Time // start of the next window by the server's clock.
}

// parseQuota parses the headers. It returns nil if they are missing or malformed.
func parseQuota(h http.Header) *quota {
	left, err := strconv.Atoi(strings.TrimSpace(h.Get("X-RateLimit-Remaining")))
	if err != nil || left < 0 {
		return nil
	}
	reset, ok := parseInstant(strings.TrimSpace(h.Get("X-RateLimit-Reset")))
	if !ok {
		return nil
	}
	limit, err := strconv.Atoi(strings.TrimSpace(h.Get("X-RateLimit-Limit")))
	if err != nil || limit < 0 {
		limit = 0
	}
	return &quota{limit: limit, remaining: left, reset: reset}
}

// endsBy returns the time, by the server's clock, at which the window has certainly
// ended. A reset in whole seconds may have lost its fraction.
func (q quota) endsBy() time.Time {
	if q.reset.Nanosecond() == 0 {
		return q.reset.Add(time.Second)
	}
	return q.reset
}

// maxRetryAfter is the longest accepted Retry-After.
const maxRetryAfter = time.Hour

// retryAfter returns the wait that a response requests, at most maxRetryAfter, or
// 0 if it requests none.
func (c *Client) retryAfter(h http.Header) time.Duration {
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return parseRetryAfter(h.Get("Retry-After"), now)
}

// parseRetryAfter parses a number of seconds or an HTTP date relative to now.
func parseRetryAfter(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	if strings.Trim(s, "0123456789") == "" {
		seconds, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			return maxRetryAfter // The number is too large for any real wait.
		}
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return max(0, min(at.Sub(now), maxRetryAfter))
}

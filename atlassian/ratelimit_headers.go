package atlassian

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// quota is what the X-RateLimit headers tell of a route.
type quota struct {
	limit     int       // calls a window; 0 when it was not told.
	remaining int       // calls left in this window.
	reset     time.Time // by the server's clock, when the next window begins.
}

// parseQuota reads the headers; nil means that they are missing or make no
// sense.
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

// endsBy is the instant, by the server's clock, from which the window is
// certainly endsBy: a reset in whole seconds may have lost its fraction.
func (b quota) endsBy() time.Time {
	if b.reset.Nanosecond() == 0 {
		return b.reset.Add(time.Second)
	}
	return b.reset
}

// maxRetryAfter bounds what a Retry-After can ask for.
const maxRetryAfter = time.Hour

// retryAfter is how long an answer asks to wait, at most maxRetryAfter; zero
// when it does not ask.
func (c *Client) retryAfter(h http.Header) time.Duration {
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return parseRetryAfter(h.Get("Retry-After"), now)
}

// parseRetryAfter reads seconds or an HTTP date, which now is subtracted from.
func parseRetryAfter(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	if strings.Trim(s, "0123456789") == "" {
		seconds, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			return maxRetryAfter // More digits than any wait that ends.
		}
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return max(0, min(at.Sub(now), maxRetryAfter))
}

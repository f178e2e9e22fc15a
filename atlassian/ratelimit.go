package atlassian

import (
	"slices"
	"strings"
	"time"
)

// RateLimit is the latest rate limit that the API reported for a route.
type RateLimit struct {
	Route string    // for example "POST users/search".
	Limit int       // requests per window; 0 if unknown.
	Left  int       // requests left in the window.
	Reset time.Time // start of the next window by the server's clock.
}

// RateLimits returns the rate limits of the current windows, sorted by route. A
// route without rate limit headers is omitted.
func (c *Client) RateLimits() (all []RateLimit) {
	c.limitersMu.Lock()
	defer c.limitersMu.Unlock()
	for route, l := range c.limiters {
		l.mu.Lock()
		if w := l.window; w != nil {
			all = append(all, RateLimit{Route: route, Limit: w.limit, Left: w.remaining, Reset: w.reset})
		}
		l.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b RateLimit) int { return strings.Compare(a.Route, b.Route) })
	return all
}

// limiter returns the rate limiter of the route.
func (c *Client) limiter(route string) *rateLimiter {
	c.limitersMu.Lock()
	defer c.limitersMu.Unlock()
	l := c.limiters[route]
	if l == nil {
		l = &rateLimiter{clock: &c.clock, changed: make(chan struct{})}
		if route == routeLastActive {
			l.initialGap = defaultGap
		}
		l.gap = l.initialGap
		c.limiters[route] = l
	}
	return l
}

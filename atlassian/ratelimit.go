package atlassian

import (
	"slices"
	"strings"
	"time"
)

// RateLimit is what the API has last told of a route's limit.
type RateLimit struct {
	Route string    // for example "POST users/search".
	Limit int       // calls a window; 0 when it was not told.
	Left  int       // calls left in the window.
	Reset time.Time // when the next window begins, by the API's clock.
}

// RateLimits are the limits of the routes called so far whose answers told them
// and whose window is not over, by route.
func (c *Client) RateLimits() (all []RateLimit) {
	c.limitersMu.Lock()
	defer c.limitersMu.Unlock()
	for route, p := range c.limiters {
		p.mu.Lock()
		if w := p.window; w != nil {
			all = append(all, RateLimit{Route: route, Limit: w.limit, Left: w.remaining, Reset: w.reset})
		}
		p.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b RateLimit) int { return strings.Compare(a.Route, b.Route) })
	return all
}

// limiter returns the route's limiter.
func (c *Client) limiter(route string) *rateLimiter {
	c.limitersMu.Lock()
	defer c.limitersMu.Unlock()
	p := c.limiters[route]
	if p == nil {
		p = &rateLimiter{clock: &c.clock, changed: make(chan struct{})}
		if route == routeLastActive {
			p.initialGap = defaultGap
		}
		p.gap = p.initialGap
		c.limiters[route] = p
	}
	return p
}

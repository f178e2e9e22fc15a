package atlassiantest

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"
)

// defaultLimits are calls per minute by route. Only the limit of
// last-active-dates is documented; the others are generous guesses.
var defaultLimits = map[string]int{
	"GET last-active-dates": 200,
	"POST users/search":     600,
	"GET users":             600,
	"GET user":              600,
	"POST suspend":          300,
	"POST restore":          300,
}

// limits counts calls per route in windows of one minute.
type limits struct {
	perMinute map[string]int // missing or 0 means no limit.
	windows   map[string]*quota
}

// quota is the state of a route's window. The zero quota means no limit.
type quota struct {
	limit, used int
	reset       time.Time
}

func newLimits(on bool) limits {
	l := limits{perMinute: map[string]int{}, windows: map[string]*quota{}}
	if on {
		maps.Copy(l.perMinute, defaultLimits)
	}
	return l
}

// SetLimit sets the calls per minute of a route; 0 means no limit. The route
// "*" means all. It returns an error for an unknown route or a negative number.
func (s *Server) SetLimit(route string, perMinute int) error {
	if route != everyRoute && !isRoute(route) {
		return unknownRoute(route)
	}
	if perMinute < 0 {
		return fmt.Errorf("per_minute %d must not be negative", perMinute)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range routeNames() {
		if route == everyRoute || route == name {
			s.limits.perMinute[name] = perMinute
			delete(s.limits.windows, name)
		}
	}
	return nil
}

// take counts a call. A window ends on a whole second, so that its header is
// exact.
func (l *limits) take(route string, now time.Time) (quota, *apiError) {
	limit := l.perMinute[route]
	if limit == 0 {
		return quota{}, nil
	}
	w := l.windows[route]
	if w == nil || !now.Before(w.reset) {
		w = &quota{limit: limit, reset: now.Truncate(time.Second).Add(time.Minute)}
		l.windows[route] = w
	}
	if w.used == w.limit {
		seconds := int(math.Ceil(w.reset.Sub(now).Seconds()))
		apiErr := newAPIError(http.StatusTooManyRequests, "ADMIN-429-1", "too many requests")
		apiErr.header = http.Header{"Retry-After": {strconv.Itoa(seconds)}}
		return *w, apiErr
	}
	w.used++
	return *w, nil
}

// writeHeaders writes the quota to response headers.
func (q quota) writeHeaders(h http.Header, skew time.Duration) {
	if q.limit == 0 {
		return
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(q.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(q.limit-q.used))
	h.Set("X-RateLimit-Reset", q.reset.Add(skew).UTC().Format(time.RFC3339))
}

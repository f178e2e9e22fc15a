package atlassiantest

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"
)

// defaultLimits are the calls a minute of each route. Only the one of
// last-active-dates is known; the others are generous guesses.
var defaultLimits = map[string]int{
	"GET last-active-dates": 200,
	"POST users/search":     600,
	"GET users":             600,
	"GET user":              600,
	"POST suspend":          300,
	"POST restore":          300,
}

// limits counts calls in windows of a minute for each route.
type limits struct {
	perMinute map[string]int // none or 0: no limit.
	windows   map[string]*quota
}

// quota is what is left of a route's window. The zero quota is no limit.
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

// Limit sets how many calls a minute the route takes, 0 for any number. The
// route "*" is all of them.
func (s *Server) Limit(route string, perMinute int) error {
	if route != everyRoute && !isRoute(route) {
		return unknownRoute(route)
	}
	if perMinute < 0 {
		return fmt.Errorf("%d calls a minute is no limit", perMinute)
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

// take counts a call against its route. A window ends on a whole second, so
// that its header is exact.
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
		refused := newAPIError(http.StatusTooManyRequests, "ADMIN-429-1", "too many requests")
		refused.header = http.Header{"Retry-After": {strconv.Itoa(seconds)}}
		return *w, refused
	}
	w.used++
	return *w, nil
}

// tell writes the quota into the headers of an answer.
func (q quota) tell(h http.Header, skew time.Duration) {
	if q.limit == 0 {
		return
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(q.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(q.limit-q.used))
	h.Set("X-RateLimit-Reset", q.reset.Add(skew).UTC().Format(time.RFC3339))
}

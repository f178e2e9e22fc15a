package atlassian

import (
	"net/http"
	"sync"
	"time"
)

// serverClock estimates the difference between the server's clock and the local
// clock. A Date header has whole seconds, so one response gives bounds one second
// apart; the intersection of the bounds of many responses is much narrower.
type serverClock struct {
	mu        sync.Mutex
	known     bool
	low, high time.Duration // bounds of server minus local.
	lastSkew  time.Duration // local minus server at the latest response.
}

// update uses the Date header of a response to a request that was sent and
// answered at the given times. Bounds that contradict the earlier ones replace them,
// because a clock was adjusted or another server responded.
func (c *serverClock) update(sent, answered time.Time, header string) {
	date, err := http.ParseTime(header)
	if err != nil {
		return
	}
	low, high := date.Sub(answered), date.Add(time.Second).Sub(sent)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known && low <= c.high && high >= c.low {
		low, high = max(low, c.low), min(high, c.high)
	}
	c.known, c.low, c.high = true, low, high
	c.lastSkew = answered.Sub(date)
}

func (c *serverClock) skew() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lastSkew, c.known
}

// earliestLocal returns the earliest local time at which the server's clock may show
// t.
func (c *serverClock) earliestLocal(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.Add(-c.high)
}

// latestLocal returns the local time from which the server's clock certainly shows
// t or later.
func (c *serverClock) latestLocal(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.Add(-c.low)
}

package atlassian

import (
	"net/http"
	"sync"
	"time"
)

// serverClock tells how far the server's clock is from ours. One Date header
// says so to a second only, because it has no fraction; the bounds of many
// answers together say it to a fraction of the time between two calls.
type serverClock struct {
	mu        sync.Mutex
	known     bool
	low, high time.Duration // bounds of server minus own.
	lastSkew  time.Duration // own minus server at the latest answer.
}

// update takes in the Date header of the answer to a request sent and answered at
// these instants. Bounds that contradict the earlier ones replace them: a clock
// was set, or another server answers.
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

// earliestLocal is the first own instant at which the server's clock may show t.
func (c *serverClock) earliestLocal(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.Add(-c.high)
}

// latestLocal is the own instant from which the server's clock shows t or later.
func (c *serverClock) latestLocal(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.Add(-c.low)
}

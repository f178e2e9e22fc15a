package slackapi

import (
	"net/http"
	"sync"
	"time"
)

// clock estimates Slack's clock from the Date header of its responses. The
// estimate is never ahead of Slack, because Date is cut to seconds and an answer
// takes time, so a press that Slack timed later is never taken for an earlier one.
// It does not depend on the machine's clock, which may be wrong or be changed.
type clock struct {
	mu   sync.Mutex
	date time.Time // Slack's time at heard.
	at   time.Time // the machine's monotonic time of that moment.
}

// Now returns Slack's time: at most about a second too early, never too late. It
// is zero before Slack's first response.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.date.IsZero() {
		return time.Time{}
	}
	return c.date.Add(time.Since(c.at))
}

// heard updates the estimate with the Date header of a response to a request that
// was sent at sent.
func (c *clock) heard(header string, sent time.Time) {
	date, err := http.ParseTime(header)
	if err != nil {
		return
	}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	estimate := c.date.Add(now.Sub(c.at))
	latest := date.Add(time.Second + now.Sub(sent)) // Slack's time can be no later now.
	if c.date.IsZero() || date.After(estimate) || estimate.After(latest) {
		c.date, c.at = date.UTC(), now
	}
}

// timing is the transport that keeps a clock.
type timing struct {
	next  http.RoundTripper
	clock *clock
}

// timed returns the client with the clock kept by its responses.
func timed(c *http.Client, clock *clock) *http.Client {
	out := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	out.Transport = timing{next, clock}
	return &out
}

// RoundTrip implements [http.RoundTripper].
func (t timing) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := time.Now()
	resp, err := t.next.RoundTrip(r)
	if err == nil {
		t.clock.heard(resp.Header.Get("Date"), sent)
	}
	return resp, err
}

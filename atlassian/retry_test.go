package atlassian

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// script answers each request with the next handler; the last one repeats.
type script struct {
	answers []http.HandlerFunc
	times   []time.Time
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := min(len(s.times), len(s.answers)-1)
	s.times = append(s.times, time.Now())
	s.answers[n](w, r)
}

// refusedWith returns a handler that answers with a status and one header.
func refusedWith(status int, name string, value func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if name != "" {
			w.Header().Set(name, value())
		}
		answer(w, status, "")
	}
}

func always(s string) func() string { return func() string { return s } }

func in(d time.Duration, layout string) func() string {
	return func() string { return time.Now().UTC().Add(d).Format(layout) }
}

func TestRetryWaits(t *testing.T) {
	exhausted := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "5")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", in(40500*time.Millisecond, time.RFC3339Nano)())
		answer(w, http.StatusTooManyRequests, "")
	}
	tests := []struct {
		name      string
		first     http.HandlerFunc
		least     time.Duration
		most      time.Duration
		alsoWrite bool
	}{
		{"429 with seconds", refusedWith(429, "Retry-After", always("7")), 7 * time.Second, 8 * time.Second, true},
		{"429 with a date", refusedWith(429, "Retry-After", in(9*time.Second, http.TimeFormat)), 8 * time.Second, 10 * time.Second, true},
		{"429 with a reset", exhausted, 40 * time.Second, 42 * time.Second, true},
		{"429 without a header", refusedWith(429, "", nil), time.Second, 2 * time.Second, true},
		{"500", refusedWith(500, "", nil), firstBackoff / 2, firstBackoff, false},
		{"503 with seconds", refusedWith(503, "Retry-After", always("20")), 20 * time.Second, 20 * time.Second, false},
		{"a cut connection", cutBefore, firstBackoff / 2, firstBackoff, false},
	}
	fine := jsonAnswer(http.StatusOK, `{"data":[]}`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			read := &script{answers: []http.HandlerFunc{tt.first, fine}}
			inBubble(t, read, func(c *Client) error {
				if _, err := collect(c, Query{}); err != nil {
					return err
				}
				if got := read.times[1].Sub(read.times[0]); got < tt.least || got > tt.most {
					return fmt.Errorf("waited %v, want %v to %v", got, tt.least, tt.most)
				}
				return triesAre(c, 2)
			})
			write := &script{answers: []http.HandlerFunc{tt.first, fine}}
			inBubble(t, write, func(c *Client) error {
				err := c.Restore(context.Background(), testDirectory, testAccount)
				if tt.alsoWrite {
					return errors.Join(err, triesAre(c, 2))
				}
				if err == nil {
					return errors.New("a restore that may have taken effect was sent again")
				}
				return errors.Join(triesAre(c, 1), definiteIs(err, false))
			})
		})
	}
}

func TestRetryIsBoundedInTime(t *testing.T) {
	tests := []struct {
		name    string
		handler http.HandlerFunc
		most    time.Duration
	}{
		{"a wait of a day", refusedWith(429, "Retry-After", always("86400")), 0},
		{"waits of two minutes", refusedWith(429, "Retry-After", always("120")), retryTimeout},
		{"endless 500s", refusedWith(500, "", nil), 30 * time.Second},
		{"endless silence", silence, retryTimeout + requestTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, tt.handler, func(c *Client) error {
				start := time.Now()
				if _, err := c.Organization(context.Background()); err == nil {
					return errors.New("got no error")
				}
				if got := time.Since(start); got > tt.most {
					return fmt.Errorf("gave up after %v, want at most %v", got, tt.most)
				}
				return nil
			})
		})
	}
}

func TestRetryEndsWithContext(t *testing.T) {
	for _, h := range []http.HandlerFunc{refusedWith(500, "", nil), silence, refusedWith(429, "Retry-After", always("60"))} {
		inBubble(t, h, func(c *Client) error {
			cause := errors.New("asked to stop")
			ctx, cancel := context.WithTimeoutCause(context.Background(), 3*time.Second, cause)
			defer cancel()
			start := time.Now()
			_, err := c.Directories(ctx)
			if took := time.Since(start); took > 3*time.Second {
				return fmt.Errorf("took %v", took)
			}
			if !errors.Is(err, cause) {
				return fmt.Errorf("got %w, want the cause", errOr(err))
			}
			return kindIs(err, KindTransport)
		})
	}
}

func TestObserve(t *testing.T) {
	var calls []Call
	s := &script{answers: []http.HandlerFunc{refusedWith(429, "Retry-After", always("7")), refusedWith(204, "", nil)}}
	inBubble(t, s, func(c *Client) error {
		c.observe = func(call Call) { calls = append(calls, call) }
		return c.Suspend(context.Background(), testDirectory, testAccount)
	})
	want := []Call{
		{Route: "POST suspend", AccountID: testAccount, Try: 1, Status: 429, Kind: KindRateLimited},
		{Route: "POST suspend", AccountID: testAccount, Try: 2, Status: 204, Waited: 7 * time.Second},
	}
	for i, w := range want {
		if i >= len(calls) || calls[i] != w {
			t.Errorf("call %d: got %+v, want %+v", i, calls, w)
		}
	}
}

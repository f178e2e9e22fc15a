package atlassian

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// TestPrompt checks that a SendSoon call is sent soon or not at all and then
// returns the wait. The next call, which would wait as long, is not sent
// either.
func TestPrompt(t *testing.T) {
	usedUp := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "5")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", in(40500*time.Millisecond, time.RFC3339Nano)())
		answer(w, http.StatusTooManyRequests, "")
	}
	tests := map[string]struct {
		first http.HandlerFunc
		wait  time.Duration // 0: the client waits and sends.
	}{
		"seconds":      {refusedWith(429, "Retry-After", always("60")), time.Minute},
		"a window":     {usedUp, 41 * time.Second},
		"a short wait": {refusedWith(429, "Retry-After", always("3")), 0},
		"no header":    {refusedWith(429, "", nil), 0},
		"no error":     {refusedWith(204, "", nil), 0},
		"ten minutes":  {refusedWith(429, "Retry-After", always("600")), 10 * time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &script{answers: []http.HandlerFunc{test.first, refusedWith(204, "", nil)}}
			inBubble(t, s, func(c *Client) error {
				begun, want := time.Now(), 2
				for range 2 {
					err := c.Suspend(SendSoon(context.Background()), testDirectory, testAccount)
					if test.wait == 0 && err != nil || test.wait > 0 && !waits(err, test.wait) {
						return fmt.Errorf("got %w, want a wait of %s", errOr(err), test.wait)
					}
				}
				if test.wait > 0 {
					want = 1
				}
				if took := time.Since(begun); took > 2*sendSoonWithin || len(s.times) < want || test.wait > 0 && len(s.times) > 1 {
					return fmt.Errorf("%d requests within %s", len(s.times), took)
				}
				return nil
			})
		})
	}
}

func waits(err error, about time.Duration) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == KindRateLimited && e.Definite() && (e.RetryAfter-about).Abs() <= 2*time.Second
}

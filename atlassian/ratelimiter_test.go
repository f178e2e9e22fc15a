package atlassian

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

var long = flag.Bool("long", false, "measure the rate over twelve windows instead of four")

// lastActive makes n calls, atOnce of them concurrently.
func lastActive(c *Client, n, atOnce int) error {
	var group sync.WaitGroup
	work := make(chan int)
	errs := make(chan error, n)
	for range atOnce {
		group.Go(func() {
			for range work {
				if _, err := c.LastActive(context.Background(), testAccount); err != nil {
					errs <- err
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	group.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// used returns the fraction of the allowed rate that n calls in that time use.
func used(n, perMinute int, took time.Duration) float64 {
	return float64(n) / float64(perMinute) / took.Minutes()
}

func TestPaceTruthfulHeaders(t *testing.T) {
	windows := 4
	if *long {
		windows = 12
	}
	tests := []struct {
		name   string
		server *window
		atOnce int
	}{
		{"one at a time", &window{limit: 200, latency: 50 * time.Millisecond}, 1},
		{"sixteen at once", &window{limit: 200, latency: 50 * time.Millisecond}, 16},
		{"slow answers", &window{limit: 200, latency: 700 * time.Millisecond}, 16},
		{"reset in whole seconds", &window{limit: 200, latency: 50 * time.Millisecond, whole: true}, 16},
		{"server's clock ahead", &window{limit: 200, latency: 50 * time.Millisecond, ahead: 7*time.Minute + 300*time.Millisecond}, 8},
		{"server's clock behind", &window{limit: 200, latency: 50 * time.Millisecond, ahead: -90 * time.Second}, 8},
		{"high limit", &window{limit: 400, latency: 50 * time.Millisecond}, 8},
		{"low limit", &window{limit: 10, latency: 50 * time.Millisecond}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, tt.server, func(c *Client) error {
				n := windows * tt.server.limit
				start := time.Now()
				if err := lastActive(c, n, tt.atOnce); err != nil {
					return err
				}
				if got := tt.server.refused.Load(); got > 0 {
					return fmt.Errorf("%d calls were refused", got)
				}
				got := used(n, tt.server.limit, time.Since(start))
				t.Logf("used %.3f of the allowed rate", got)
				if got < 0.98 {
					return fmt.Errorf("used %.3f of the allowed rate, want at least 0.98", got)
				}
				return nil
			})
		})
	}
}

func TestPaceWithoutHeaders(t *testing.T) {
	t.Run("keeps 200 a minute for last-active-dates", func(t *testing.T) {
		server := window{limit: 1 << 30, silent: true}
		inBubble(t, &server, func(c *Client) error {
			start := time.Now()
			err := lastActive(c, 1000, 8)
			if got := used(1000, 200, time.Since(start)); got < 0.99 || got > 1.01 {
				return fmt.Errorf("used %.3f of 200 a minute", got)
			}
			return err
		})
	})
	t.Run("slows down under a lower limit", func(t *testing.T) {
		server := window{limit: 100, silent: true}
		inBubble(t, &server, func(c *Client) error {
			err := lastActive(c, 2000, 4)
			if got := server.refused.Load(); got > 100 {
				return fmt.Errorf("%d of %d calls were refused", got, server.served)
			}
			return err
		})
	})
	t.Run("does not hold up other routes", func(t *testing.T) {
		server := window{limit: 1 << 30, silent: true}
		inBubble(t, &server, func(c *Client) error {
			start := time.Now()
			for range 300 {
				if _, err := collect(c, Query{}); err != nil {
					return err
				}
			}
			if took := time.Since(start); took != 0 {
				return fmt.Errorf("300 searches waited %v", took)
			}
			return nil
		})
	})
}

func TestPaceUrgentGoesFirst(t *testing.T) {
	var order []string
	server := window{limit: 1, finished: func(r *http.Request) { order = append(order, r.URL.Path) }}
	inBubble(t, &server, func(c *Client) error {
		if err := lastActive(c, 1, 1); err != nil { // Uses up the window.
			return err
		}
		var group sync.WaitGroup
		for _, who := range []string{"scan1", "scan2", "scan3"} {
			group.Go(func() { _, _ = c.LastActive(context.Background(), who) })
		}
		<-time.After(time.Second)
		group.Go(func() { _, _ = c.LastActive(Urgent(context.Background()), "decision") })
		group.Wait()
		want := "/admin/v1/orgs/a1b2c3/directory/users/decision/last-active-dates"
		if len(order) != 5 || order[1] != want {
			return fmt.Errorf("got order %q, want the decision second", order)
		}
		return nil
	})
}

func TestPaceLeavesRoomForDecisions(t *testing.T) {
	server := window{limit: 200}
	inBubble(t, &server, func(c *Client) error {
		go lastActive(c, 190, 8)
		<-time.After(30 * time.Second)
		start := time.Now()
		_, err := c.LastActive(Urgent(context.Background()), testAccount)
		if took := time.Since(start); took > 0 {
			return fmt.Errorf("a decision in the middle of a scan waited %v", took)
		}
		<-time.After(time.Minute)
		return err
	})
}

func TestPaceWaitEndsWithContext(t *testing.T) {
	server := window{limit: 1}
	inBubble(t, &server, func(c *Client) error {
		if err := lastActive(c, 1, 1); err != nil {
			return err
		}
		cause := errors.New("asked to stop")
		ctx, cancel := context.WithTimeoutCause(context.Background(), time.Second, cause)
		defer cancel()
		start := time.Now()
		_, err := c.LastActive(ctx, testAccount)
		if took := time.Since(start); took != time.Second || !errors.Is(err, cause) {
			return fmt.Errorf("got %w after %v, want the cause after a second", err, took)
		}
		return kindIs(err, KindTransport)
	})
}

// TestPaceShared makes another client use part of the limit.
func TestPaceShared(t *testing.T) {
	server := window{limit: 200, latency: 50 * time.Millisecond}
	inBubble(t, &server, func(c *Client) error {
		done := make(chan struct{})
		go func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(600 * time.Millisecond):
					server.take(http.Header{})
				}
			}
		}()
		err := lastActive(c, 500, 4)
		close(done)
		if got := server.refused.Load(); got > 20 {
			return fmt.Errorf("%d calls were refused", got)
		}
		return err
	})
}

// TestPacerLearns updates a rate limiter with three requests in flight from
// response headers.
func TestPacerLearns(t *testing.T) {
	reset := time.Now().Add(time.Minute)
	tests := []struct {
		name string
		seen []quota
		want int // remaining.
	}{
		{"a new window may not have counted the requests in flight", []quota{{10, 9, reset}}, 6},
		{"another client uses the limit too", []quota{{10, 9, reset}, {10, 2, reset}}, 2},
		{"a late answer of the same window", []quota{{10, 9, reset}, {10, 8, reset}}, 6},
		{"a late answer of an earlier window", []quota{{10, 9, reset}, {10, 0, reset.Add(-time.Minute)}}, 6},
		{"a later window", []quota{{10, 9, reset}, {10, 10, reset.Add(time.Minute)}}, 7},
		{"fewer remaining than in flight", []quota{{10, 1, reset}}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &rateLimiter{clock: &serverClock{}, inFlight: 3}
			for _, b := range tt.seen {
				p.updateWindow(&b)
			}
			if got := p.window.remaining; got != tt.want {
				t.Errorf("got %d left, want %d", got, tt.want)
			}
		})
	}
}

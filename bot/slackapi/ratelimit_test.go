package slackapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/bot/slackapi"
)

// recorder is a Slack server that records its calls. It can answer the next call
// with 429.
type recorder struct {
	mu     sync.Mutex
	calls  map[string][]time.Time // by method, or by method and channel for posts.
	refuse string                 // the Retry-After of the next response; empty: 200.
}

func (c *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/api/")
	if r.FormValue("channel") != "" {
		key += " " + r.FormValue("channel")
	}
	c.calls[key] = append(c.calls[key], time.Now())
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}
	if c.refuse != "" {
		resp.StatusCode = http.StatusTooManyRequests
		resp.Header.Set("Retry-After", c.refuse)
		c.refuse = ""
	}
	return resp, nil
}

// rateLimited is a rate-limited client with the server that records its calls.
type rateLimited struct {
	*testing.T
	*recorder
	client *http.Client
}

func withClient(t *testing.T, test func(*rateLimited)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &recorder{calls: map[string][]time.Time{}}
		test(&rateLimited{t, c, slackapi.RateLimited(&http.Client{Transport: c, Timeout: 15 * time.Second}, "http://slack.test/api/", nil)})
	})
}

// call calls a method, or posts to a channel if channel is not empty. It
// returns the response and how long it took.
func (o *rateLimited) call(ctx context.Context, address, channel string) (status int, retry string, waited time.Duration, err error) {
	body := url.Values{"channel": {channel}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://slack.test/"+address, strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	began := time.Now()
	resp, err := o.client.Do(r)
	waited = time.Since(began)
	if err != nil {
		return 0, "", waited, err
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Retry-After"), waited, nil
}

// maxPerMinute returns the largest number of calls within a minute.
func maxPerMinute(calls []time.Time) (most int) {
	for i := range calls {
		n := 0
		for _, at := range calls[i:] {
			if at.Sub(calls[i]) < time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// TestNoMethodIsCalledMoreOftenThanSlackAllows checks that each method stays
// within its budget in every minute, and that the first calls do not wait.
func TestNoMethodIsCalledMoreOftenThanSlackAllows(t *testing.T) {
	tests := map[string]struct{ allowed, atOnce int }{
		"apps.connections.open": {10, 3}, "chat.update": {50, 20}, "views.open": {100, 40}, "chat.postEphemeral": {100, 40},
		"usergroups.users.list": {20, 8}, "users.info": {100, 40}, "a.method.of.tomorrow": {20, 5},
	}
	for method, want := range tests {
		t.Run(method, func(t *testing.T) {
			withClient(t, func(o *rateLimited) {
				for i := range 300 {
					status, retry, waited, err := o.call(o.Context(), "api/"+method+"?x=1", "")
					for status == http.StatusTooManyRequests {
						again, _ := time.ParseDuration(retry + "s")
						<-time.After(again)
						status, retry, _, err = o.call(o.Context(), "api/"+method+"?x=1", "")
					}
					if err != nil {
						t.Fatal(err)
					}
					if i < want.atOnce && waited > 0 {
						t.Errorf("call %d waited %s, want the first %d at once", i, waited, want.atOnce)
					}
				}
				if got := maxPerMinute(o.calls[method]); got > want.allowed || len(o.calls[method]) != 300 {
					t.Errorf("%d calls in a minute, %d in all, want at most %d of 300", got, len(o.calls[method]), want.allowed)
				}
			})
		})
	}
}

// TestPostsArePacedByChannel checks that each channel gets at most one message
// a second and that no channel waits for another.
func TestPostsArePacedByChannel(t *testing.T) {
	withClient(t, func(o *rateLimited) {
		began := time.Now()
		var all sync.WaitGroup
		for _, channel := range []string{"C1", "C2", "C3"} {
			all.Go(func() {
				for range 4 {
					if _, _, _, err := o.call(o.Context(), "api/chat.postMessage", channel); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for channel, at := range o.calls {
			for i := 1; i < len(at); i++ {
				if gap := at[i].Sub(at[i-1]); gap < time.Second {
					t.Errorf("%s: %s between two messages", channel, gap)
				}
			}
		}
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("three channels took %s, want no longer than one", took)
		}
	})
}

// TestRetryAfterIsObeyed checks that a method is blocked for the Retry-After
// period of a 429. A call that can wait that long does; any other returns 429
// with the remaining time without being sent. Other methods are not affected.
func TestRetryAfterIsObeyed(t *testing.T) {
	withClient(t, func(o *rateLimited) {
		call := func(method string) (int, string, time.Duration) {
			status, retry, waited, err := o.call(o.Context(), method, "")
			if err != nil {
				t.Fatal(err)
			}
			return status, retry, waited
		}
		o.refuse = "30"
		if status, retry, _ := call("api/chat.update"); status != 429 || retry != "30" {
			t.Fatalf("answered with %d, %s", status, retry)
		}
		<-time.After(10 * time.Second)
		for range 20 {
			if status, retry, waited := call("api/chat.update"); status != 429 || retry != "20" || waited != 0 {
				t.Errorf("10 s later: %d, %s after %s, want 429, 20 at once", status, retry, waited)
			}
		}
		if status, _, waited := call("api/views.open"); status != 200 || waited != 0 {
			t.Errorf("another method: %d after %s", status, waited)
		}
		<-time.After(17 * time.Second)
		if status, _, waited := call("api/chat.update"); status != 200 || waited != 3*time.Second {
			t.Errorf("3 s before the end: %d after %s, want 200 after 3 s", status, waited)
		}
		if n := len(o.calls["chat.update"]); n != 2 {
			t.Errorf("%d calls were sent, want 2", n)
		}
	})
}

// TestWaitsEndWithTheirRequest checks that a wait ends with its context and
// that a URL that is not an API method never waits.
func TestWaitsEndWithTheirRequest(t *testing.T) {
	withClient(t, func(o *rateLimited) {
		o.refuse = "4"
		_, _, _, _ = o.call(o.Context(), "api/chat.update", "")
		ctx, cancel := context.WithCancel(o.Context())
		time.AfterFunc(time.Second, cancel)
		if _, _, waited, err := o.call(ctx, "api/chat.update", ""); !errors.Is(err, context.Canceled) || waited != time.Second {
			t.Errorf("ended after %s with %v", waited, err)
		}
		ctx, cancel = context.WithTimeout(o.Context(), 2*time.Second)
		defer cancel()
		if status, _, waited, err := o.call(ctx, "api/chat.update", ""); status != 429 || waited != 0 || err != nil {
			t.Errorf("a deadline before the end of the wait: %d after %s, %v, want 429 at once", status, waited, err)
		}
		for range 300 {
			if status, _, waited, err := o.call(o.Context(), "response/xyz", ""); status != 200 || waited != 0 || err != nil {
				t.Fatalf("a response_url: %d after %s, %v", status, waited, err)
			}
		}
	})
}

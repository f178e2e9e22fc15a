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

// counter is a Slack that notes when it is called, and answers with a status
// and a Retry-After where it has some left.
type counter struct {
	mu     sync.Mutex
	calls  map[string][]time.Time // by method, for posts by method and channel.
	refuse string                 // the Retry-After of the next answer, empty for an ordinary one.
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
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

// office is a paced client, in a bubble, and who counts its calls.
type office struct {
	*testing.T
	*counter
	client *http.Client
}

func inOffice(t *testing.T, test func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{calls: map[string][]time.Time{}}
		test(&office{t, c, slackapi.RateLimited(&http.Client{Transport: c, Timeout: 15 * time.Second}, "http://slack.test/api/", nil)})
	})
}

// call calls a method, or posts to a channel where one is named, and tells what
// came of it and after how long.
func (o *office) call(ctx context.Context, address, channel string) (status int, retry string, waited time.Duration, err error) {
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

// busiestMinute returns the largest number of calls in any minute.
func busiestMinute(calls []time.Time) (most int) {
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

// TestNoMethodIsCalledMoreOftenThanSlackAllows: whatever wants out, each method
// keeps its budget in every minute, and what a press needs does not wait.
func TestNoMethodIsCalledMoreOftenThanSlackAllows(t *testing.T) {
	tests := map[string]struct{ allowed, atOnce int }{
		"apps.connections.open": {10, 3}, "chat.update": {50, 20}, "views.open": {100, 40}, "chat.postEphemeral": {100, 40},
		"usergroups.users.list": {20, 8}, "users.info": {100, 40}, "a.method.of.tomorrow": {20, 5},
	}
	for method, want := range tests {
		t.Run(method, func(t *testing.T) {
			inOffice(t, func(o *office) {
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
				if got := busiestMinute(o.calls[method]); got > want.allowed || len(o.calls[method]) != 300 {
					t.Errorf("%d calls in a minute, %d in all, want at most %d of 300", got, len(o.calls[method]), want.allowed)
				}
			})
		})
	}
}

// TestPostsArePacedByChannel: a message a second in each channel, and no channel
// waits for another.
func TestPostsArePacedByChannel(t *testing.T) {
	inOffice(t, func(o *office) {
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

// TestRetryAfterIsObeyed: a method that was answered with 429 rests for as long
// as Slack said. What can wait for that does; what cannot is told when to come
// again, and nothing is sent. Other methods go on.
func TestRetryAfterIsObeyed(t *testing.T) {
	inOffice(t, func(o *office) {
		call := func(method string) (int, string, time.Duration) {
			status, retry, waited, err := o.call(o.Context(), method, "")
			if err != nil {
				t.Fatal(err)
			}
			return status, retry, waited
		}
		o.refuse = "30"
		if status, retry, _ := call("api/chat.update"); status != 429 || retry != "30" {
			t.Fatalf("answered %d, %s", status, retry)
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
			t.Errorf("%d calls went out, want 2", n)
		}
	})
}

// TestWaitsEndWithTheirRequest, and what is no method of the API never waits.
func TestWaitsEndWithTheirRequest(t *testing.T) {
	inOffice(t, func(o *office) {
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
			t.Errorf("too short for its turn: %d after %s, %v, want 429 at once", status, waited, err)
		}
		for range 300 {
			if status, _, waited, err := o.call(o.Context(), "response/xyz", ""); status != 200 || waited != 0 || err != nil {
				t.Fatalf("a response_url: %d after %s, %v", status, waited, err)
			}
		}
	})
}

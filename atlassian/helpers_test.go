package atlassian

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/bot/pipenet"
)

const (
	testKey       = "ATCTT3xFfGN0secret"
	testOrg       = "a1b2c3"
	testDirectory = "5f0e-dir"
	testAccount   = "712020:0a1b-2c3d"
)

// inBubble runs f in a synctest bubble with a client of the handler. An error
// of f fails the test.
func inBubble(t *testing.T, h http.Handler, f func(c *Client) error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if err := f(pipeClient(t, h, Config{OrgID: testOrg, APIKey: testKey})); err != nil {
			t.Error(err)
		}
	})
}

// pipeClient returns a client connected to the handler through in-memory pipes.
// Both are closed at the end of the test.
func pipeClient(t *testing.T, h http.Handler, cfg Config) *Client {
	t.Helper()
	n := pipenet.New(map[string]http.Handler{"api.test": h})
	t.Cleanup(n.Close)
	n.Transport.MaxIdleConnsPerHost = 64
	cfg.BaseURL, cfg.Transport = "http://api.test", n.Transport
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// onLoopback returns a client of the handler over the loopback interface.
func onLoopback(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := New(Config{BaseURL: server.URL, OrgID: testOrg, APIKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// answer writes a status and a JSON body.
func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

// collect returns the account ids of all pages.
func collect(c *Client, q Query) (ids []string, err error) {
	for u, err := range c.Users(context.Background(), testDirectory, q) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, u.AccountID)
	}
	return ids, nil
}

// window is a handler with the API's rate limit: it answers limit requests in
// each minute, which starts with its first request, and the others with 429.
type window struct {
	limit    int
	whole    bool // truncates the reset to whole seconds.
	silent   bool // sends no rate limit headers.
	ahead    time.Duration
	latency  time.Duration
	mu       sync.Mutex
	used     int
	reset    time.Time
	served   int
	refused  atomic.Int64
	finished func(r *http.Request)
}

func (l *window) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	<-time.After(l.latency / 2)
	ok := l.take(w.Header())
	<-time.After(l.latency / 2)
	w.Header().Set("Date", time.Now().Add(l.ahead).UTC().Format(http.TimeFormat))
	if !ok {
		l.refused.Add(1)
		answer(w, http.StatusTooManyRequests, `{"errors":[{"code":"ADMIN-429-1"}]}`)
		return
	}
	if l.finished != nil {
		l.finished(r)
	}
	if strings.HasSuffix(r.URL.Path, "/search") {
		answer(w, http.StatusOK, `{"data":[],"links":{}}`)
		return
	}
	answer(w, http.StatusOK, `{"data":{"product_access":[]},"links":{"next":null}}`)
}

func (l *window) take(h http.Header) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !now.Before(l.reset) {
		l.used, l.reset = 0, now.Add(time.Minute)
	}
	ok := l.used < l.limit
	if ok {
		l.used++
		l.served++
	}
	if !l.silent {
		form := time.RFC3339Nano
		if l.whole {
			form = time.RFC3339
		}
		h.Set("X-RateLimit-Limit", fmt.Sprint(l.limit))
		h.Set("X-RateLimit-Remaining", fmt.Sprint(l.limit-l.used))
		h.Set("X-RateLimit-Reset", l.reset.Add(l.ahead).UTC().Format(form))
	}
	return ok
}

// kindIs returns an error unless err has the kind.
func kindIs(err error, want Kind) error {
	if got := KindOf(err); got != want {
		return fmt.Errorf("got kind %d (%w), want %d", got, errOr(err), want)
	}
	return nil
}

func errOr(err error) error {
	if err == nil {
		return errors.New("no error")
	}
	return err
}

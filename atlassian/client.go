package atlassian

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Client calls the API for one organisation. Its methods may be called
// concurrently. It prints without the key.
type Client struct {
	org        string
	base       *url.URL
	http       http.Client
	setHeaders func(http.Header) // sets the headers; a closure, so that no field is the key.
	redact     func(error) error // hides an error that repeats the key.
	observe    func(Call)
	requests   atomic.Int64
	clock      serverClock
	limitersMu sync.Mutex
	limiters   map[string]*rateLimiter // by route.
	pageLimit  int                     // pages of one listing.
}

// New returns a client, or all mistakes of the configuration at once.
func New(cfg Config) (*Client, error) {
	base, err := cfg.check()
	if err != nil {
		return nil, err
	}
	c := &Client{
		org:        cfg.OrgID,
		base:       base,
		setHeaders: headersFrom(cfg),
		redact:     keyRedactor(cfg.APIKey),
		observe:    cfg.Observe,
		limiters:   map[string]*rateLimiter{},
		pageLimit:  maxPages,
	}
	c.http.Transport = cfg.Transport
	if cfg.Transport == nil {
		c.http.Transport = defaultTransport()
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

// defaultTransport keeps a connection for each of a few dozen concurrent calls.
func defaultTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	return t
}

func headersFrom(cfg Config) func(http.Header) {
	agent := cfg.UserAgent
	if agent == "" {
		agent = "inactivebot"
	}
	return func(h http.Header) {
		h.Set("Authorization", "Bearer "+cfg.APIKey)
		h.Set("Accept", "application/json")
		h.Set("User-Agent", agent)
	}
}

func keyRedactor(key string) func(error) error {
	return func(err error) error {
		if err != nil && strings.Contains(err.Error(), key) {
			return errors.New("the cause is withheld: it repeats the API key")
		}
		return err
	}
}

// String names the client and its organisation.
func (c *Client) String() string { return "atlassian.Client(" + c.org + ")" }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// Close closes idle connections. The client can still be used.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// ClockSkew is own clock minus the API's Date header of the latest answer,
// exact to about a second. It is unknown before the first answer with one.
func (c *Client) ClockSkew() (skew time.Duration, known bool) { return c.clock.skew() }

// Requests counts the HTTP requests sent so far, retries included.
func (c *Client) Requests() int { return int(c.requests.Load()) }

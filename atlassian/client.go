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

// Client calls the API for one organisation. Its methods are safe for
// concurrent use. Formatting it does not reveal the key.
type Client struct {
	org        string
	base       *url.URL
	http       http.Client
	setHeaders func(http.Header) // a closure, so that no field contains the key.
	redact     func(error) error // replaces an error that contains the key.
	observe    func(Call)
	requests   atomic.Int64
	clock      serverClock
	limitersMu sync.Mutex
	limiters   map[string]*rateLimiter // by route.
	pageLimit  int                     // most pages of one listing.
}

// New returns a client. If the configuration is invalid, it returns all errors
// joined.
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

// defaultTransport keeps 32 idle connections to the API's host, because the
// default of 2 would reconnect for most concurrent requests.
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
			return errors.New("the error is withheld because it contains the API key")
		}
		return err
	}
}

// String returns the type and the organisation id.
func (c *Client) String() string { return "atlassian.Client(" + c.org + ")" }

// GoString returns the same as String, so that %#v does not print the fields.
func (c *Client) GoString() string { return c.String() }

// Close closes idle connections. The client remains usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// ClockSkew returns the local clock minus the Date header of the latest
// response, with a precision of about a second. It is unknown before the first
// response with a Date header.
func (c *Client) ClockSkew() (skew time.Duration, known bool) { return c.clock.skew() }

// Requests returns the number of HTTP requests sent so far, including retries.
func (c *Client) Requests() int { return int(c.requests.Load()) }

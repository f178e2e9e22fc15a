package atlassian

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// requestTimeout bounds one request from its first byte to the last of the answer,
// so that a server that sends a byte a second cannot hold a scan. A page of a
// hundred people takes a few seconds at worst.
const requestTimeout = 30 * time.Second

var errRequestTimeout = errors.New("no whole answer within " + requestTimeout.String())

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

// Call is one request, for logs and metrics. It holds neither key nor body.
type Call struct {
	Route     string        // for example "POST users/search".
	AccountID string        // whom the call was about; empty for listings.
	Try       int           // 1 for the first.
	Kind      Kind          // 0 when the call did what it was for.
	Status    int           // of a failure; 0 without an answer.
	Waited    time.Duration // for the route's turn.
	Took      time.Duration // from sending to having judged the answer.
}

type urgentKey struct{}

// Urgent marks ctx so that its calls go ahead of a scan's: for decisions.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

func isUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

// request is one call of the API, before it is sent any number of times.
type request struct {
	op      string // what it is for, as in "suspend".
	account string // whom it is about, if it is one person.
	route   string
	method  string
	path    []string // the segments below /admin, unescaped.
	cursor  string   // the query parameter; empty for none.
	body    []byte   // JSON; nil for none.
	write   bool     // has an effect.
}

// newError is the request's error.
func (r request) newError(kind Kind, err error) *Error {
	op := r.op
	if r.account != "" {
		op += " " + r.account
	}
	return &Error{Op: op, Route: r.route, Kind: kind, Err: err}
}

// send sends r once, tells the pacer what the answer says about the pace, and has
// it judged. read decodes the body of a success; it is nil where the body says
// nothing. The status is 0 without an answer.
func (c *Client) send(ctx context.Context, r request, read func([]byte) error) (status int, e *Error) {
	ctx, cancel := context.WithTimeoutCause(ctx, requestTimeout, errRequestTimeout)
	defer cancel()
	p := c.limiter(r.route)
	req, err := c.newHTTPRequest(ctx, r)
	if err != nil {
		p.end(nil)
		return 0, r.newError(KindRefused, err)
	}
	c.requests.Add(1)
	sent := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		p.end(nil)
		return 0, r.newError(KindTransport, c.transportCause(ctx, err))
	}
	defer resp.Body.Close()
	c.clock.update(sent, time.Now(), resp.Header.Get("Date"))
	p.end(&responseInfo{status: resp.StatusCode, retryAfter: c.retryAfter(resp.Header), quota: parseQuota(resp.Header)})
	return resp.StatusCode, c.checkResponse(ctx, r, resp, read)
}

func (c *Client) newHTTPRequest(ctx context.Context, r request) (*http.Request, error) {
	u := *c.base
	segments := make([]string, len(r.path))
	for i, s := range r.path {
		segments[i] = url.PathEscape(s)
	}
	target := u.String() + "/admin/" + strings.Join(segments, "/")
	if r.cursor != "" {
		target += "?" + url.Values{"cursor": {r.cursor}}.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(r.body))
	if err != nil {
		return nil, errors.New("the URL cannot be built")
	}
	c.setHeaders(req.Header)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// transportCause is why there was no answer, without net/http's wrapping.
func (c *Client) transportCause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return c.redact(err)
}

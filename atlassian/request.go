package atlassian

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// request is one API call, which is sent once or several times.
type request struct {
	op      string // the operation for error texts, for example "suspend".
	account string // the account id, if the call concerns one person.
	route   string
	method  string
	path    []string // unescaped path segments below /admin.
	cursor  string   // query parameter; empty for none.
	body    []byte   // JSON; nil for none.
	write   bool     // changes something.
}

// newError returns an [Error] for the request.
func (r request) newError(kind Kind, err error) *Error {
	op := r.op
	if r.account != "" {
		op += " " + r.account
	}
	return &Error{Op: op, Route: r.route, Kind: kind, Err: err}
}

// requestTimeout limits one request, including reading the response body, so
// that a server that sends one byte a second cannot block a scan. A page of a
// hundred people takes a few seconds at most.
const requestTimeout = 30 * time.Second

var errRequestTimeout = errors.New("no complete response within " + requestTimeout.String())

// send sends r once, reports the response to the rate limiter and checks it.
// read decodes the body of a successful response; nil ignores the body. The
// status is 0 without a response.
func (c *Client) send(ctx context.Context, r request, read func([]byte) error) (status int, e *Error) {
	ctx, cancel := context.WithTimeoutCause(ctx, requestTimeout, errRequestTimeout)
	defer cancel()
	l := c.limiter(r.route)
	req, err := c.newHTTPRequest(ctx, r)
	if err != nil {
		l.end(nil)
		return 0, r.newError(KindRefused, err)
	}
	c.requests.Add(1)
	sent := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		l.end(nil)
		return 0, r.newError(KindTransport, c.transportCause(ctx, err))
	}
	defer resp.Body.Close()
	c.clock.update(sent, time.Now(), resp.Header.Get("Date"))
	l.end(&responseInfo{status: resp.StatusCode, retryAfter: c.retryAfter(resp.Header), quota: parseQuota(resp.Header)})
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

// transportCause returns the reason for a missing response, without the
// wrapping of net/http.
func (c *Client) transportCause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return c.redact(err)
}

// Call describes one request for logs and metrics. It contains no key and no
// body.
type Call struct {
	Route     string        // for example "POST users/search".
	AccountID string        // the person concerned; empty for listings.
	Try       int           // 1 for the first.
	Kind      Kind          // 0 on success.
	Status    int           // HTTP status; 0 without a response.
	Waited    time.Duration // time spent waiting for the rate limit.
	Took      time.Duration // time from sending to the checked response.
}

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

// requestTimeout bounds one request from its first byte to the last of the answer,
// so that a server that sends a byte a second cannot hold a scan. A page of a
// hundred people takes a few seconds at worst.
const requestTimeout = 30 * time.Second

var errRequestTimeout = errors.New("no whole answer within " + requestTimeout.String())

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

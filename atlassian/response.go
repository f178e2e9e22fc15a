package atlassian

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
)

// maxBody is the largest accepted response body in bytes. A page of a hundred
// people with many groups is well below 1 MiB.
const maxBody = 32 << 20

// maxErrorBody is how many bytes of an error response are read; only the error
// code is used.
const maxErrorBody = 64 << 10

var errTooLong = errors.New("the response body exceeds 32 MiB")

// checkResponse returns nil for a successful response and a typed error for any other.
func (c *Client) checkResponse(ctx context.Context, r request, resp *http.Response, read func([]byte) error) *Error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		e := r.newError(kindForStatus(resp.StatusCode), nil)
		e.Status = resp.StatusCode
		e.Code = errorCode(resp.Body)
		e.RetryAfter = c.retryAfter(resp.Header)
		return e
	}
	kind, err := c.readBody(ctx, resp, read)
	if err == nil {
		return nil
	}
	e := r.newError(kind, err)
	e.Status = resp.StatusCode
	return e
}

// readBody reads and decodes the body of a 2xx response. It returns the kind of
// failure with the error.
func (c *Client) readBody(ctx context.Context, resp *http.Response, read func([]byte) error) (Kind, error) {
	if err := checkContentType(resp.Header.Get("Content-Type")); err != nil {
		return KindUnreadable, err
	}
	if read == nil {
		return 0, nil
	}
	if resp.ContentLength > maxBody {
		return KindUnreadable, errTooLong
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return KindTransport, context.Cause(ctx)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return KindUnreadable, errors.New("the response body is truncated")
	case err != nil:
		return KindTransport, fmt.Errorf("read the response body: %w", c.redact(err))
	case len(body) > maxBody:
		return KindUnreadable, errTooLong
	case len(body) == 0:
		return KindUnreadable, errors.New("the response body is empty")
	}
	if err := read(body); err != nil {
		return KindUnreadable, err
	}
	return 0, nil
}

// checkContentType accepts JSON, and a missing Content-Type: decoding the body
// decides then.
func checkContentType(header string) error {
	if header == "" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return errors.New("the Content-Type of the response is not JSON")
	}
	return nil
}

func kindForStatus(status int) Kind {
	switch status {
	case http.StatusUnauthorized:
		return KindUnauthorized
	case http.StatusForbidden:
		return KindForbidden
	case http.StatusNotFound:
		return KindNotFound
	case http.StatusConflict:
		return KindConflict
	case http.StatusGone:
		return KindGone
	case http.StatusTooManyRequests:
		return KindRateLimited
	case http.StatusRequestTimeout:
		return KindServer // Sent by a gateway; the request may have had an effect.
	}
	switch status / 100 {
	case 3:
		return KindRedirected
	case 4:
		return KindRefused
	case 5:
		return KindServer
	}
	return KindUnreadable
}

// apiCode matches the API's error codes. Nothing else of an error response is
// kept, so that an error cannot contain a secret that a server echoes.
var apiCode = regexp.MustCompile(`^ADMIN(-[A-Z]{1,10})?-[0-9]{3}-[0-9]{1,6}$`)

// errorCode returns the API's error code of a response body, or "" if there is
// none.
func errorCode(body io.Reader) string {
	var refusal struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	b, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // A truncated body has no code.
	if json.Unmarshal(b, &refusal) != nil || len(refusal.Errors) == 0 {
		return ""
	}
	if code := refusal.Errors[0].Code; apiCode.MatchString(code) {
		return code
	}
	return ""
}

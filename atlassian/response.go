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

// maxBody bounds an answer in bytes. A page of a hundred people, each with many
// groups, is well under one MiB.
const maxBody = 32 << 20

// maxErrorBody bounds what is read of a refusal, of which only the code counts.
const maxErrorBody = 64 << 10

var errTooLong = errors.New("the body is longer than 32 MiB")

// checkResponse turns an answer into success or a typed error.
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

// readBody reads the body of a 2xx answer and says what is wrong with it.
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
		return KindUnreadable, errors.New("the body was cut")
	case err != nil:
		return KindTransport, fmt.Errorf("read the body: %w", c.redact(err))
	case len(body) > maxBody:
		return KindUnreadable, errTooLong
	case len(body) == 0:
		return KindUnreadable, errors.New("the body is empty")
	}
	if err := read(body); err != nil {
		return KindUnreadable, err
	}
	return 0, nil
}

// checkContentType accepts JSON, and a missing type, about which the body decides.
func checkContentType(header string) error {
	if header == "" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return errors.New("the body is not JSON by its Content-Type")
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
		return KindServer // A gateway's; it does not say how far the call got.
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

// apiCode is the form of the API's codes. Nothing else of a refusal is kept, so
// that no error can repeat what a server echoes.
var apiCode = regexp.MustCompile(`^ADMIN(-[A-Z]{1,10})?-[0-9]{3}-[0-9]{1,6}$`)

// errorCode is the API's own code in a refusal, empty when there is none.
func errorCode(body io.Reader) string {
	var refusal struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	b, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // What was cut has no code.
	if json.Unmarshal(b, &refusal) != nil || len(refusal.Errors) == 0 {
		return ""
	}
	if code := refusal.Errors[0].Code; apiCode.MatchString(code) {
		return code
	}
	return ""
}

package slackapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxResponse bounds a response of Slack in bytes, far above the size of any.
const maxResponse = 32 << 20

// redactor is a transport that removes the tokens from everything that comes
// back: from responses, which the library puts whole into some of its errors,
// and from network errors.
type redactor struct {
	next   http.RoundTripper
	tokens []string
}

// redacted returns the client with a [redactor] as its transport. It follows no
// redirect, because the body of a request holds the token.
func redacted(c *http.Client, tokens ...string) *http.Client {
	out := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	out.Transport = redactor{next, tokens}
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}

// RoundTrip implements [http.RoundTripper].
func (q redactor) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := q.next.RoundTrip(r)
	if err != nil {
		return nil, q.redactError(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	if err != nil {
		return nil, q.redactError(err)
	}
	resp.Status = fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)) // never the server's own words.
	for _, token := range q.tokens {
		body = bytes.ReplaceAll(body, []byte(token), []byte("[redacted]"))
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func (q redactor) redactError(err error) error {
	for _, token := range q.tokens {
		if strings.Contains(err.Error(), token) {
			return errors.New("the cause is withheld: it repeats a token")
		}
	}
	return err
}

package slackapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxResponse is the largest accepted response in bytes, far above any response of
// Slack.
const maxResponse = 32 << 20

// redactor is a transport that removes the tokens from network errors and from
// responses, because the library includes whole responses in some errors.
type redactor struct {
	next   http.RoundTripper
	tokens []string
}

// redacted returns the client with a [redactor] as its transport. It follows no
// redirect, because the request body contains the token.
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
	resp.Status = fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)) // without the server's text.
	for _, token := range q.tokens {
		body = bytes.ReplaceAll(body, []byte(token), []byte("[redacted]"))
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func (q redactor) redactError(err error) error {
	for _, token := range q.tokens {
		if strings.Contains(err.Error(), token) {
			return errors.New("the error is withheld because it contains a token")
		}
	}
	return err
}

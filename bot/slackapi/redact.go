package slackapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxResponse bounds an answer of Slack in bytes, far above what any has.
const maxResponse = 32 << 20

// redactor carries requests to Slack and back, and sees to it that nothing that
// comes back repeats a token: neither an answer, which the library puts whole
// into some of its errors, nor an error of the network.
type redactor struct {
	next   http.RoundTripper
	tokens []string
}

// redacted is the client with that in its way, and one that follows no redirect:
// the body of a request holds the token.
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

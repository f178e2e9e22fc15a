package slackapi

import (
	"bufio"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"inactivebot/bot/monitor"

	"github.com/slack-go/slack"
)

// counting returns a client that counts every request to a Web API method below
// the URL api.
func counting(c *http.Client, api string, m *monitor.Metrics) *http.Client {
	if api == "" {
		api = slack.APIURL
	}
	out := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	out.Transport = counted{next: next, api: api, m: m}
	return &out
}

// counted is the transport of counting.
type counted struct {
	next http.RoundTripper
	api  string
	m    *monitor.Metrics
}

// RoundTrip implements [http.RoundTripper].
func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	path, ok := strings.CutPrefix(r.URL.String(), c.api)
	method, _, _ := strings.Cut(path, "?")
	if !ok {
		method = "" // uploads and a response_url have individual URLs.
	}
	status, code := monitor.NoAnswer, 0
	if err == nil {
		code = resp.StatusCode
		if status = strconv.Itoa(code); ok && isErrorResponse(resp) {
			status = "refused"
		}
	}
	c.m.SlackRequest(routeOf(method), status, code)
	return resp, err
}

// maxErrorBody is how much of a response body is inspected, in bytes; error
// responses are shorter.
const maxErrorBody = 4 << 10

var notOK = regexp.MustCompile(`"ok":\s*false`)

// isErrorResponse reports whether Slack answered with an error, which has the
// status 200. The body can be read again.
func isErrorResponse(resp *http.Response) bool {
	if resp.StatusCode != http.StatusOK {
		return false
	}
	body := bufio.NewReaderSize(resp.Body, maxErrorBody)
	head, _ := body.Peek(maxErrorBody) // io.EOF for a shorter body; the reader of the body gets any other error.
	resp.Body = readCloser{body, resp.Body}
	return notOK.Match(head)
}

// readCloser combines a reader with the closer of the original body.
type readCloser struct {
	io.Reader
	io.Closer
}

// routeOf returns a method as a metric label: its name if the bot uses it, and
// otherwise "other".
func routeOf(method string) string {
	if _, known := perMinute[method]; !known && method != methodPost && method != methodOpen {
		return "other"
	}
	return method
}

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

// counting is the client with every method of Slack's Web API counted that it
// calls at this address.
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
		method = "" // uploads and answers have an address of their own each.
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

// maxErrorBody is how much of an answer is looked at: one that says no is shorter.
const maxErrorBody = 4 << 10

var notOK = regexp.MustCompile(`"ok":\s*false`)

// isErrorResponse reports whether an answer of Slack refuses what was asked, which comes
// with the status 200. What was looked at can be read again.
func isErrorResponse(resp *http.Response) bool {
	if resp.StatusCode != http.StatusOK {
		return false
	}
	body := bufio.NewReaderSize(resp.Body, maxErrorBody)
	head, _ := body.Peek(maxErrorBody) // an error: it is shorter, or whoever reads it will meet it.
	resp.Body = readCloser{body, resp.Body}
	return notOK.Match(head)
}

// readCloser reads from one and closes the other.
type readCloser struct {
	io.Reader
	io.Closer
}

// routeOf is a method as a label: one of those that are used, or other.
func routeOf(method string) string {
	if _, known := perMinute[method]; !known && method != methodPost && method != methodOpen {
		return "other"
	}
	return method
}

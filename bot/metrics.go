package bot

import (
	"bufio"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/slack-go/slack"

	"inactivebot/atlassian"
)

// Metrics are the figures that /metrics shows, see
// https://prometheus.io/docs/concepts/metric_types. Their labels are words of
// the code and numbers, never ids, names or texts.
type Metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	waited      *prometheus.CounterVec
	presses     *prometheus.CounterVec
	acks        prometheus.Histogram
	connections prometheus.Counter
	connected   atomic.Bool
	refused     refusals
	copied      atomic.Int64 // when the newest daily copy was made, in seconds since 1970; 0: never.
}

// NewMetrics begins to count.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_requests_total", Help: "Requests sent, by service, route and the answer's HTTP status, 429 for one over a rate limit; refused where Slack says no, none for no answer, unreadable for one that makes no sense.",
		}, []string{"service", "route", "status"}),
		waited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_waited_seconds_total", Help: "Time that requests waited for their turn under a rate limit, by service and route.",
		}, []string{"service", "route"}),
		presses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_presses_total", Help: "Buttons pressed, modals submitted and commands typed, by kind and by what came of them: taken, or why not.",
		}, []string{"press", "outcome"}),
		acks: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "inactivebot_ack_seconds", Help: "Time from the arrival of a press or command to its acknowledgement; Slack shows an error after 3 s.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}),
		connections: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "inactivebot_connections_total", Help: "Connections to Slack that were opened.",
		}),
	}
	m.registry.MustRegister(m.requests, m.waited, m.presses, m.acks, m.connections, buildInfo(),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "inactivebot_connected", Help: "1 while a connection to Slack is open."}, func() float64 {
			if m.connected.Load() {
				return 1
			}
			return 0
		}))
	return m
}

// Request counts a request to Atlassian. It is for [atlassian.Config.Observe].
func (m *Metrics) Request(c atlassian.Call) {
	status := strconv.Itoa(c.Status)
	switch {
	case c.Status == 0:
		status = noAnswer
	case c.Kind == atlassian.KindUnreadable:
		status = "unreadable"
	}
	m.requests.WithLabelValues("atlassian", c.Route, status).Inc()
	m.waited.WithLabelValues("atlassian", c.Route).Add(c.Waited.Seconds())
	m.refused.count("Atlassian", c.Route, c.Status)
}

// noAnswer is the status of a request that was not answered.
const noAnswer = "none"

// counting is the client with every method of Slack's Web API counted that it
// calls at this address.
func (m *Metrics) counting(c *http.Client, api string) *http.Client {
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
	m    *Metrics
}

// RoundTrip implements [http.RoundTripper].
func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	path, ok := strings.CutPrefix(r.URL.String(), c.api)
	method, _, _ := strings.Cut(path, "?")
	if !ok {
		method = "" // uploads and answers have an address of their own each.
	}
	status := noAnswer
	if err == nil {
		if status = strconv.Itoa(resp.StatusCode); ok && saysNo(resp) {
			status = "refused"
		}
		c.m.refused.count("Slack", routeOf(method), resp.StatusCode)
	}
	c.m.requests.WithLabelValues("slack", routeOf(method), status).Inc()
	return resp, err
}

// aNo is how much of an answer is looked at: one that says no is shorter.
const aNo = 4 << 10

var notOK = regexp.MustCompile(`"ok":\s*false`)

// saysNo reports whether an answer of Slack refuses what was asked, which comes
// with the status 200. What was looked at can be read again.
func saysNo(resp *http.Response) bool {
	if resp.StatusCode != http.StatusOK {
		return false
	}
	body := bufio.NewReaderSize(resp.Body, aNo)
	head, _ := body.Peek(aNo) // an error: it is shorter, or whoever reads it will meet it.
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
	if _, known := perMinute[method]; !known && method != posting && method != opening {
		return "other"
	}
	return method
}

// turnTaken notes how long a request to Slack waited for its turn.
func (m *Metrics) turnTaken(method string, waited time.Duration) {
	m.waited.WithLabelValues("slack", routeOf(method)).Add(waited.Seconds())
}

// pressed counts a press and what came of it.
func (m *Metrics) pressed(kind, outcome string) {
	if outcome == "" {
		outcome = "taken"
	}
	m.presses.WithLabelValues(kind, outcome).Inc()
}

// isConnected notes that the connection to Slack has opened or ended.
func (m *Metrics) isConnected(now bool) {
	if was := m.connected.Swap(now); now && !was {
		m.connections.Inc()
	}
}

// acked notes how long an ack took.
func (m *Metrics) acked(since time.Time) { m.acks.Observe(time.Since(since).Seconds()) }

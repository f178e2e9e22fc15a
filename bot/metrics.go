package bot

import (
	"net/http"
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
	acks        prometheus.Histogram
	connections prometheus.Counter
	connected   atomic.Bool
}

// NewMetrics begins to count.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_requests_total", Help: "Requests sent, by service, route and what came back: ok, the kind of failure, or for Slack the HTTP status.",
		}, []string{"service", "route", "answer"}),
		waited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_waited_seconds_total", Help: "Time that requests waited for their turn under a rate limit, by service and route.",
		}, []string{"service", "route"}),
		acks: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "inactivebot_ack_seconds", Help: "Time from the arrival of a press or command to its acknowledgement; Slack shows an error after 3 s.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}),
		connections: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "inactivebot_connections_total", Help: "Connections to Slack that were opened.",
		}),
	}
	m.registry.MustRegister(m.requests, m.waited, m.acks, m.connections,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "inactivebot_connected", Help: "1 while a connection to Slack is open."}, func() float64 {
			if m.connected.Load() {
				return 1
			}
			return 0
		}))
	return m
}

// kinds are the words for what can go wrong with a request to Atlassian.
var kinds = map[atlassian.Kind]string{
	atlassian.KindTransport: "no_answer", atlassian.KindServer: "server", atlassian.KindRateLimited: "rate_limited",
	atlassian.KindUnreadable: "unreadable", atlassian.KindUnauthorized: "unauthorized", atlassian.KindForbidden: "forbidden",
	atlassian.KindNotFound: "not_found", atlassian.KindConflict: "conflict", atlassian.KindGone: "gone",
	atlassian.KindRefused: "refused", atlassian.KindRedirected: "redirected",
}

// Request counts a request to Atlassian. It is for [atlassian.Config.Observe].
func (m *Metrics) Request(c atlassian.Call) {
	answer := "ok"
	if c.Kind != 0 {
		answer = kinds[c.Kind]
	}
	m.requests.WithLabelValues("atlassian", c.Route, answer).Inc()
	m.waited.WithLabelValues("atlassian", c.Route).Add(c.Waited.Seconds())
}

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
	out.Transport = counted{next: next, api: api, requests: m.requests}
	return &out
}

type counted struct {
	next     http.RoundTripper
	api      string
	requests *prometheus.CounterVec
}

// RoundTrip implements [http.RoundTripper].
func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	path, ok := strings.CutPrefix(r.URL.String(), c.api)
	method, _, _ := strings.Cut(path, "?")
	if _, known := perMinute[method]; !ok || !known && method != posting && method != opening {
		method = "other" // uploads and answers have an address of their own each.
	}
	answer := "no_answer"
	if err == nil {
		answer = strconv.Itoa(resp.StatusCode)
	}
	c.requests.WithLabelValues("slack", method, answer).Inc()
	return resp, err
}

// isConnected notes that the connection to Slack has opened or ended.
func (m *Metrics) isConnected(now bool) {
	if was := m.connected.Swap(now); now && !was {
		m.connections.Inc()
	}
}

// acked notes how long an ack took.
func (m *Metrics) acked(since time.Time) { m.acks.Observe(time.Since(since).Seconds()) }

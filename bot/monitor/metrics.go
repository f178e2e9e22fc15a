package monitor

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// Metrics contains the metrics of /metrics, see
// https://prometheus.io/docs/concepts/metric_types.
type Metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	waited      *prometheus.CounterVec
	presses     *prometheus.CounterVec
	acks        prometheus.Histogram
	connections prometheus.Counter
	connected   atomic.Bool
	refused     refusals
	copied      atomic.Int64 // time of the newest daily backup in seconds since 1970; 0: none.
}

// NewMetrics returns metrics that start at zero.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_requests_total", Help: "Requests sent, by service, route and HTTP status; 429: rate limit, refused: Slack returned an error, none: no response, unreadable: an invalid response.",
		}, []string{"service", "route", "status"}),
		waited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_waited_seconds_total", Help: "Time that requests waited for a rate limit, by service and route.",
		}, []string{"service", "route"}),
		presses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inactivebot_presses_total", Help: "Buttons pressed, modals submitted and commands typed, by kind and outcome: taken, or the reason of the refusal.",
		}, []string{"press", "outcome"}),
		acks: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "inactivebot_ack_seconds", Help: "Time from the arrival of a press or command to its acknowledgement; Slack shows an error after 3 s.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}),
		connections: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "inactivebot_connections_total", Help: "Connections to Slack opened.",
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
		status = NoAnswer
	case c.Kind == atlassian.KindUnreadable:
		status = "unreadable"
	}
	m.requests.WithLabelValues("atlassian", c.Route, status).Inc()
	m.waited.WithLabelValues("atlassian", c.Route).Add(c.Waited.Seconds())
	m.refused.count("Atlassian", c.Route, c.Status)
}

// NoAnswer is the status of a request without a response.
const NoAnswer = "none"

// SlackRequest counts a request to a method of Slack's Web API. Status is the
// HTTP status as text, "refused" for an error of Slack, or [NoAnswer]; code is the
// HTTP status, 0 without a response.
func (m *Metrics) SlackRequest(route, status string, code int) {
	m.requests.WithLabelValues("slack", route, status).Inc()
	m.refused.count("Slack", route, code)
}

// SlackWaited counts how long a request to Slack waited for the rate limit.
func (m *Metrics) SlackWaited(route string, waited time.Duration) {
	m.waited.WithLabelValues("slack", route).Add(waited.Seconds())
}

// BackupMade records the time of the newest daily backup.
func (m *Metrics) BackupMade(at time.Time) { m.copied.Store(at.Unix()) }

// Watch adds the metrics of the database. It calls logError if they cannot be
// read.
func (m *Metrics) Watch(store *storage.Store, logError func(error)) error {
	c, err := newCollector(store, &m.copied, logError)
	if err != nil {
		return err
	}
	return m.registry.Register(c)
}

// Pressed counts a press and its outcome.
func (m *Metrics) Pressed(kind, outcome string) {
	if outcome == "" {
		outcome = "taken"
	}
	m.presses.WithLabelValues(kind, outcome).Inc()
}

// SetConnected records that the connection to Slack has opened or ended.
func (m *Metrics) SetConnected(now bool) {
	if was := m.connected.Swap(now); now && !was {
		m.connections.Inc()
	}
}

// Acked records how long an ack took.
func (m *Metrics) Acked(since time.Time) { m.acks.Observe(time.Since(since).Seconds()) }

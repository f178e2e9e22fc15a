package monitor

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"inactivebot/storage"
)

// collector reads metrics from the database when they are requested: counts of the
// audit log entries since the start, and pending work.
type collector struct {
	store  *storage.Store
	copied *atomic.Int64 // time of the newest daily backup in seconds since 1970; 0: none.
	log    func(error)

	mu   sync.Mutex
	seq  uint64 // the last entry counted.
	done map[event]float64
}

// event is the labels of an audit log entry.
type event struct{ action, outcome string }

var (
	decisions = prometheus.NewDesc("inactivebot_events_total", "Audit log entries since the start, by action and outcome: scans, reports, refused presses, claims, suspensions, restores.", []string{"action", "outcome"}, nil)
	scanned   = prometheus.NewDesc("inactivebot_scans_total", "Scans since the start, by outcome: complete or failed.", []string{"outcome"}, nil)
	stepped   = prometheus.NewDesc("inactivebot_steps_total", "Batch steps since the start, by outcome: claimed, suspended, failed, skipped, restored and others of the audit log.", []string{"outcome"}, nil)
	inLane    = prometheus.NewDesc("inactivebot_people", "People in each lane at the last successful scan.", []string{"lane"}, nil)
	lastGood  = prometheus.NewDesc("inactivebot_last_success_timestamp_seconds", "Time of the last success in seconds since 1970: of a scan, a heartbeat in the database, a daily backup.", []string{"what"}, nil)
	queued    = prometheus.NewDesc("inactivebot_queue_length", "Pending work: notes to post, messages to update, steps to take or confirm, restores.", []string{"queue"}, nil)
	fileSize  = prometheus.NewDesc("inactivebot_database_bytes", "Size of the database file.", nil, nil)
	warned    = prometheus.NewDesc("inactivebot_warning", "1 while a warning is in effect: another program on the Slack app, a message newer than the database, no posts to the admin channel.", []string{"kind"}, nil)
)

// newCollector returns a collector that counts entries after the existing ones.
func newCollector(s *storage.Store, copied *atomic.Int64, log func(error)) (*collector, error) {
	seq, err := s.LastAuditSeq()
	return &collector{store: s, copied: copied, log: log, seq: seq, done: map[event]float64{}}, err
}

// Describe implements [prometheus.Collector].
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{decisions, scanned, stepped, inLane, lastGood, queued, fileSize, warned} {
		out <- d
	}
}

// Collect implements [prometheus.Collector].
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	counted := c.seq
	for line, err := range c.store.AuditLogAfter(counted) {
		if err != nil {
			c.log(err)
			return
		}
		c.done[eventOf(line)]++
		c.seq = max(c.seq, line.Seq)
	}
	scans, steps := map[string]float64{"complete": 0, "failed": 0}, map[string]float64{}
	for _, outcome := range stepOutcomes {
		steps[outcome] = 0 // so that the first failure is an increase from 0.
	}
	for e, n := range c.done {
		out <- prometheus.MustNewConstMetric(decisions, prometheus.CounterValue, n, e.action, e.outcome)
		if e.action == "scan" {
			scans[e.outcome] += n
		}
		if outcome, ok := stepOutcomes[e.action]; ok {
			steps[outcome] += n
		}
	}
	for outcome, n := range scans {
		out <- prometheus.MustNewConstMetric(scanned, prometheus.CounterValue, n, outcome)
	}
	for outcome, n := range steps {
		out <- prometheus.MustNewConstMetric(stepped, prometheus.CounterValue, n, outcome)
	}
	state, err := c.store.Stats()
	if err != nil {
		c.log(err)
		return
	}
	gauge := func(d *prometheus.Desc, n float64, label ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, label...)
	}
	for lane, n := range state.Lanes {
		gauge(inLane, float64(n), lane)
	}
	for queue, n := range state.Waiting {
		gauge(queued, float64(n), queue)
	}
	for what, at := range map[string]time.Time{"scan": state.LastScan, "heartbeat": state.Heartbeat} {
		if !at.IsZero() {
			gauge(lastGood, float64(at.Unix()), what)
		}
	}
	if at := c.copied.Load(); at != 0 {
		gauge(lastGood, float64(at), "copy")
	}
	gauge(fileSize, float64(state.Size))
	warnings, err := c.store.Warnings()
	if err != nil {
		c.log(err)
		return
	}
	for kind := range warningTexts {
		on := slices.ContainsFunc(warnings, func(w storage.Warning) bool { return w.Kind == kind })
		gauge(warned, map[bool]float64{true: 1}[on], string(kind))
	}
}

// stepOutcomes maps the actions of the audit log to the outcome of a step.
var stepOutcomes = map[string]string{
	"claim": "claimed", "confirm": "suspended", "fail": "failed", "skip": "skipped", "leave": "left", "retry": "retried",
	"restore": "restoring", "restored": "restored", "not restored": "not_restored", "found restored": "found_restored", "found active": "no_effect",
}

// actionsWithoutOutcome are the actions whose outcome is a number or a list, which
// has too many values for a label.
var actionsWithoutOutcome = []string{"distrust", "import", "approvers", "settings"}

func eventOf(l storage.AuditEntry) event {
	if slices.Contains(actionsWithoutOutcome, l.Action) {
		return event{action: l.Action}
	}
	outcome, _, _ := strings.Cut(l.Outcome, ":")
	return event{l.Action, outcome}
}

package bot

import (
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"inactivebot/storage"
)

// stored are the figures that are read from the database when somebody asks:
// what was decided and done since the start, by the lines of the audit log, and
// what waits.
type stored struct {
	store *storage.Store
	log   func(error)

	mu   sync.Mutex
	seq  uint64 // the last line that was counted.
	done map[[2]string]float64
}

var (
	decisions = prometheus.NewDesc("inactivebot_events_total", "Lines of the audit log since the start, by action and outcome: scans, reports, presses refused, claims, suspensions, restores.", []string{"action", "outcome"}, nil)
	inLane    = prometheus.NewDesc("inactivebot_people", "People in each lane at the last scan that ended well.", []string{"lane"}, nil)
	lastGood  = prometheus.NewDesc("inactivebot_last_success_timestamp_seconds", "When something last went well, as seconds since 1970: a scan, a sign of life in the database.", []string{"what"}, nil)
	queued    = prometheus.NewDesc("inactivebot_queue_length", "What waits to be done: notes to post, messages to draw, steps to take or settle, restores.", []string{"queue"}, nil)
	fileSize  = prometheus.NewDesc("inactivebot_database_bytes", "Size of the database file.", nil, nil)
)

// newStored begins to count after the lines that are there.
func newStored(s *storage.Store, log func(error)) (*stored, error) {
	seq, err := s.LastSeq()
	return &stored{store: s, log: log, seq: seq, done: map[[2]string]float64{}}, err
}

// Describe implements [prometheus.Collector].
func (c *stored) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{decisions, inLane, lastGood, queued, fileSize} {
		out <- d
	}
}

// Collect implements [prometheus.Collector].
func (c *stored) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	counted := c.seq
	for line, err := range c.store.LogAfter(counted) {
		if err != nil {
			c.log(err)
			return
		}
		outcome, _, _ := strings.Cut(line.Outcome, ":")
		if line.Action == "distrust" {
			outcome = "" // how old the copy was: no two are alike.
		}
		c.done[[2]string{line.Action, outcome}]++
		c.seq = max(c.seq, line.Seq)
	}
	for key, n := range c.done {
		out <- prometheus.MustNewConstMetric(decisions, prometheus.CounterValue, n, key[0], key[1])
	}
	state, err := c.store.Figures()
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
	gauge(fileSize, float64(state.Size))
}

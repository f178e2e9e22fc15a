package monitor

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// manyRateLimited is the number of rate-limited requests from which they are
// reported. A few are normal.
const manyRateLimited = 10

// refusal identifies a kind of refused request.
type refusal struct {
	service, route string
	status         int
}

// refusals counts the requests refused since the last report.
type refusals struct {
	mu sync.Mutex
	n  map[refusal]int
}

// count records a response that refuses the caller. A 404 or 409 is about one
// person and is reported with that person.
func (r *refusals) count(service, route string, status int) {
	if _, ok := whyRefused[status]; !ok {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == nil {
		r.n = map[refusal]int{}
	}
	r.n[refusal{service, route, status}]++
}

// whyRefused are the responses to report, by HTTP status.
var whyRefused = map[int]string{
	http.StatusTooManyRequests: "by a rate limit", http.StatusUnauthorized: "as not authorised",
	http.StatusForbidden: "as forbidden", http.StatusGone: "as ended by the API",
}

// TakeRefused returns a text about the requests refused since the last call, and an
// empty string if there is nothing to report.
func (m *Metrics) TakeRefused() string {
	m.refused.mu.Lock()
	defer m.refused.mu.Unlock()
	var parts []string
	for kind, n := range m.refused.n {
		if kind.status != http.StatusTooManyRequests || n >= manyRateLimited {
			parts = append(parts, fmt.Sprintf("%d %s (%s, %s)", n, whyRefused[kind.status], kind.service, kind.route))
		}
	}
	m.refused.n = nil
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// buildInfo returns a metric whose labels contain the version of the program.
func buildInfo() prometheus.Collector {
	labels := prometheus.Labels{"version": "", "revision": "", "goversion": ""}
	if info, ok := debug.ReadBuildInfo(); ok {
		labels["version"], labels["goversion"] = info.Main.Version, info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				labels["revision"] = s.Value
			}
		}
	}
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "inactivebot_build_info", Help: "1, with the version of the program, its source revision and the Go version.", ConstLabels: labels,
	})
	g.Set(1)
	return g
}

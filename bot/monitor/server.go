package monitor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"inactivebot/storage"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
)

// The paths of the server.
const (
	HealthPath  = "/healthz" // liveness.
	ReadyPath   = "/readyz"  // readiness.
	MetricsPath = "/metrics" // Prometheus metrics.
)

// Server serves health checks and metrics.
type Server struct {
	metrics  *Metrics
	store    *storage.Store
	schedule cron.Schedule

	mu      sync.Mutex
	written time.Time // when the database was last written to check it.
	failed  error     // error of that write.
}

// writtenFor is how long a successful write proves that the database is writable,
// so that not every request causes a write.
const writtenFor = time.Minute

// NewServer returns a server for the metrics and the database. The schedule
// determines when the last scan is too old.
func NewServer(metrics *Metrics, store *storage.Store, schedule cron.Schedule) *Server {
	return &Server{metrics: metrics, store: store, schedule: schedule}
}

// Listen serves /healthz, /readyz and /metrics at an address until stop is called.
// It does nothing if the address is empty.
func (s *Server) Listen(ctx context.Context, address string) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (INACTIVEBOT_LISTEN): choose an address of this machine and a free port: %w", address, err)
	}
	server := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
			zerolog.Ctx(ctx).Error().Err(err).Msg("monitoring server failed")
		}
	}()
	zerolog.Ctx(ctx).Info().Stringer("address", socket.Addr()).Msg("monitoring server listens")
	return func() {
		_ = server.Close()
		<-done
	}, nil
}

// Handler serves /healthz, /readyz and /metrics.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+HealthPath, func(w http.ResponseWriter, _ *http.Request) { writeStatus(w, nil, nil) })
	mux.HandleFunc("GET "+ReadyPath, func(w http.ResponseWriter, _ *http.Request) { writeStatus(w, s.unready(), s.warnings()) })
	mux.Handle("GET "+MetricsPath, promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// writeStatus responds with ok, or with 503 and the reasons, one a line. Warnings
// follow either.
func writeStatus(w http.ResponseWriter, reasons, warnings []string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if len(reasons) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	} else {
		reasons = []string{"ok"}
	}
	fmt.Fprintln(w, strings.Join(append(reasons, warnings...), "\n"))
}

// warningTexts say what a warning is about.
var warningTexts = map[storage.WarningKind]string{
	storage.WarnOtherProgram: "another program uses the same Slack app",
	storage.WarnNewerMessage: "a message in Slack is newer than the database, so new reports are locked",
	storage.WarnChannel:      "nothing can be posted to the admin channel",
}

// warnings returns the warnings in effect, one a line. The bot is ready all the
// same.
func (s *Server) warnings() (lines []string) {
	all, err := s.store.Warnings()
	if err != nil {
		return nil // unready reports it.
	}
	for _, w := range all {
		lines = append(lines, "warning: "+warningTexts[w.Kind]+", since "+w.Since.UTC().Format(time.RFC3339))
	}
	return lines
}

// unready returns the reasons why the bot is not ready. It returns none if the bot
// is ready.
func (s *Server) unready() (reasons []string) {
	if !s.metrics.connected.Load() {
		reasons = append(reasons, "no connection to Slack")
	}
	if err := s.writes(); isReplaced(err) {
		reasons = append(reasons, "the database file was replaced")
	} else if err != nil {
		reasons = append(reasons, "the database cannot be written")
	}
	last, ok, err := s.store.LastScan()
	since := last.EndedAt
	if err == nil && !ok {
		since, err = s.store.LastSlot() // before the first scan: the first start.
	}
	period := s.period()
	late := !since.IsZero() && period > 0 && time.Now().UTC().Sub(since) > 2*period
	switch {
	case err != nil:
		reasons = append(reasons, "the database cannot be read")
	case late && ok:
		reasons = append(reasons, "the last successful scan ended at "+since.UTC().Format(time.RFC3339)+", more than two periods of the schedule ago")
	case late:
		reasons = append(reasons, "no scan has succeeded since the first start, more than two periods of the schedule ago")
	}
	return reasons
}

// writes records a heartbeat in the database, unless one succeeded within
// writtenFor. It returns the error of the last one.
func (s *Server) writes() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil || time.Now().UTC().Sub(s.written) > writtenFor {
		s.failed, s.written = s.store.Heartbeat(time.Now().UTC()), time.Now().UTC()
	}
	return s.failed
}

func isReplaced(err error) bool {
	_, replaced := errors.AsType[storage.ErrReplaced](err)
	return replaced
}

// periods is how many periods of the schedule are compared: more than the days of
// a week.
const periods = 10

// period returns the longest of the next periods of the schedule, because a
// schedule for working days has a gap at the weekend.
func (s *Server) period() (longest time.Duration) {
	at := s.schedule.Next(time.Now().UTC())
	for range periods {
		next := s.schedule.Next(at)
		if next.IsZero() {
			break // the schedule ends.
		}
		longest, at = max(longest, next.Sub(at)), next
	}
	return longest
}

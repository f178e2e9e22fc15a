package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Where the bot answers to the programs that watch over it.
const (
	HealthPath  = "/healthz" // whether it is alive.
	ReadyPath   = "/readyz"  // whether it can do its work.
	MetricsPath = "/metrics" // its figures, for Prometheus.
)

// signals is what the bot tells the programs that watch over it.
type signals struct {
	bot *Bot

	mu      sync.Mutex
	written time.Time // when the database was last seen to take a write.
	failed  error     // of that write.
}

// writtenFor is how long a write that worked says that the database takes
// writes: not every question is to cost one.
const writtenFor = time.Minute

// listen answers /healthz, /readyz and /metrics until it is silenced by the
// function it returns, where an address is set.
func (b *Bot) listen(ctx context.Context) (silence func(), err error) {
	if b.settings.Listen == "" {
		return func() {}, nil
	}
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", b.settings.Listen)
	if err != nil {
		return nil, fmt.Errorf("nothing can listen at %s (INACTIVEBOT_LISTEN): choose an address of this machine and a port that is free: %w", b.settings.Listen, err)
	}
	server := &http.Server{Handler: b.signals(), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
			b.log.Error().Err(err).Msg("signals ended")
		}
	}()
	b.log.Info().Stringer("address", socket.Addr()).Msg("signals listen")
	return func() {
		_ = server.Close()
		<-done
	}, nil
}

// signals answers about this bot.
func (b *Bot) signals() http.Handler { return (&signals{bot: b}).handler() }

func (s *signals) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+HealthPath, func(w http.ResponseWriter, _ *http.Request) { tell(w, nil) })
	mux.HandleFunc("GET "+ReadyPath, func(w http.ResponseWriter, _ *http.Request) { tell(w, s.unready()) })
	mux.Handle("GET "+MetricsPath, promhttp.HandlerFor(s.bot.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// tell answers ok, or with what is wrong, one reason a line.
func tell(w http.ResponseWriter, reasons []string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if len(reasons) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, strings.Join(reasons, "\n"))
		return
	}
	fmt.Fprintln(w, "ok")
}

// unready says what keeps the bot from doing its work, nothing where it can.
func (s *signals) unready() (reasons []string) {
	if !s.bot.metrics.connected.Load() {
		reasons = append(reasons, "no connection to Slack")
	}
	if err := s.writes(); err != nil {
		reasons = append(reasons, "the database cannot be written")
	}
	last, ok, err := s.bot.store.LastScan()
	since := last.EndedAt
	if err == nil && !ok {
		since, err = s.bot.store.LastSlot() // the first start, until there is a scan.
	}
	period := s.bot.period()
	late := !since.IsZero() && period > 0 && time.Now().UTC().Sub(since) > 2*period
	switch {
	case err != nil:
		reasons = append(reasons, "the database cannot be read")
	case late && ok:
		reasons = append(reasons, "the last scan that ended well is of "+since.UTC().Format(time.RFC3339)+", longer ago than two periods of the schedule")
	case late:
		reasons = append(reasons, "no scan has ended well since the first start, longer ago than two periods of the schedule")
	}
	return reasons
}

// writes leaves a sign of life in the database, now and then.
func (s *signals) writes() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil || time.Now().UTC().Sub(s.written) > writtenFor {
		s.failed, s.written = s.bot.store.Heartbeat(time.Now().UTC()), time.Now().UTC()
	}
	return s.failed
}

// periods is how many periods of the schedule are looked at: every day of a week,
// and some.
const periods = 10

// period is the longest of the next periods of the schedule: one for working days
// has weekends.
func (b *Bot) period() (longest time.Duration) {
	at := b.schedule.Next(time.Now().UTC())
	for range periods {
		next := b.schedule.Next(at)
		if next.IsZero() {
			break // it has an end.
		}
		longest, at = max(longest, next.Sub(at)), next
	}
	return longest
}

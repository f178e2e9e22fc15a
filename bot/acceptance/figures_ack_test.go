package acceptance_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// crowdSize is the number of people who press at the same time.
const crowdSize = 50

// crowd returns the ids of that many approvers.
func crowd() (out []string) {
	for i := range crowdSize {
		out = append(out, fmt.Sprintf("U0CROWD%04d", i))
	}
	return out
}

// everyTenthLimited answers every tenth call of the Web API with 429.
func everyTenthLimited(s *slacktest.Server) http.Handler {
	var n atomic.Int64
	for _, id := range crowd() {
		s.SetUser(slacktest.User{ID: id, Name: strings.ToLower(id), TeamID: home})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") && n.Add(1)%10 == 0 {
			w.Header().Set("Retry-After", "1")
			http.Error(w, `{"ok":false,"error":"ratelimited"}`, http.StatusTooManyRequests)
			return
		}
		s.ServeHTTP(w, r)
	})
}

// pressAll lets each person of the crowd press a number of times, with a pause
// before each press. It returns how long the acks took and the errors that
// people saw.
func pressAll(s *slacktest.Server, channel, ts string, rows []string, each int, thinking time.Duration) (took []time.Duration, failed []string) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for c, user := range crowd() {
		all.Go(func() {
			for i := range each {
				action := []string{"exclude", "undo_exclude", "browse", "lanes"}[(c+i)%4]
				value := rows[(c*each+i)%len(rows)]
				if action == "browse" || action == "lanes" {
					value, _, _ = strings.Cut(value, ".")
				}
				<-time.After(rand.N(2 * thinking))
				began := time.Now()
				got := s.Press(slacktest.Press{User: user, Channel: channel, TS: ts, ActionID: action, Value: value})
				mu.Lock()
				took = append(took, time.Since(began))
				if !got.OK {
					failed = append(failed, got.Error)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	return took, failed
}

// ackedOnce fails for an envelope that was not acked, acked late, or delivered
// twice.
func ackedOnce(t *testing.T, s *slacktest.Server) {
	t.Helper()
	for _, a := range s.Acks() {
		if a.AckedAt == nil || a.Late || a.Deliveries != 1 {
			t.Errorf("acked after %d ms, late %t, delivered %d times", a.AckMS, a.Late, a.Deliveries)
		}
	}
}

func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*p/100)].Round(10 * time.Microsecond)
}

// TestACrowdPressesWhileABatchRuns: 50 people press while a batch runs and Slack
// answers every tenth call with 429. Each press is acked once, and none late.
func TestACrowdPressesWhileABatchRuns(t *testing.T) {
	t.Parallel()
	open := func(s *bot.Settings) { s.Approvers = append(s.Approvers, crowd()...) }
	inWorld(t, atlassiantest.Options{Users: 150, Candidates: 20}, open, func(w *world) {
		w.serve("slack.test", everyTenthLimited(w.slack))
		w.pass(3 * time.Minute) // until the look-ups of the start have their budget back.
		for w.reports() == 0 {  // the look-up of the presser may be the tenth call.
			w.command(w.slack.Users.Approver, "scan")
			w.pass(time.Minute)
		}
		rows := buttons(w.report(), "exclude")
		w.fault(atlassiantest.Fault{Route: "POST users/search", Count: -1, DelayMS: 3000})
		for len(w.slack.Views(w.slack.Users.Approver)) == 0 { // it may be the tenth call.
			w.press(w.slack.Users.Approver, "suspend_all", "")
		}
		w.submit(w.slack.Users.Approver, "suspend_confirm")
		took, failed := pressAll(w.slack, w.settings.Channel, w.report().TS, rows, 5, time.Second)
		if len(failed) > 0 {
			t.Errorf("pressers saw %q", failed)
		}
		t.Logf("%d presses: p50 %s, p99 %s, max %s of virtual time", len(took), percentile(took, 50), percentile(took, 99), percentile(took, 100))
		w.org.ClearFaults()
		w.pass(10 * time.Minute)
		ackedOnce(t, w.slack)
	})
}

// TestFiguresOfAcks prints, with -large, how long 2,000 presses by 50 people take
// (each one a second) to be acked over loopback while a batch of 1,000 runs and
// Slack answers every tenth call with 429.
func TestFiguresOfAcks(t *testing.T) {
	if !*large {
		t.Log("measured with -large only: it takes about a minute of real time")
		return
	}
	const users, each, thinking = 1250, 40, time.Second
	s, org := slacktest.New(slacktest.Options{NoRateLimits: true}), atlassiantest.New(atlassiantest.Options{Users: users, Candidates: 80, Unlimited: true})
	b := startOnLoopback(t, s, org)
	admin := s.Users.Approver
	s.Command(slacktest.Command{User: admin, Channel: s.Channel, Command: "/inactive", Text: "scan"})
	var report slacktest.Message
	b.until("a report", func() bool {
		for _, m := range s.Messages(s.Channel) {
			if m.Metadata["event_type"] == "inactivebot_report" {
				report = m
			}
		}
		return report.TS != ""
	})
	rows := buttons(report, "exclude")
	b.until("the modal", func() bool {
		s.Press(slacktest.Press{User: admin, Channel: s.Channel, TS: report.TS, ActionID: "suspend_all"})
		return len(s.Views(admin)) > 0
	})
	s.Submit(slacktest.Submit{User: admin, ViewID: s.Views(admin)[0].ID})
	before := b.suspended()
	took, failed := pressAll(s, s.Channel, report.TS, rows, each, thinking)
	t.Logf("%d presses: p50 %s, p99 %s, max %s; %d pressers saw an error; %d people were suspended meanwhile, %d before",
		len(took), percentile(took, 50), percentile(took, 99), percentile(took, 100), len(failed), b.suspended()-before, before)
	for _, a := range s.Acks() {
		if a.AckedAt == nil {
			t.Errorf("%s was never acked", a.ID)
		}
	}
}

// loopback is the real bot with both simulators, over HTTP and in real time.
type loopback struct {
	t   *testing.T
	org *atlassiantest.Server
}

func startOnLoopback(t *testing.T, s *slacktest.Server, org *atlassiantest.Server) *loopback {
	t.Helper()
	toSlack, toOrg := httptest.NewServer(everyTenthLimited(s)), httptest.NewServer(org)
	settings := defaults()
	settings.Channel, settings.Approvers = s.Channel, append(crowd(), s.Users.Approver)
	settings.MaxSuspend, settings.MaxSuspendPercent = 5000, 100
	store, err := storage.Open(filepath.Join(t.TempDir(), "acks.db"))
	if err != nil {
		t.Fatal(err)
	}
	client, errClient := atlassian.New(atlassian.Config{BaseURL: toOrg.URL, OrgID: org.OrgID, APIKey: org.APIKey})
	b, errBot := bot.New(settings, store, client, slackapi.Config{BotToken: s.BotToken, AppToken: s.AppToken, APIURL: toSlack.URL + "/api/"}, zerolog.Nop())
	if err := errors.Join(errClient, errBot); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, store.Close()); err != nil {
			t.Errorf("stop: %v", err)
		}
		s.Close()
		toSlack.Close()
		toOrg.Close()
	})
	l := &loopback{t, org}
	l.until("a connection", func() bool { return len(s.Connections()) == 1 })
	return l
}

// until looks again and again until something holds.
func (l *loopback) until(what string, holds func() bool) {
	l.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	over := time.After(2 * time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-over:
			l.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// suspended counts who is suspended by now.
func (l *loopback) suspended() (n int) {
	for _, p := range l.org.AllPeople() {
		if p.Suspends > 0 {
			n++
		}
	}
	return n
}

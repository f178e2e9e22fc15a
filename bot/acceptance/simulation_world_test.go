package acceptance_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/pipenet"
	"inactivebot/bot/problem"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// history is the real bot in a small organisation while acts happen to it.
type history struct {
	*world
	begun   time.Time
	base    *pipenet.Network
	process *process // the bot that runs; nil between two.
	witness *witness
	people  []string // first those whom a report may list, then the others.
	deaths  int
	group   []membership
	hands   []manualChange
	decided []decision
	late    []latePress
	lines   []storage.AuditEntry // the audit log, at the end.
	wrong   []string
}

// membership records that a person joined or left the approver group.
type membership struct {
	user string
	in   bool
	at   time.Time
}

// manualChange is a change at Atlassian without the bot.
type manualChange struct {
	account string
	at      time.Time
}

// decision is a press or command that Slack delivered, with the time from when
// to when.
type decision struct {
	user        string
	from, until time.Time
}

func newHistory(t *testing.T, dir string, p plan) *history {
	h := &history{world: &world{t: t, path: filepath.Join(dir, "inactivebot.db"), log: &logbook{}, settings: defaults()}, begun: time.Now()}
	h.org = atlassiantest.New(atlassiantest.Options{Users: 40, Candidates: 20, Seed: p.seed, Unlimited: true})
	h.slack = slacktest.New(slacktest.Options{PingInterval: 12 * time.Hour})
	h.settings.Channel, h.settings.MaxSuspend, h.settings.ApproverGroup = h.slack.Channel, 4, h.slack.Group
	h.settings.Approvers = []string{userIDs["approver"], userIDs["guest"], userIDs["outsider"]}
	if p.daily {
		h.settings.Schedule, h.settings.ReportTTL = "CRON_TZ=UTC 0 9 * * *", 20*time.Hour
	}
	h.slack.SetUser(slacktest.User{ID: userIDs["third"], Name: "third", RealName: "Theo Third", TeamID: home})
	h.turn(userIDs["approver2"], true)
	h.turn(userIDs["third"], true)
	h.witness = &witness{org: h.org, latency: p.latency}
	h.base = pipenet.New(map[string]http.Handler{"slack.test": h.slack, "atlassian.test": h.witness})
	for _, p := range h.org.AllPeople() {
		if mayGo(p, time.Now()) {
			h.people = append(h.people, p.AccountID)
		}
	}
	for _, p := range h.org.AllPeople() {
		if !slices.Contains(h.people, p.AccountID) {
			h.people = append(h.people, p.AccountID)
		}
	}
	h.start()
	h.say(userIDs["approver"], "scan")
	h.pass(20 * time.Second)
	return h
}

// process is one process of the bot, which can be killed at any moment.
type process struct {
	store  *storage.Store
	cancel context.CancelFunc
	ended  chan error
	wires  *severable
}

// start starts the bot where none runs, on what is on disk.
func (h *history) start() {
	if h.process != nil {
		return
	}
	l := &process{ended: make(chan error, 1), wires: &severable{base: h.base}}
	l.wires.transport = &http.Transport{DialContext: l.wires.dial}
	var err error
	if l.store, err = storage.Open(h.path); err != nil {
		h.t.Fatal(err)
	}
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: h.org.OrgID, APIKey: h.org.APIKey, Transport: l.wires.transport})
	if err != nil {
		h.t.Fatal(err)
	}
	b, err := bot.New(h.settings, l.store, client, slackapi.Config{
		BotToken: h.slack.BotToken, AppToken: h.slack.AppToken, APIURL: "http://slack.test/api/",
		Client: &http.Client{Transport: l.wires.transport, Timeout: 15 * time.Second}, Dialer: &websocket.Dialer{NetDialContext: l.wires.dial}, MaxPingInterval: 25 * time.Hour,
	}, zerolog.New(h.log))
	if err != nil {
		h.t.Fatal(err)
	}
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(context.Background())
	go func() { l.ended <- b.Run(ctx) }()
	h.process, h.store = l, l.store
	h.pass(5 * time.Second)
}

// finish stops the bot as an operator would.
func (h *history) finish() {
	if h.process == nil {
		return
	}
	h.process.cancel()
	err := <-h.process.ended
	if _, refused := errors.AsType[problem.CredentialsError](err); err != nil && !refused {
		h.note("the bot ended with %v", err)
	}
	if err := h.process.store.Close(); err != nil {
		h.note("the database closed with %v", err)
	}
	h.process.wires.sever()
	h.process = nil
}

// die ends the bot as SIGKILL would: what was on disk at this moment is all that
// is left, and no request goes out any more.
func (h *history) die() {
	if h.process == nil {
		return
	}
	synctest.Wait()
	body, err := os.ReadFile(h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	h.process.wires.sever()
	h.process.cancel()
	<-h.process.ended
	_ = h.process.store.Close()
	if err := os.WriteFile(h.path, body, 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.org.Release()
	h.process = nil
	h.deaths++
}

func (h *history) note(format string, args ...any) {
	h.wrong = append(h.wrong, fmt.Sprintf(format, args...))
}

// severable holds the connections of one process.
type severable struct {
	base      *pipenet.Network
	transport *http.Transport

	mu      sync.Mutex
	open    []net.Conn
	severed bool
}

func (s *severable) dial(ctx context.Context, network, address string) (net.Conn, error) {
	s.mu.Lock()
	severed := s.severed
	s.mu.Unlock()
	if severed {
		return nil, net.ErrClosed
	}
	conn, err := s.base.Dial(ctx, network, address)
	if err == nil {
		s.mu.Lock()
		s.open = append(s.open, conn)
		s.mu.Unlock()
	}
	return conn, err
}

// sever closes all connections for good.
func (s *severable) sever() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.severed = true
	for _, conn := range s.open {
		_ = conn.Close()
	}
	s.transport.CloseIdleConnections()
}

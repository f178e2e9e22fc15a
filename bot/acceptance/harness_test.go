package acceptance_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/monitor"
	"inactivebot/bot/pipenet"
	"inactivebot/bot/policy"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// world is the real bot with both simulators, in one bubble of virtual time.
type world struct {
	t        *testing.T
	org      *atlassiantest.Server
	slack    *slacktest.Server
	settings bot.Settings
	path     string // the database.
	wire     *pipenet.Network
	shown    *shownTexts
	log      *logbook
	store    *storage.Store // of the bot that runs.
	running  *bot.Bot
	stop     func()     // stops the bot that runs.
	ended    chan error // how the bot that runs ends.
}

// inWorld runs a test in a bubble with the bot running, from a Tuesday on.
func inWorld(t *testing.T, o atlassiantest.Options, change func(*bot.Settings), test func(*world)) {
	t.Helper()
	inWorkspace(t, o, slacktest.Options{}, change, test)
}

// inWorkspace is inWorld in a workspace of some kind.
func inWorkspace(t *testing.T, o atlassiantest.Options, of slacktest.Options, change func(*bot.Settings), test func(*world)) {
	t.Helper()
	of.PingInterval = 12 * time.Hour
	path := filepath.Join(t.TempDir(), "inactivebot.db")
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, path: path, log: &logbook{}, settings: defaults()}
		w.org = atlassiantest.New(o)
		w.slack = slacktest.New(of)
		w.settings.Approvers = []string{w.slack.Users.Approver}
		w.settings.Channel = w.slack.Channel
		if change != nil {
			change(&w.settings)
		}
		w.shown = &shownTexts{Handler: w.slack}
		w.wire = pipenet.New(map[string]http.Handler{"slack.test": w.shown, "atlassian.test": w.org})
		w.start()
		test(w)
		w.stop()
		w.slack.Close()
		w.wire.Close()
		if got := w.slack.Violations(); len(got) > 0 {
			t.Errorf("slack would have refused %v", got)
		}
		for _, text := range w.shown.wrong {
			t.Errorf("a value of the code is shown to a person: %s", text)
		}
		synctest.Wait()
	})
}

func defaults() bot.Settings {
	return bot.Settings{
		Schedule: "CRON_TZ=UTC 0 9 * * MON", Policy: policy.Settings{Product: "confluence", InactiveDays: 180},
		MaxSuspend: 50, MaxSuspendPercent: 25, ReportTTL: 168 * time.Hour, Settle: time.Minute,
	}
}

// start starts the bot on the world's database, and waits until it is at rest.
func (w *world) start() {
	w.t.Helper()
	store, err := storage.Open(w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	metrics := monitor.NewMetrics()
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: w.org.OrgID, APIKey: w.org.APIKey, Transport: w.wire.Transport, Observe: metrics.Request})
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := bot.New(w.settings, store, client, slackapi.Config{
		BotToken: w.slack.BotToken, AppToken: w.slack.AppToken, APIURL: "http://slack.test/api/",
		Client: &http.Client{Transport: w.wire.Transport, Timeout: 15 * time.Second}, Dialer: w.wire.Dialer(), MaxPingInterval: 25 * time.Hour, Metrics: metrics,
	}, zerolog.New(w.log))
	if err != nil {
		w.t.Fatal(err)
	}
	w.running, w.store = b, store
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	w.ended = done
	go func() { done <- b.Run(ctx) }()
	w.stop = func() {
		cancel()
		if err := errors.Join(<-done, store.Close()); err != nil {
			w.t.Errorf("stop: %v", err)
		}
		w.stop = func() {}
	}
	w.pass(5 * time.Second)
}

// pass lets virtual time pass.
func (w *world) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// until lets time pass until a moment of the clock.
func (w *world) until(at time.Time) { w.pass(time.Until(at)) }

// nextMonday returns the next time of the default schedule.
func nextMonday() time.Time {
	t := time.Now().UTC().Truncate(24 * time.Hour).Add(9 * time.Hour)
	for t.Weekday() != time.Monday || !t.After(time.Now()) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// top returns the channel's messages outside threads, oldest first.
func (w *world) top() (out []slacktest.Message) {
	for _, m := range w.slack.Messages(w.settings.Channel) {
		if m.ThreadTS == "" || m.ThreadTS == m.TS {
			out = append(out, m)
		}
	}
	return out
}

// report returns the newest report's message.
func (w *world) report() slacktest.Message {
	w.t.Helper()
	all := w.top()
	for _, m := range slices.Backward(all) {
		if m.Metadata["event_type"] == "inactivebot_report" {
			return m
		}
	}
	w.t.Fatalf("no report among %d messages; the log says:\n%s", len(all), w.log)
	return slacktest.Message{}
}

// buttons returns the values of all buttons of a message with an action id.
func buttons(m slacktest.Message, action string) (values []string) {
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if v["action_id"] == action {
				values = append(values, v["value"].(string))
			}
			for _, key := range []string{"accessory", "elements", "rows", "element"} {
				walk(v[key])
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	for _, b := range m.Blocks {
		walk(b)
	}
	return values
}

// press presses a button of the report's message; an empty value takes the
// first of its kind.
func (w *world) press(user, action, value string) slacktest.Result {
	w.t.Helper()
	got := w.slack.Press(slacktest.Press{User: user, Channel: w.settings.Channel, TS: w.report().TS, ActionID: action, Value: value})
	w.pass(3 * time.Second)
	return got
}

// submit submits the modal on top of a person's screen.
func (w *world) submit(user, callback string) slacktest.Result {
	w.t.Helper()
	views := w.slack.Views(user)
	if len(views) == 0 || views[len(views)-1].CallbackID != callback {
		w.t.Fatalf("no modal %s is open for %s, but %d others; ephemerals: %v\nlog: %s", callback, user, len(views), w.told(user), w.log)
	}
	got := w.slack.Submit(slacktest.Submit{User: user, ViewID: views[len(views)-1].ID})
	var response any
	_ = json.Unmarshal(got.Response, &response) // null without one.
	w.shown.check("the answer to "+callback, response)
	w.pass(3 * time.Second)
	return got
}

// command types /inactive and some words.
func (w *world) command(user, text string) slacktest.Result {
	w.t.Helper()
	got := w.slack.Command(slacktest.Command{User: user, Channel: w.settings.Channel, Command: "/inactive", Text: text})
	w.pass(10 * time.Second)
	return got
}

// told returns the texts that only this person saw.
func (w *world) told(user string) (out []string) {
	for _, m := range w.slack.Ephemerals(user) {
		out = append(out, m.Text)
	}
	return out
}

// suspended returns the accounts that the bot suspended in the organisation.
func (w *world) suspended() (out []string) {
	for _, p := range w.org.AllPeople() {
		if p.Suspends > 0 && p.Suspended {
			out = append(out, p.AccountID)
		}
	}
	slices.Sort(out)
	return out
}

// accounts returns the account ids in the values of row buttons, sorted.
func accounts(values []string) (out []string) {
	for _, v := range values {
		out = append(out, accountOf(v))
	}
	slices.Sort(out)
	return out
}

// accountOf returns the account id in the value of a row button, which follows the
// installation and the report.
func accountOf(value string) string {
	parts := strings.SplitN(value, ".", 3)
	return parts[len(parts)-1]
}

// logbook keeps what several goroutines log.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

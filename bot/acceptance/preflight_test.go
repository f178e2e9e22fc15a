package acceptance_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

// TestStartLooksAtTheChannelAndTheApprovers checks that a definite
// configuration error ends the start with an explanation. An outage, or one
// wrong approver of several, does not.
func TestStartLooksAtTheChannelAndTheApprovers(t *testing.T) {
	t.Parallel()
	channel := func(w *slacktest.Server, change func(*slacktest.Channel)) {
		c := w.Channels()[0]
		change(&c)
		w.SetChannel(c)
	}
	tests := map[string]struct {
		prepare func(*slacktest.Server, *bot.Settings)
		scopes  []string // of the bot token; nil: all.
		stops   string   // a part of the error; empty: the bot starts, …
		logs    string   // … and logs this.
	}{
		"all is well": {},
		"a public channel": {prepare: func(w *slacktest.Server, _ *bot.Settings) {
			channel(w, func(c *slacktest.Channel) { c.IsPrivate = false })
		}, stops: "is public"},
		"public, as allowed": {prepare: func(w *slacktest.Server, s *bot.Settings) {
			s.AllowPublicChannel = true
			channel(w, func(c *slacktest.Channel) { c.IsPrivate = false })
		}, logs: "is public, as"},
		"shared outside, whatever is allowed": {prepare: func(w *slacktest.Server, s *bot.Settings) {
			s.AllowPublicChannel = true
			channel(w, func(c *slacktest.Channel) { c.IsShared = true })
		}, stops: "shared outside the organisation"},
		"no such channel":       {prepare: func(_ *slacktest.Server, s *bot.Settings) { s.Channel = "C0NOWHERE01" }, stops: "cannot see the channel C0NOWHERE01"},
		"no valid approver":     {prepare: func(w *slacktest.Server, s *bot.Settings) { s.Approvers = []string{w.Users.Guest} }, stops: "is a guest"},
		"one wrong of two":      {prepare: func(w *slacktest.Server, s *bot.Settings) { s.Approvers = append(s.Approvers, w.Users.Guest) }, logs: "is a guest"},
		"a group that is not":   {prepare: func(_ *slacktest.Server, s *bot.Settings) { s.ApproverGroup = "S0NOWHERE01" }, logs: "no user group"},
		"it may not post":       {scopes: without("chat:write"), stops: "The bot lacks chat:write"},
		"it may share no files": {scopes: without("files:write"), logs: "The bot lacks files:write"},
		"a key that has ended": {prepare: func(_ *slacktest.Server, s *bot.Settings) {
			s.APIKeyExpires = time.Date(1999, 12, 1, 0, 0, 0, 0, time.UTC)
		}, logs: "The API key expired on 1 Dec 1999"},
		"the channel cannot be looked up": {prepare: func(w *slacktest.Server, _ *bot.Settings) {
			_ = w.Fault(slacktest.Fault{Method: "conversations.info", Count: 99, Status: 503})
		}, logs: "The request to Slack failed"},
		"nor can the approver": {prepare: func(w *slacktest.Server, _ *bot.Settings) {
			_ = w.Fault(slacktest.Fault{Method: "users.info", Count: 99, Status: 503})
		}, logs: "could not be looked up"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bot.db")
			synctest.Test(t, func(t *testing.T) {
				log, err := runWith(t, path, test.scopes, test.prepare)
				misset, stopped := errors.AsType[problem.ConfigError](err)
				if stopped != (test.stops != "") || err != nil && !stopped || !strings.Contains(misset.Problem, test.stops) {
					t.Errorf("the start ended with %v, want %q", err, test.stops)
				}
				if !strings.Contains(log, test.logs) || test.stops+test.logs == "" && strings.Contains(log, "found a problem") {
					t.Errorf("the log says %s, want %q", log, test.logs)
				}
			})
		})
	}
}

// without returns the default bot scopes except one.
func without(scope string) []string {
	return slices.DeleteFunc(slacktest.DefaultBotScopes(), func(s string) bool { return s == scope })
}

// runWith runs a bot for ten seconds in a workspace that plant has changed.
func runWith(t *testing.T, path string, scopes []string, prepare func(*slacktest.Server, *bot.Settings)) (log string, ended error) {
	t.Helper()
	org, workspace := atlassiantest.New(small), slacktest.New(slacktest.Options{PingInterval: 12 * time.Hour, BotScopes: scopes})
	s := defaults()
	s.Channel, s.Approvers = workspace.Channel, []string{workspace.Users.Approver}
	if prepare != nil {
		prepare(workspace, &s)
	}
	wire := pipenet.New(map[string]http.Handler{"slack.test": workspace, "atlassian.test": org})
	store, err := storage.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: org.OrgID, APIKey: org.APIKey, Transport: wire.Transport})
	if err != nil {
		t.Fatal(err)
	}
	book := &logbook{}
	b, err := bot.New(s, store, client, slackapi.Config{
		BotToken: workspace.BotToken, AppToken: workspace.AppToken, APIURL: "http://slack.test/api/",
		Client: &http.Client{Transport: wire.Transport}, Dialer: wire.Dialer(), MaxPingInterval: 25 * time.Hour,
	}, zerolog.New(book))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ended = b.Run(ctx)
	workspace.Close()
	wire.Close()
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	return book.String(), ended
}

// TestDailyCopies checks that the bot makes one backup a day, keeps the last
// few, and touches nothing else in the directory.
func TestDailyCopies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(dir, "inactivebot-mine.db")
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := func(s *bot.Settings) { s.BackupDir, s.BackupKeep = dir, 3 }
	inWorld(t, small, set, func(w *world) {
		begin := time.Now()
		for day := 1; day <= 5; day++ {
			if got := len(backupsIn(t, dir)); got != min(day, 3) {
				t.Errorf("%d backups on day %d, want %d\nlog: %s", got, day, min(day, 3), w.log)
			}
			w.until(begin.Add(time.Duration(day) * 24 * time.Hour))
		}
		if _, body := w.asked("/metrics"); !strings.Contains(body, `inactivebot_last_success_timestamp_seconds{what="copy"}`) {
			t.Error("/metrics does not have the time of the last backup")
		}
		left := filepath.Join(dir, "inactivebot-19991231T000000Z.db.123.part")
		w.must(os.WriteFile(left, []byte("half"), 0o600))
		w.pass(2 * time.Hour)
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the partial file of an interrupted backup is still there: %v", err)
		}
		before := backupsIn(t, dir)
		w.stop()
		w.start()
		if got := backupsIn(t, dir); !slices.Equal(got, before) {
			t.Errorf("a restart made a backup: %v, want %v", got, before)
		}
		newest, err := storage.Open(filepath.Join(dir, before[2]))
		if err != nil {
			t.Fatal(err)
		}
		if _, is, err := newest.IsBackup(); err != nil || !is {
			t.Errorf("the backup is not marked as one: %v", err)
		}
		if err := newest.Close(); err != nil {
			t.Error(err)
		}
	})
	if body, err := os.ReadFile(other); err != nil || string(body) != "mine" {
		t.Errorf("another file is %q, %v", body, err)
	}
}

func backupsIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "inactivebot-mine.db" {
			names = append(names, e.Name())
		}
	}
	return names
}

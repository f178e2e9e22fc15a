package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/handler"
	"inactivebot/bot/monitor"
	"inactivebot/bot/receiver"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// TestAPressThatPanics checks that the press is acknowledged, the user gets an
// answer, and the bot continues.
func TestAPressThatPanics(t *testing.T) {
	tests := map[string]struct {
		after  bool // the panic follows the ack.
		submit bool
	}{
		"a button":                {},
		"a button, after the ack": {after: true},
		"a modal":                 {submit: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := startBroken(t, test.after)
			user := b.slack.Users.Approver
			if test.submit {
				b.press(user, "browse")
				waitFor(t, "the modal is open", func() bool { return len(b.slack.Views(user)) == 1 })
				got := b.slack.Submit(slacktest.Submit{User: user, ViewID: b.slack.Views(user)[0].ID})
				if !got.OK {
					t.Errorf("answered with %q", got.Error)
				}
				blocks, _ := json.Marshal(b.slack.Views(user)[0].Blocks)
				if !strings.Contains(string(blocks), "Check the report") {
					t.Errorf("the modal shows %s", blocks)
				}
			} else {
				b.press(user, "exclude")
				b.waitTold(user, "Check the report")
			}
			if !strings.Contains(b.log.String(), "handler panicked") {
				t.Error("the log does not contain the panic")
			}
			if acks := b.slack.Acks(); acks[len(acks)-1].Deliveries != 1 {
				t.Error("the press was delivered again")
			}
			b.slack.Command(slacktest.Command{User: user, Channel: b.slack.Channel, Command: "/inactive", Text: "help"})
			b.waitTold(user, "/inactive scan")
		})
	}
}

// broken is a handler in which every press panics, because it has no approvers.
// Commands that are for everyone work.
type broken struct {
	*handler.Handler
	t     *testing.T
	slack *slacktest.Server
	api   *slackapi.Client
	log   *buffer
	after bool
	ts    string // of a message with a button.
}

// startBroken connects a broken handler to a simulated workspace.
func startBroken(t *testing.T, after bool) *broken {
	t.Helper()
	workspace := slacktest.New(slacktest.Options{})
	server := httptest.NewServer(workspace)
	metrics := monitor.NewMetrics()
	api := slackapi.New(slackapi.Config{BotToken: workspace.BotToken, AppToken: workspace.AppToken, APIURL: server.URL + "/api/", Metrics: metrics})
	store, err := storage.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, ts, err := api.PostMessage(workspace.Channel, slack.MsgOptionText("A message with a button", false))
	if err != nil {
		t.Fatal(err)
	}
	h := handler.New(handler.Parts{Store: store, Slack: api}, handler.Options{Channel: workspace.Channel})
	b := &broken{Handler: h, t: t, slack: workspace, api: api, log: &buffer{}, after: after, ts: ts}
	connected := make(chan struct{}, 100)
	r := receiver.New(api, b, store, metrics, func() { connected <- struct{}{} }, receiver.Options{})
	ctx, cancel := context.WithCancel(zerolog.New(b.log).WithContext(t.Context()))
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	<-connected
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopped with %v", err)
		}
		workspace.Close()
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// Handle opens a modal after a press of browse. Every other press panics,
// before or after the ack.
func (b *broken) Handle(ctx context.Context, evt socketmode.Event) receiver.Reply {
	press, ok := evt.Data.(slack.InteractionCallback)
	if ok && press.Type == slack.InteractionTypeBlockActions {
		if press.ActionCallback.BlockActions[0].ActionID == "browse" {
			return receiver.Reply{After: func(ctx context.Context) error { return b.open(ctx, press.TriggerID) }}
		}
		if b.after {
			return receiver.Reply{After: func(context.Context) error { panic("after the ack") }}
		}
	}
	return b.Handler.Handle(ctx, evt)
}

func (b *broken) open(ctx context.Context, trigger string) error {
	title := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
	}
	_, err := b.api.OpenViewContext(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "suspend_confirm", Title: title("Suspend"), Submit: title("Suspend"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(title("Suspend 1 person?"), nil, nil)}},
	})
	return err
}

// press presses a button of the message and fails unless the press is
// acknowledged.
func (b *broken) press(user, action string) {
	b.t.Helper()
	if got := b.slack.Press(slacktest.Press{User: user, Channel: b.slack.Channel, TS: b.ts, ActionID: action, Value: "1.a"}); !got.OK {
		b.t.Errorf("answered with %q", got.Error)
	}
}

// waitTold waits until the user's last ephemeral message contains words.
func (b *broken) waitTold(user, words string) {
	b.t.Helper()
	waitFor(b.t, "the user reads "+words, func() bool {
		all := b.slack.Ephemerals(user)
		return len(all) > 0 && strings.Contains(all[len(all)-1].Text, words)
	})
}

// waitFor waits up to a minute until isTrue returns true.
func waitFor(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !isTrue(); {
		if time.Now().After(end) {
			t.Fatalf("timeout before %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// buffer is a log that is safe for concurrent use.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

package acceptance_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"inactivebot/bot/problem"
	"inactivebot/bot/slacktest"
)

// connectionRequests returns the times at which the bot requested a connection.
func (w *world) connectionRequests() (out []time.Time) {
	for _, c := range w.slack.Calls() {
		if c.Method == "apps.connections.open" {
			out = append(out, c.At)
		}
	}
	return out
}

// checkPressWorks fails unless a press of Exclude works.
func (w *world) checkPressWorks() {
	w.t.Helper()
	rows := buttons(w.report(), "exclude")
	if got := w.press(w.slack.Users.Approver, "exclude", ""); !got.OK {
		w.t.Errorf("a press is answered with %q", got.Error)
	}
	if got := buttons(w.report(), "exclude"); len(got) != len(rows)-1 {
		w.t.Errorf("%d people can be excluded after a press, want %d\nlog: %s", len(got), len(rows)-1, w.log)
	}
}

// TestConnectionsAreNotOpenedInAHotLoop checks that the bot requests at most
// ten connections a minute while Slack closes each one at once or reports too
// many of them, and that it works again afterwards.
func TestConnectionsAreNotOpenedInAHotLoop(t *testing.T) {
	t.Parallel()
	tests := map[string]func(w *world) (over func()){
		"accepted and closed": func(w *world) func() {
			for range 600 {
				w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "cut"}))
				w.pass(time.Second / 2)
			}
			return func() {}
		},
		"too many websockets": func(w *world) func() {
			w.stop()
			var others []*websocket.Conn
			for range 10 {
				others = append(others, w.connection())
			}
			w.pass(time.Minute) // these requests are not the bot's.
			w.start()
			w.pass(5 * time.Minute)
			return func() {
				for _, c := range others {
					w.must(c.Close())
				}
			}
		},
		"refused for minutes": func(w *world) func() {
			w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "refresh_requested", RefuseForS: 300}))
			w.pass(5 * time.Minute)
			return func() {}
		},
		"a response that the library treats as final": func(w *world) func() {
			w.must(w.slack.Fault(slacktest.Fault{Method: "apps.connections.open", Count: 20, Status: http.StatusNotFound}))
			w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "cut"}))
			w.pass(5 * time.Minute)
			return w.slack.ClearFaults
		},
	}
	for name, disturb := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				before := len(w.connectionRequests())
				over := disturb(w)
				tried := w.connectionRequests()[before:]
				over()
				w.pass(7 * time.Minute) // the library waits for up to five minutes.
				if n := maxPerMinute(tried); n > 10 || len(tried) < 5 {
					t.Errorf("%d connections requested within a minute, %d in all, want at most 10 a minute and at least 5 in all", n, len(tried))
				}
				w.checkPressWorks()
			})
		})
	}
}

// connection opens another connection with the bot's token. It acknowledges
// nothing.
func (w *world) connection() *websocket.Conn {
	w.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://slack.test/api/apps.connections.open", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.slack.AppToken)
	resp, err := (&http.Client{Transport: w.wire.Transport}).Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var opened struct{ URL string }
	if err := json.NewDecoder(resp.Body).Decode(&opened); err != nil {
		w.t.Fatal(err)
	}
	c, answer, err := w.wire.Dialer().Dial(opened.URL, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = answer.Body.Close()
	go func() {
		for {
			if _, _, err := c.ReadMessage(); err != nil {
				return
			}
		}
	}()
	return c
}

// TestWhatNoReconnectingMendsEndsTheBot ends the running bot, with
// instructions, for each error that the library would retry forever.
func TestWhatNoReconnectingMendsEndsTheBot(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"not_allowed_token_type", "missing_scope", "forbidden_team", "token_expired", "link_disabled", "token_revoked"} {
		t.Run("open answers "+code, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				w.must(w.slack.Fault(slacktest.Fault{Method: "apps.connections.open", Count: 1000, Error: code}))
				w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}))
				w.checkEndsWithInstructions("SLACK_APP_TOKEN")
			})
		})
	}
	t.Run("disconnect says link_disabled", func(t *testing.T) {
		inWorld(t, small, nil, func(w *world) {
			w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "link_disabled"}))
			w.checkEndsWithInstructions("SLACK_APP_TOKEN")
		})
	})
}

// checkEndsWithInstructions fails unless the bot ends by itself within a minute with an
// error that names the setting to change.
func (w *world) checkEndsWithInstructions(setting string) {
	w.t.Helper()
	w.pass(time.Minute)
	select {
	case err := <-w.ended:
		refused, ok := errors.AsType[problem.CredentialsError](err)
		if !ok || !strings.Contains(refused.Problem, setting) {
			w.t.Errorf("ended with %v, want an error about %s", err, setting)
		}
		w.ended <- nil
	default:
		w.t.Errorf("the bot is still running; log: %s", w.log)
	}
}

// TestUnreadableEnvelopesAreAcked acknowledges an unreadable envelope and reads
// the next one.
func TestUnreadableEnvelopesAreAcked(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.command(w.slack.Users.Approver, "scan")
		w.must(w.slack.Fault(slacktest.Fault{Envelope: "malformed", Count: 1}))
		if got := w.press(w.slack.Users.Approver, "exclude", ""); !got.OK {
			t.Errorf("answered with %q", got.Error)
		}
		w.checkPressWorks()
	})
}

// TestAPressAtTheEndIsAnswered checks that a press in progress at shutdown is
// acknowledged before the connection closes.
func TestAPressAtTheEndIsAnswered(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(2 * time.Minute) // the cached approver expires; reading it again takes a second.
		w.must(w.slack.Fault(slacktest.Fault{Method: "users.info", Count: 1, DelayMS: 1000}))
		answered := make(chan slacktest.Result, 1)
		go func() {
			answered <- w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: w.report().TS, ActionID: "exclude"})
		}()
		<-time.After(500 * time.Millisecond)
		w.stop()
		if got := <-answered; !got.OK {
			t.Errorf("answered with %q", got.Error)
		}
		w.start()
		if got := w.lines()[0].Action; len(buttons(w.report(), "undo_exclude")) != 1 {
			t.Errorf("the press did not count; the last audited action is %q", got)
		}
	})
}

// TestSlowAnswersDelayNoAck acknowledges every press at once while every
// response takes as long as it can.
func TestSlowAnswersDelayNoAck(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.must(w.slack.Fault(slacktest.Fault{Method: "views.open", Count: 1000, DelayMS: 14_000}))
		for range 60 {
			got := w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: w.report().TS, ActionID: "browse"})
			if !got.OK || got.AckMS > 1600 {
				t.Fatalf("acked after %d ms, %q", got.AckMS, got.Error)
			}
		}
		w.slack.ClearFaults()
		w.pass(time.Minute)
	})
}

// maxPerMinute returns the largest number of calls within a minute.
func maxPerMinute(calls []time.Time) (most int) {
	for i := range calls {
		n := 0
		for _, at := range calls[i:] {
			if at.Sub(calls[i]) < time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

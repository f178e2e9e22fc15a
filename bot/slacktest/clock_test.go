package slacktest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"inactivebot/bot/pipenet"
	"inactivebot/bot/slacktest"
)

// bubble is a workspace in virtual time with one connection.
type bubble struct {
	*slacktest.Server
	client *http.Client
	ws     *websocket.Conn
}

// inBubble runs a test in virtual time. It fails if a goroutine outlives Close.
func inBubble(t *testing.T, test func(t *testing.T, b *bubble)) {
	synctest.Test(t, func(t *testing.T) {
		s := slacktest.New(slacktest.Options{})
		n := pipenet.New(map[string]http.Handler{"slack": s})
		n.Transport.DisableKeepAlives = true
		b := &bubble{Server: s, client: &http.Client{Transport: n.Transport}}
		opened := b.call(t, "apps.connections.open", s.AppToken, nil)
		ws, _, err := n.Dialer().Dial(opened["url"].(string), nil)
		if err != nil {
			t.Fatal(err)
		}
		b.ws = ws
		b.next(t)
		test(t, b)
		s.Close()
		_ = ws.Close()
		n.Close()
	})
}

func (b *bubble) call(t *testing.T, method, token string, fields url.Values) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://slack/api/"+method, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(t, request)
}

func (b *bubble) do(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := answer{}
	if json.Unmarshal(data, &got) != nil {
		return answer{"text": string(data)}
	}
	return got
}

// next reads one frame.
func (b *bubble) next(t *testing.T) answer {
	t.Helper()
	var got answer
	if err := b.ws.ReadJSON(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

// command sends a command without waiting. It returns the envelope, its payload and the channel of the result.
func (b *bubble) command(t *testing.T) (envelope, payload answer, result chan slacktest.Result) {
	t.Helper()
	result = make(chan slacktest.Result, 1)
	go func() { result <- b.Command(slacktest.Command{User: b.Users.Approver, Text: "scan"}) }()
	envelope = b.next(t)
	return envelope, envelope["payload"].(answer), result
}

func TestLateAckIsATimeout(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  string
	}{{"in time", 2900 * time.Millisecond, ""}, {"late", 3100 * time.Millisecond, "operation_timeout"}} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				envelope, _, result := b.command(t)
				<-time.After(tt.after)
				if err := b.ws.WriteJSON(answer{"envelope_id": envelope["envelope_id"]}); err != nil {
					t.Fatal(err)
				}
				if r := <-result; r.Error != tt.want {
					t.Errorf("result %+v, want %q", r, tt.want)
				}
				synctest.Wait()
				if a := b.Acks()[0]; a.Late != (tt.want != "") || a.AckedAt == nil || a.AckMS != tt.after.Milliseconds() {
					t.Errorf("ledger: %+v", a)
				}
			})
		})
	}
}

func TestTriggerLivesThreeSecondsAndOneUse(t *testing.T) {
	view := `{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[]}`
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  []any
	}{{"young", 3 * time.Second, []any{nil, "exchanged_trigger_id"}}, {"old", 3001 * time.Millisecond, []any{"expired_trigger_id"}}} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				_, payload, _ := b.command(t)
				<-time.After(tt.after)
				for i, want := range tt.want {
					fields := url.Values{"trigger_id": {payload["trigger_id"].(string)}, "view": {view}}
					if got := b.call(t, "views.open", b.BotToken, fields); got["error"] != want {
						t.Errorf("use %d: %v, want %v", i+1, got, want)
					}
				}
			})
		})
	}
}

func TestResponseURLLivesHalfAnHour(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  any
	}{{"young", 30 * time.Minute, nil}, {"old", 30*time.Minute + time.Second, "expired_url"}} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				_, payload, _ := b.command(t)
				go b.drain()
				<-time.After(tt.after)
				request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, payload["response_url"].(string), strings.NewReader(`{"text":"x"}`))
				if err != nil {
					t.Fatal(err)
				}
				if got := b.do(t, request); got["error"] != tt.want {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// drain reads pings and deliveries until the connection ends.
func (b *bubble) drain() {
	for {
		if _, _, err := b.ws.ReadMessage(); err != nil {
			return
		}
	}
}

func TestUnackedEnvelopeComesAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		first, _, result := b.command(t)
		start := time.Now()
		for attempt := 1; attempt < 4; attempt++ {
			again := b.next(t)
			if again["envelope_id"] != first["envelope_id"] || again["retry_attempt"] != float64(attempt) {
				t.Errorf("attempt %d: %v", attempt, again)
			}
		}
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("three deliveries took %v", took)
		}
		if r := <-result; r.Error != "operation_timeout" {
			t.Errorf("result: %+v", r)
		}
	})
}

func TestPingEveryTenSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		pings := make(chan time.Time, 10)
		b.ws.SetPingHandler(func(string) error {
			pings <- time.Now()
			return nil
		})
		go b.drain()
		first, second := <-pings, <-pings
		if gap := second.Sub(first); gap != 10*time.Second {
			t.Errorf("pings %v apart", gap)
		}
	})
}

package slacktest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

// app is a slack-go client and the server it is connected to.
type app struct {
	*slacktest.Server
	url    string
	client *slack.Client
}

// serve starts a workspace on loopback and closes it when the test ends.
func serve(t *testing.T, o slacktest.Options) *app {
	t.Helper()
	s := slacktest.New(o)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.CloseClientConnections()
		server.Close()
	})
	client := slack.New(s.BotToken, slack.OptionAppLevelToken(s.AppToken), slack.OptionAPIURL(server.URL+"/api/"))
	return &app{Server: s, url: server.URL, client: client}
}

// connect runs slack-go's socket client until the test ends. It passes every event to handle and returns after the
// first hello.
func (a *app) connect(t *testing.T, handle func(*socketmode.Client, socketmode.Event)) {
	t.Helper()
	socket := socketmode.New(a.client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	hello, stopped := make(chan struct{}, 100), make(chan struct{})
	go func() {
		defer close(stopped)
		_ = socket.RunContext(t.Context())
	}()
	go func() {
		for {
			select {
			case event := <-socket.Events:
				if event.Type == socketmode.EventTypeHello {
					hello <- struct{}{}
				}
				handle(socket, event)
			case <-stopped:
				return
			}
		}
	}()
	t.Cleanup(func() { <-stopped })
	<-hello
}

// ack acknowledges every envelope.
func ack(client *socketmode.Client, event socketmode.Event) {
	if event.Request != nil && event.Request.EnvelopeID != "" {
		_ = client.Ack(*event.Request)
	}
}

// ackWith acknowledges every envelope with a payload.
func ackWith(payload any) func(*socketmode.Client, socketmode.Event) {
	return func(client *socketmode.Client, event socketmode.Event) {
		if event.Request != nil && event.Request.EnvelopeID != "" {
			_ = client.Ack(*event.Request, payload)
		}
	}
}

type answer = map[string]any

// call posts a form with the bot's token and returns the response.
func (a *app) call(t *testing.T, method string, fields ...string) answer {
	t.Helper()
	form := url.Values{"token": {a.BotToken}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	_, got := a.send(t, "POST", "/api/"+method, "application/x-www-form-urlencoded", "", form.Encode())
	return got
}

// send sends a request and returns the status and the decoded response.
func (a *app) send(t *testing.T, method, path, contentType, token, body string) (int, answer) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var got answer
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&got); err != nil {
		got = answer{"text": string(data)}
	}
	return response.StatusCode, got
}

func plain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// row returns a section with an Exclude button, as in a report.
func row(value string) slack.Block {
	button := slack.NewButtonBlockElement("exclude", value, plain("Exclude"))
	text := slack.NewTextBlockObject(slack.MarkdownType, "*Kim* has been away", false, false)
	return slack.NewSectionBlock(text, nil, slack.NewAccessory(button))
}

// report posts a message with two rows and returns its ts.
func (a *app) report(t *testing.T) string {
	t.Helper()
	_, ts, err := a.client.PostMessage(a.Channel, slack.MsgOptionText("29 people", false), slack.MsgOptionBlocks(row("12.a"), row("12.b")))
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// modal returns a view with one required input.
func modal() slack.ModalViewRequest {
	input := slack.NewInputBlock("why", plain("Reason"), nil, slack.NewPlainTextInputBlockElement(nil, "reason"))
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "exclude_details", Title: plain("Exclude"), Submit: plain("Exclude"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{input}},
	}
}

// dial opens a WebSocket and returns the first frame too.
func (a *app) dial(t *testing.T) (*websocket.Conn, answer) {
	t.Helper()
	_, opened := a.send(t, "POST", "/api/apps.connections.open", "", a.AppToken, "")
	ws, _, err := websocket.DefaultDialer.Dial(opened["url"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return ws, next(t, ws)
}

func next(t *testing.T, ws *websocket.Conn) answer {
	t.Helper()
	var got answer
	_ = ws.SetReadDeadline(time.Now().Add(5 * time.Second))
	if err := ws.ReadJSON(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

// relay acknowledges all envelopes and forwards them.
func relay(ws *websocket.Conn, to chan<- answer) {
	for {
		var got answer
		if ws.ReadJSON(&got) != nil {
			return
		}
		if ws.WriteJSON(answer{"envelope_id": got["envelope_id"]}) != nil {
			return
		}
		to <- got
	}
}

// get returns the page's HTML.
func (a *app) get(t *testing.T, path string) string {
	t.Helper()
	status, got := a.send(t, "GET", path, "", "", "")
	if status != http.StatusOK {
		t.Fatalf("%s: %d %v", path, status, got)
	}
	return got["text"].(string)
}

// fetch returns the headers and the text of a page.
func (a *app) fetch(t *testing.T, path string) (http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d", path, response.StatusCode)
	}
	var b strings.Builder
	if _, err := bufio.NewReader(response.Body).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return response.Header, b.String()
}

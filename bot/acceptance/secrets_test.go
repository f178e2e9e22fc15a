package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot"
	"inactivebot/bot/problem"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// echoServer is a server that can answer, instead of the real one, with everything
// it received: the keys, the URL and the body.
type echoServer struct {
	real   http.Handler
	answer atomic.Pointer[func(http.ResponseWriter, string)]
}

func (p *echoServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := p.answer.Load()
	if answer == nil || r.URL.Path == "/" {
		p.real.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	(*answer)(w, strings.Join(append(r.Header["Authorization"], r.URL.String(), string(body)), " "))
}

// setAnswer sets the answer; nil selects the real server.
func (p *echoServer) setAnswer(answer func(http.ResponseWriter, string)) {
	if answer == nil {
		p.answer.Store(nil)
		return
	}
	p.answer.Store(&answer)
}

// echoForms are the forms of a response that repeats a request.
var echoForms = map[string]func(http.ResponseWriter, string){
	"401 in JSON":    inJSON(http.StatusUnauthorized),
	"403 in JSON":    inJSON(http.StatusForbidden),
	"410 in JSON":    inJSON(http.StatusGone),
	"409 in JSON":    inJSON(http.StatusConflict),
	"429 in headers": inJSON(http.StatusTooManyRequests),
	"500 in JSON":    inJSON(http.StatusInternalServerError),
	"200 in JSON":    inJSON(http.StatusOK),
	"503 in HTML": func(w http.ResponseWriter, received string) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintf(w, "<h1>%s</h1>", received)
	},
	"200 in HTML": func(w http.ResponseWriter, received string) {
		fmt.Fprintf(w, "<h1>%s</h1>", received)
	},
	"a redirect": func(w http.ResponseWriter, received string) {
		w.Header().Set("Location", "http://elsewhere.test/?"+url.QueryEscape(received))
		w.WriteHeader(http.StatusTemporaryRedirect)
	},
	"half a JSON": func(w http.ResponseWriter, received string) {
		fmt.Fprintf(w, `{"ok":true,"data":[{"accountId":%q`, received)
	},
	"a string for JSON": func(w http.ResponseWriter, received string) { fmt.Fprintf(w, "%q", received) },
	"a cut connection":  func(http.ResponseWriter, string) { panic(http.ErrAbortHandler) },
}

// inJSON returns an answer with the error fields of both APIs.
func inJSON(status int) func(http.ResponseWriter, string) {
	return func(w http.ResponseWriter, received string) {
		for _, name := range []string{"X-Echo", "X-RateLimit-Reset", "X-Slack-Req-Id", "Warning", "Www-Authenticate"} {
			w.Header().Set(name, received)
		}
		w.Header().Set("Retry-After", "1")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		entry := map[string]any{"code": received, "title": received, "detail": received, "status": received}
		_ = json.NewEncoder(w).Encode(map[string]any{"ok": false, "error": "fatal_error", "errors": []any{entry}, "message": received, "warning": received, "data": received})
	}
}

// secret matches everything that grants access: the tokens, the API key,
// WebSocket tickets and the URLs of responses and uploads.
func (w *world) secret() *regexp.Regexp {
	var parts []string
	for _, token := range []string{w.slack.BotToken, w.slack.AppToken, w.org.APIKey} {
		parts = append(parts, regexp.QuoteMeta(token))
	}
	return regexp.MustCompile(strings.Join(append(parts, `ticket=`, `/response/[A-Z0-9]`, `/upload/[A-Z0-9]`), "|"))
}

// checkSecrets searches everything that the bot has written so far: its log,
// its messages, modals and files, and its whole database.
func (w *world) checkSecrets(errs ...string) {
	w.t.Helper()
	database, err := os.ReadFile(w.path)
	w.must(err)
	out := map[string]string{"the log": w.log.String(), "the database": string(database), "an error": strings.Join(errs, "\n")}
	for where, what := range map[string]any{"the audit log": w.lines(), "the messages": w.slack.Messages(w.settings.Channel), "the files": w.slack.Files()} {
		text, err := json.Marshal(what)
		w.must(err)
		out[where] = string(text)
	}
	for _, user := range []string{w.slack.Users.Approver, w.slack.Users.Member} {
		text, err := json.Marshal([]any{w.slack.Ephemerals(user), w.slack.Views(user)})
		w.must(err)
		out["what "+user+" saw"] = string(text)
	}
	for where, text := range out {
		if at := w.secret().FindStringIndex(text); at != nil {
			w.t.Errorf("%s contains a secret: …%q…", where, text[max(0, at[0]-200):min(len(text), at[1]+60)])
		}
	}
}

// tryEverything does what an approver can do and what a member can try.
func (w *world) tryEverything() {
	ada := w.slack.Users.Approver
	m := w.report()
	row := ""
	if rows := buttons(m, "exclude"); len(rows) > 0 {
		row = rows[0]
	}
	for _, words := range []string{"scan", "scan 90", "status", "exclude new@example.com", "exclude <@U0MEMBER001>", "restore nobody@example.com", "history", "suspended", "pause", "resume"} {
		w.command(ada, words)
	}
	for _, action := range []string{"exclude", "suspend_all", "browse", "lanes", "restore_somebody", "undo_batch", "scan_again", "override", "unheard_of"} {
		w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: m.TS, ActionID: action, Value: row})
		w.pass(20 * time.Second)
	}
	w.command(w.slack.Users.Member, "scan")
	w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "refresh_requested"}))
	w.pass(time.Hour)
}

// TestNoSecretIsRepeated makes both services repeat their requests in every
// form while the bot does everything it can, including a batch.
func TestNoSecretIsRepeated(t *testing.T) {
	t.Parallel()
	for name, echo := range echoForms {
		for _, host := range []string{"atlassian.test", "slack.test"} {
			t.Run(host+" "+name, func(t *testing.T) {
				t.Parallel()
				inWorld(t, small, nil, func(w *world) {
					p := &echoServer{real: map[string]http.Handler{"atlassian.test": w.org, "slack.test": w.slack}[host]}
					elsewhere := w.elsewhere()
					w.serve(host, p)
					w.scanTold()
					w.press(w.slack.Users.Approver, "suspend_all", "")
					w.submit(w.slack.Users.Approver, "suspend_confirm")
					p.setAnswer(echo)
					w.tryEverything()
					p.setAnswer(nil)
					w.pass(10 * time.Minute)
					w.checkSecrets()
					if n := elsewhere.Load(); n != 0 {
						t.Errorf("%d requests followed a redirect to another host", n)
					}
				})
			})
		}
	}
}

// TestNoSecretInWhatEndsTheBot makes both services refuse the bot at startup.
func TestNoSecretInWhatEndsTheBot(t *testing.T) {
	t.Parallel()
	for name, echo := range echoForms {
		for _, host := range []string{"atlassian.test", "slack.test"} {
			t.Run(host+" "+name, func(t *testing.T) {
				t.Parallel()
				inWorld(t, small, nil, func(w *world) {
					p := &echoServer{real: map[string]http.Handler{"atlassian.test": w.org, "slack.test": w.slack}[host]}
					w.elsewhere()
					w.serve(host, p)
					w.stop()
					p.setAnswer(echo)
					w.checkSecrets(w.tryStart(w.wire.Transport))
				})
			})
		}
	}
}

// leakyTransport is a transport whose errors contain the whole request.
type leakyTransport struct{}

func (leakyTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("proxy refused %s %s %s %v", r.Method, r.URL, body, r.Header)}
}

func TestNoSecretInTransportErrors(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.stop()
		w.checkSecrets(w.tryStart(leakyTransport{}))
	})
}

// TestNoSecretInAPanic checks that a handler that panics with a whole request
// ends only that press.
func TestNoSecretInAPanic(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.scanTold()
		w.stop()
		var panics atomic.Bool
		w.wire.Transport.Proxy = func(r *http.Request) (*url.URL, error) {
			if panics.Load() && strings.HasSuffix(r.URL.Path, "users.info") {
				_, err := leakyTransport{}.RoundTrip(r)
				panic(err)
			}
			return nil, nil
		}
		w.start()
		w.pass(2 * time.Minute) // the cached approver expires.
		panics.Store(true)
		w.press(w.slack.Users.Approver, "exclude", "")
		panics.Store(false)
		w.pass(time.Minute) // for the goroutines of the request.
		w.checkSecrets()
		if got := w.log.String(); !strings.Contains(got, "handler panicked") {
			t.Errorf("nothing panicked; the log says %s", got)
		}
	})
}

// tryStart runs a bot for an hour over a transport. It returns the text of the
// error that ended the bot.
func (w *world) tryStart(transport http.RoundTripper) string {
	w.t.Helper()
	store, err := storage.Open(w.path)
	w.must(err)
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: w.org.OrgID, APIKey: w.org.APIKey, Transport: transport})
	w.must(err)
	b, err := bot.New(w.settings, store, client, slackapi.Config{
		BotToken: w.slack.BotToken, AppToken: w.slack.AppToken, APIURL: "http://slack.test/api/",
		Client: &http.Client{Transport: transport, Timeout: 15 * time.Second}, Dialer: w.wire.Dialer(),
	}, zerolog.New(w.log))
	w.must(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	err = b.Run(ctx)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
		fmt.Fprintf(&out, verb+"\n", err)
		fmt.Fprintf(&out, verb+"\n", errors.Join(err, problem.AsFatal(err)))
	}
	w.must(store.Close())
	return out.String()
}

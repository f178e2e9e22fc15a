package atlassian

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// plainAnswer returns a handler that sends a body with a content type.
func plainAnswer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func jsonAnswer(status int, body string) http.HandlerFunc {
	return plainAnswer(status, "application/json", body)
}

func cutBefore(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cutInside closes the connection before the announced length.
func cutInside(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, `{"data":[`)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// huge sends a gigabyte, or as much as the client reads. Every prefix is valid
// JSON.
func huge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"data":[]}`)
	block := []byte(strings.Repeat(" ", 1<<20))
	for range 1 << 10 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func hugeByLength(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(1<<30))
	fmt.Fprint(w, `{"data":[`)
}

// trickle sends a byte a second.
func trickle(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	flush := http.NewResponseController(w)
	for {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(time.Second):
			fmt.Fprint(w, " ")
			_ = flush.Flush()
		}
	}
}

func silence(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // The server detects a closed connection only after reading the body.
	<-r.Context().Done()
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://elsewhere.test/", http.StatusTemporaryRedirect)
}

// TestBadAnswers sends each response to a search, which is a read, and to a
// suspension. A read is retried up to maxAttempts times if it may succeed
// later.
func TestBadAnswers(t *testing.T) {
	const refusal = `{"errors":[{"status":"404","code":"ADMIN-404-8"}]}`
	const html = "<html><body>Bad gateway</body></html>"
	tests := []struct {
		name     string
		handler  http.HandlerFunc
		read     Kind // 0: no error.
		tries    int
		write    Kind // 0: success.
		definite bool // for the suspension.
	}{
		{"400", jsonAnswer(400, `{"errors":[{"code":"ADMIN-400-24"}]}`), KindRefused, 1, KindRefused, true},
		{"401", jsonAnswer(401, `{"errors":[{"code":"ADMIN-401-1"}]}`), KindUnauthorized, 1, KindUnauthorized, true},
		{"401 with HTML", plainAnswer(401, "text/html", html), KindUnauthorized, 1, KindUnauthorized, true},
		{"403", jsonAnswer(403, `{"errors":[{"code":"ADMIN-403-3"}]}`), KindForbidden, 1, KindForbidden, true},
		{"404", jsonAnswer(404, refusal), KindNotFound, 1, KindNotFound, true},
		{"404 without a body", jsonAnswer(404, ""), KindNotFound, 1, KindNotFound, true},
		{"408 of a gateway", jsonAnswer(408, ""), KindServer, maxAttempts, KindServer, false},
		{"409", jsonAnswer(409, `{"errors":[{"code":"ADMIN-409-3"}]}`), KindConflict, 1, KindConflict, true},
		{"410", jsonAnswer(410, ""), KindGone, 1, KindGone, true},
		{"418", jsonAnswer(418, ""), KindRefused, 1, KindRefused, true},
		{"429 for ever", jsonAnswer(429, ""), KindRateLimited, maxAttempts, KindRateLimited, true},
		{"500", jsonAnswer(500, `{"errors":[{"code":"ADMIN-500-1"}]}`), KindServer, maxAttempts, KindServer, false},
		{"502 with HTML", plainAnswer(502, "text/html", html), KindServer, maxAttempts, KindServer, false},
		{"503 without a body", jsonAnswer(503, ""), KindServer, maxAttempts, KindServer, false},
		{"unknown status", jsonAnswer(799, ""), KindUnreadable, maxAttempts, KindUnreadable, false},
		{"200 with HTML", plainAnswer(200, "text/html", html), KindUnreadable, maxAttempts, KindUnreadable, false},
		{"200 with JSON called text", plainAnswer(200, "text/plain", `{"data":[]}`), KindUnreadable, maxAttempts, KindUnreadable, false},
		{"200 with a broken content type", plainAnswer(200, "application/", `{"data":[]}`), KindUnreadable, maxAttempts, KindUnreadable, false},
		{"empty 200", jsonAnswer(200, ""), KindUnreadable, maxAttempts, 0, false},
		{"204", jsonAnswer(204, ""), KindUnreadable, maxAttempts, 0, false},
		{"JSON cut by the server", jsonAnswer(200, `{"data":[{"accountId":"a`), KindUnreadable, maxAttempts, 0, false},
		{"JSON cut by the connection", cutInside, KindUnreadable, maxAttempts, 0, false},
		{"two JSON values", jsonAnswer(200, `{"data":[]}{"data":[]}`), KindUnreadable, maxAttempts, 0, false},
		{"no object", jsonAnswer(200, `[]`), KindUnreadable, maxAttempts, 0, false},
		{"null", jsonAnswer(200, `null`), KindUnreadable, maxAttempts, 0, false},
		{"no data", jsonAnswer(200, `{}`), KindUnreadable, maxAttempts, 0, false},
		{"data null", jsonAnswer(200, `{"data":null}`), KindUnreadable, maxAttempts, 0, false},
		{"data an object", jsonAnswer(200, `{"data":{}}`), KindUnreadable, maxAttempts, 0, false},
		{"data a string", jsonAnswer(200, `{"data":"none"}`), KindUnreadable, maxAttempts, 0, false},
		{"a user is null", jsonAnswer(200, `{"data":[null]}`), KindUnreadable, maxAttempts, 0, false},
		{"a user is a number", jsonAnswer(200, `{"data":[1]}`), KindUnreadable, maxAttempts, 0, false},
		{"a user without an id", jsonAnswer(200, `{"data":[{"name":"A"}]}`), KindUnreadable, maxAttempts, 0, false},
		{"a user with a numeric id", jsonAnswer(200, `{"data":[{"accountId":5}]}`), KindUnreadable, maxAttempts, 0, false},
		{"links a string", jsonAnswer(200, `{"data":[],"links":"x"}`), KindUnreadable, maxAttempts, 0, false},
		{"next a number", jsonAnswer(200, `{"data":[],"links":{"next":7}}`), KindUnreadable, maxAttempts, 0, false},
		{"next a URL without a cursor", jsonAnswer(200, `{"data":[],"links":{"next":"https://x.test/?a=b"}}`), KindUnreadable, maxAttempts, 0, false},
		{"a cursor that repeats", jsonAnswer(200, `{"data":[],"links":{"next":"again"}}`), KindUnreadable, 2, 0, false},
		{"a gigabyte", huge, KindUnreadable, maxAttempts, 0, false},
		{"a gigabyte by its length", hugeByLength, KindUnreadable, maxAttempts, 0, false},
		{"a byte a second", trickle, KindTransport, maxAttempts, 0, false},
		{"no answer", silence, KindTransport, maxAttempts, KindTransport, false},
		{"connection cut", cutBefore, KindTransport, maxAttempts, KindTransport, false},
		{"redirect", redirect, KindRedirected, 1, KindRedirected, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, tt.handler, func(c *Client) error {
				_, err := collect(c, Query{})
				return errors.Join(kindIs(err, tt.read), triesAre(c, tt.tries), secretFree(err))
			})
			inBubble(t, tt.handler, func(c *Client) error {
				err := c.Suspend(context.Background(), testDirectory, testAccount)
				tries := 1
				if tt.write == KindRateLimited {
					tries = maxAttempts
				}
				return errors.Join(kindIs(err, tt.write), triesAre(c, tries), definiteIs(err, tt.definite), secretFree(err))
			})
		})
	}
}

func triesAre(c *Client, want int) error {
	if got := c.Requests(); got != want {
		return fmt.Errorf("got %d requests, want %d", got, want)
	}
	return nil
}

func definiteIs(err error, want bool) error {
	e, ok := errors.AsType[*Error](err)
	if got := ok && e.Definite(); got != want {
		return fmt.Errorf("got definite %v, want %v", got, want)
	}
	return nil
}

func secretFree(err error) error {
	if err != nil && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), testKey) {
		return errors.New("the error contains the key")
	}
	return nil
}

func TestErrorCode(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"the API's", `{"errors":[{"code":"ADMIN-404-8"}]}`, "ADMIN-404-8"},
		{"user management's", `{"errors":[{"code":"ADMIN-UAM-403-12"}]}`, "ADMIN-UAM-403-12"},
		{"an echo of the key", `{"errors":[{"code":"` + testKey + `"}]}`, ""},
		{"no errors", `{"errors":[]}`, ""},
		{"HTML", `<html>`, ""},
		{"nothing", ``, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := errorCode(strings.NewReader(tt.body)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

package acceptance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// shownTexts passes requests on to a workspace and keeps the texts that contain
// a value of the code. Every test of this package fails at its end if there are
// any, so every text that a test causes is checked.
type shownTexts struct {
	http.Handler
	mu    sync.Mutex
	wrong []string
}

// codeValue matches values of the code: awaiting_second, 24h0m0s, <nil>, and what
// fmt prints for a wrong argument.
var codeValue = regexp.MustCompile(`\b[a-z]+_[a-z]+|\d+h\d+m|\d+m\d+s|<nil>|%!|map\[|EOF|context (deadline|canceled)`)

// notProse matches parts of a text in which an underscore is legitimate: mentions,
// links and dates, code, emoji, addresses, file names.
var notProse = regexp.MustCompile("<[^>]+>|`[^`]*`|:[a-z_]+:|\\S+@\\S+|\\S+\\.(csv|db|md)|https?://\\S+")

func (s *shownTexts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			s.check(r.URL.Path, payload(r.Header.Get("Content-Type"), body))
		}
		r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), errorReader{err}))
	}
	s.Handler.ServeHTTP(w, r)
}

// errorReader ends a body with the error that ended the original one.
type errorReader struct{ err error }

func (e errorReader) Read([]byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	return 0, io.EOF
}

// payload returns the arguments of a request. A form's arguments may hold JSON.
func payload(contentType string, body []byte) any {
	var out any
	if strings.HasPrefix(contentType, "application/json") {
		_ = json.Unmarshal(body, &out)
		return out
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	args := map[string]any{}
	for name := range form {
		var v any
		if json.Unmarshal([]byte(form.Get(name)), &v) != nil {
			v = form.Get(name)
		}
		args[name] = v
	}
	return args
}

// check keeps the texts of a request or of the payload of an ack that a person
// must not see.
func (s *shownTexts) check(where string, payload any) {
	for _, text := range shownStrings(payload, false) {
		if !strings.ContainsAny(text, "_<%[0123456789") && !strings.Contains(text, "EOF") && !strings.Contains(text, "context ") || !codeValue.MatchString(text) {
			continue // the common case, without a regular expression.
		}
		if got := codeValue.FindString(notProse.ReplaceAllString(text, "")); got != "" {
			s.mu.Lock()
			s.wrong = append(s.wrong, where+" shows "+got+" in: "+text)
			s.mu.Unlock()
		}
	}
}

// shownStrings returns all strings of a payload that Slack shows: values of "text", and
// of the errors of a modal.
func shownStrings(v any, shown bool) (out []string) {
	switch v := v.(type) {
	case string:
		if shown {
			out = append(out, v)
		}
	case []any:
		for _, e := range v {
			out = append(out, shownStrings(e, shown)...)
		}
	case map[string]any:
		for key, e := range v {
			if key == "metadata" || key == "private_metadata" {
				continue
			}
			out = append(out, shownStrings(e, key == "text" || key == "errors" || shown && key != "type")...)
		}
	}
	return out
}

package acceptance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"inactivebot/bot/texttest"
)

// shownTexts passes requests on to a workspace and keeps the texts that contain
// a value of the code. Every test of this package fails at its end if there are
// any, so every text that a test causes is checked.
type shownTexts struct {
	http.Handler
	mu    sync.Mutex
	wrong []string
}

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

// checkedTexts holds the texts without a value of the code. Most texts are sent
// again with every update of a message.
var checkedTexts sync.Map

// check keeps the texts of a request or of the payload of an ack that a person
// must not see.
func (s *shownTexts) check(where string, payload any) {
	for _, text := range shownStrings(payload, false) {
		if _, known := checkedTexts.Load(text); known {
			continue
		}
		if got := texttest.CodeValue(texttest.Prose(text)); got == "" {
			checkedTexts.Store(text, true)
		} else {
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

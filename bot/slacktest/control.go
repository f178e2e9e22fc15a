package slacktest

import (
	"encoding/json"
	"net/http"
)

// control is the API by which a test or another program plays the people and asks what the app did.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	for pattern, get := range map[string]func(r *http.Request) any{
		"GET /messages":    func(r *http.Request) any { return s.Messages(r.FormValue("channel")) },
		"GET /ephemerals":  func(r *http.Request) any { return s.Ephemerals(r.FormValue("user")) },
		"GET /views":       func(r *http.Request) any { return s.Views(r.FormValue("user")) },
		"GET /files":       func(*http.Request) any { return s.Files() },
		"GET /channels":    func(*http.Request) any { return s.Channels() },
		"GET /users":       func(*http.Request) any { return s.People() },
		"GET /groups":      func(*http.Request) any { return s.Groups() },
		"GET /acks":        func(*http.Request) any { return s.Acks() },
		"GET /connections": func(*http.Request) any { return s.Connections() },
		"GET /calls":       func(*http.Request) any { return s.Calls() },
		"GET /violations":  func(*http.Request) any { return s.Violations() },
		"GET /faults":      func(*http.Request) any { return s.Faults() },
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { writeJSON(w, http.StatusOK, get(r)) })
	}
	s.controlPeople(mux)
	s.controlWorkspace(mux)
	return mux
}

// controlPeople are the actions of people.
func (s *Server) controlPeople(mux *http.ServeMux) {
	mux.HandleFunc("POST /command", posted(func(c Command) (any, error) { return s.Command(c), nil }))
	mux.HandleFunc("POST /press", posted(func(p Press) (any, error) { return s.Press(p), nil }))
	mux.HandleFunc("POST /submit", posted(func(v Submit) (any, error) { return s.Submit(v), nil }))
	mux.HandleFunc("POST /suggest", posted(func(g Suggest) (any, error) { return s.Suggest(g), nil }))
	mux.HandleFunc("POST /close", posted(func(c Close) (any, error) { return s.close(c), nil }))
	mux.HandleFunc("POST /envelope", posted(func(e Envelope) (any, error) { return s.Envelope(e) }))
}

// controlWorkspace changes the workspace and spoils things.
func (s *Server) controlWorkspace(mux *http.ServeMux) {
	mux.HandleFunc("POST /disconnect", posted(func(d Disconnect) (any, error) { return done, s.Disconnect(d) }))
	mux.HandleFunc("POST /faults", posted(func(f Fault) (any, error) { return done, s.Fault(f) }))
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		writeJSON(w, http.StatusOK, done)
	})
	mux.HandleFunc("POST /release", func(w http.ResponseWriter, _ *http.Request) {
		s.Release()
		writeJSON(w, http.StatusOK, done)
	})
	mux.HandleFunc("GET /held", func(w http.ResponseWriter, r *http.Request) {
		held, err := s.Held(r.Context())
		if err != nil {
			writeJSON(w, http.StatusServiceUnavailable, mistake(err))
			return
		}
		writeJSON(w, http.StatusOK, object{"held": held})
	})
	mux.HandleFunc("POST /users", posted(func(raw json.RawMessage) (any, error) { return s.putUser(raw) }))
	mux.HandleFunc("POST /groups", posted(func(raw json.RawMessage) (any, error) { return s.putGroup(raw) }))
	mux.HandleFunc("POST /channels", posted(func(raw json.RawMessage) (any, error) { return s.putChannel(raw) }))
}

var done = object{"ok": true}

func mistake(err error) object { return object{"ok": false, "error": err.Error()} }

// posted decodes a body, strictly, and answers with what comes out: status 400 for a mistake.
func posted[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&in)
		var out any
		if err == nil {
			out, err = do(in)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, mistake(err))
			return
		}
		writeJSON(w, http.StatusOK, out)
	}
}

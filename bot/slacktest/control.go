package slacktest

import (
	"encoding/json"
	"errors"
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

var errNoID = errors.New("id is required")

// putUser changes the given fields of a user, or adds one.
func (s *Server) putUser(raw json.RawMessage) (User, error) {
	return put(s, &s.world.users, raw, User{TeamID: teamID, TZ: "Etc/UTC"}, func(u *User) string { return u.ID })
}

func (s *Server) putGroup(raw json.RawMessage) (Group, error) {
	return put(s, &s.world.groups, raw, Group{}, func(g *Group) string { return g.ID })
}

func (s *Server) putChannel(raw json.RawMessage) (Channel, error) {
	return put(s, &s.world.channels, raw, Channel{}, func(c *Channel) string { return c.ID })
}

// put decodes onto what is there under the same id, or onto a fresh value, and stores the outcome.
func put[T any](s *Server, all *[]*T, raw json.RawMessage, fresh T, id func(*T) string) (T, error) {
	var named T
	if err := json.Unmarshal(raw, &named); err != nil {
		return named, err
	}
	if id(&named) == "" {
		return named, errNoID
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	old := find(*all, func(v *T) bool { return id(v) == id(&named) })
	if old == nil {
		old = &fresh
		*all = append(*all, old)
	}
	var merged T // Decoded twice into a value of its own, so that lists handed out before do not change.
	err := errors.Join(json.Unmarshal(encode(old), &merged), json.Unmarshal(raw, &merged))
	*old = merged
	return merged, err
}

// SetUser adds a user or replaces the one with its id.
func (s *Server) SetUser(u User) { set(s, &s.world.users, u, func(u *User) string { return u.ID }) }

// SetGroup adds a user group or replaces the one with its id.
func (s *Server) SetGroup(g Group) { set(s, &s.world.groups, g, func(g *Group) string { return g.ID }) }

// SetChannel adds a channel or replaces the one with its id.
func (s *Server) SetChannel(c Channel) {
	set(s, &s.world.channels, c, func(c *Channel) string { return c.ID })
}

func set[T any](s *Server, all *[]*T, value T, id func(*T) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	if old := find(*all, func(v *T) bool { return id(v) == id(&value) }); old != nil {
		*old = value
		return
	}
	*all = append(*all, &value)
}

// People returns everybody, the outsider and the bot too.
func (s *Server) People() []User { return listed(s, &s.world.users) }

// Groups returns the user groups.
func (s *Server) Groups() []Group { return listed(s, &s.world.groups) }

// Channels returns the channels and direct conversations.
func (s *Server) Channels() []Channel { return listed(s, &s.world.channels) }

func listed[T any](s *Server, all *[]*T) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(*all)
}

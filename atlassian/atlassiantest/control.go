package atlassiantest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// controlMux are the calls of the control API.
func (s *Server) controlMux() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(*http.Request) (any, error){
		"POST /_control/users":        s.controlAdd,
		"POST /_control/users/{id}":   s.controlChange,
		"DELETE /_control/users/{id}": s.controlRemove,
		"GET /_control/requests":      func(*http.Request) (any, error) { return s.Requests(), nil },
		"DELETE /_control/requests":   func(*http.Request) (any, error) { s.ResetRequests(); return done, nil },
		"POST /_control/org":          s.controlOrg,
		"POST /_control/limits":       s.controlLimit,
		"GET /_control/faults":        func(*http.Request) (any, error) { return s.Faults(), nil },
		"POST /_control/faults":       s.controlFault,
		"DELETE /_control/faults":     func(*http.Request) (any, error) { s.ClearFaults(); return done, nil },
		"GET /_control/held":          func(r *http.Request) (any, error) { return s.Held(r.Context()) },
		"POST /_control/release": func(*http.Request) (any, error) {
			return map[string]int{"released": s.Release()}, nil
		},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			body, err := serve(r)
			write(w, controlAnswer(body, err))
		})
	}
	mux.HandleFunc("GET /_control/users", s.controlTruth)
	return mux
}

// done is the answer of a call that has nothing else to tell.
var done = map[string]bool{"ok": true}

// What the control API answers with 404 and 409; all else is 400.
var (
	errNoUser   = errors.New("there is no such user")
	errSameUser = errors.New("there is a user with this account_id")
)

func controlAnswer(body any, err error) *response {
	status := http.StatusBadRequest
	switch {
	case err == nil:
		return jsonAnswer(http.StatusOK, body)
	case errors.Is(err, errNoUser):
		status = http.StatusNotFound
	case errors.Is(err, errSameUser):
		status = http.StatusConflict
	}
	return jsonAnswer(status, map[string]any{"ok": false, "error": err.Error()})
}

// controlTruth streams everybody, so that no size of organisation is too much.
func (s *Server) controlTruth(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	separator := "[\n"
	for batch := range s.batches() {
		for _, p := range batch {
			text, err := json.Marshal(p)
			if err != nil {
				panic(err) // A person is always JSON.
			}
			if _, err := io.WriteString(w, separator); err != nil {
				return
			}
			_, _ = w.Write(text) // A caller who left is noticed above.
			separator = ",\n"
		}
	}
	if separator == "[\n" {
		_, _ = io.WriteString(w, "[")
	}
	_, _ = io.WriteString(w, "]\n")
}

func (s *Server) controlAdd(r *http.Request) (any, error) {
	p := Person{ProductAccess: []Access{}}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = p.merge(body)
	}
	if err != nil {
		return nil, err
	}
	if _, ok := s.Person(p.AccountID); ok {
		return nil, errSameUser
	}
	return s.SetUser(p), nil
}

func (s *Server) controlChange(r *http.Request) (any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	found := s.Change(r.PathValue("id"), func(p *Person) {
		changed := p.at(time.Now())
		if err = changed.merge(body); err == nil {
			*p = changed
		}
	})
	if !found {
		return nil, errNoUser
	}
	if err != nil {
		return nil, err
	}
	p, _ := s.Person(r.PathValue("id"))
	return p, nil
}

func (s *Server) controlRemove(r *http.Request) (any, error) {
	if !s.Remove(r.PathValue("id")) {
		return nil, errNoUser
	}
	return done, nil
}

func (s *Server) controlOrg(r *http.Request) (any, error) {
	var o OrgSettings
	if err := decodeBody(r, &o); err != nil {
		return nil, err
	}
	return done, s.Org(o)
}

func (s *Server) controlFault(r *http.Request) (any, error) {
	var f Fault
	if err := decodeBody(r, &f); err != nil {
		return nil, err
	}
	return done, s.Fault(f)
}

func (s *Server) controlLimit(r *http.Request) (any, error) {
	var l struct {
		Route     string `json:"route"`
		PerMinute int    `json:"per_minute"`
	}
	if err := decodeBody(r, &l); err != nil {
		return nil, err
	}
	return done, s.Limit(l.Route, l.PerMinute)
}

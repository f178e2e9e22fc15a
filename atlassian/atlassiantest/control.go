package atlassiantest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// controlMux returns the control API's handlers.
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
			write(w, controlResponse(body, err))
		})
	}
	mux.HandleFunc("GET /_control/users", s.controlUsers)
	return mux
}

// done is the response of calls without a result.
var done = map[string]bool{"ok": true}

// These errors answer 404 and 409; all others answer 400.
var (
	errNoUser   = errors.New("user not found")
	errSameUser = errors.New("a user with this account_id already exists")
)

func controlResponse(body any, err error) *response {
	status := http.StatusBadRequest
	switch {
	case err == nil:
		return jsonResponse(http.StatusOK, body)
	case errors.Is(err, errNoUser):
		status = http.StatusNotFound
	case errors.Is(err, errSameUser):
		status = http.StatusConflict
	}
	return jsonResponse(status, map[string]any{"ok": false, "error": err.Error()})
}

// controlUsers streams all people, so that memory does not grow with the
// organisation.
func (s *Server) controlUsers(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	separator := "[\n"
	for batch := range s.batches() {
		for _, p := range batch {
			text, err := json.Marshal(p)
			if err != nil {
				panic(err) // A person can always be encoded.
			}
			if _, err := io.WriteString(w, separator); err != nil {
				return
			}
			_, _ = w.Write(text) // The next WriteString reports a closed connection.
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
	return s.PutPerson(p), nil
}

func (s *Server) controlChange(r *http.Request) (any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	found := s.ChangePerson(r.PathValue("id"), func(p *Person) {
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
	if !s.RemovePerson(r.PathValue("id")) {
		return nil, errNoUser
	}
	return done, nil
}

func (s *Server) controlOrg(r *http.Request) (any, error) {
	var o OrgSettings
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = decodeStrict(endEmpty(body, orgEnds), &o)
	}
	if err != nil {
		return nil, err
	}
	return done, s.Configure(o)
}

func (s *Server) controlFault(r *http.Request) (any, error) {
	var f Fault
	if err := decodeBody(r, &f); err != nil {
		return nil, err
	}
	return done, s.AddFault(f)
}

func (s *Server) controlLimit(r *http.Request) (any, error) {
	var l struct {
		Route     string `json:"route"`
		PerMinute int    `json:"per_minute"`
	}
	if err := decodeBody(r, &l); err != nil {
		return nil, err
	}
	return done, s.SetLimit(l.Route, l.PerMinute)
}

package slacktest

import (
	"encoding/json"
	"net/http"
)

// control is the control API. Tests and other programs use it to act as people, change the workspace, inject faults and
// inspect the app's calls.
type control struct {
	ws           *workspace
	faults       *faults
	socket       *socketMode
	interactions *interactions
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, get := range map[string]func(r *http.Request) any{
		"GET /messages":    func(r *http.Request) any { return c.ws.listMessages(r.FormValue("channel")) },
		"GET /ephemerals":  func(r *http.Request) any { return c.ws.listEphemerals(r.FormValue("user")) },
		"GET /views":       func(r *http.Request) any { return c.ws.listViews(r.FormValue("user")) },
		"GET /files":       func(*http.Request) any { return c.ws.listFiles() },
		"GET /channels":    func(*http.Request) any { return c.ws.listChannels() },
		"GET /users":       func(*http.Request) any { return c.ws.listUsers() },
		"GET /groups":      func(*http.Request) any { return c.ws.listGroups() },
		"GET /acks":        func(*http.Request) any { return c.socket.listAcks() },
		"GET /connections": func(*http.Request) any { return c.socket.listConnections() },
		"GET /calls":       func(*http.Request) any { return c.ws.listCalls() },
		"GET /violations":  func(*http.Request) any { return c.ws.listViolations() },
		"GET /faults":      func(*http.Request) any { return c.faults.list() },
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { writeJSON(w, http.StatusOK, get(r)) })
	}
	c.interactions.register(mux)
	mux.HandleFunc("POST /disconnect", postHandler(func(d Disconnect) (any, error) { return done, c.socket.disconnect(d) }))
	c.registerFaults(mux)
	mux.HandleFunc("POST /users", postHandler(func(raw json.RawMessage) (any, error) { return c.putUser(raw) }))
	mux.HandleFunc("POST /groups", postHandler(func(raw json.RawMessage) (any, error) { return c.putGroup(raw) }))
	mux.HandleFunc("POST /app", postHandler(c.configureApp))
	mux.HandleFunc("POST /channels", postHandler(func(raw json.RawMessage) (any, error) { return c.putChannel(raw) }))
	return mux
}

func (c *control) registerFaults(mux *http.ServeMux) {
	mux.HandleFunc("POST /faults", postHandler(func(f Fault) (any, error) { return done, c.faults.add(f) }))
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		c.faults.clear()
		writeJSON(w, http.StatusOK, done)
	})
	mux.HandleFunc("POST /release", func(w http.ResponseWriter, _ *http.Request) {
		c.faults.releaseHeld()
		writeJSON(w, http.StatusOK, done)
	})
	mux.HandleFunc("GET /held", func(w http.ResponseWriter, r *http.Request) {
		held, err := c.faults.waitHeld(r.Context())
		if err != nil {
			writeJSON(w, http.StatusServiceUnavailable, errorBody(err))
			return
		}
		writeJSON(w, http.StatusOK, object{"held": held})
	})
}

var done = object{"ok": true}

func errorBody(err error) object { return object{"ok": false, "error": err.Error()} }

// postHandler returns a handler that decodes the body strictly, calls do and writes its result. It answers an error with
// status 400.
func postHandler[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		err := decodeStrict(http.MaxBytesReader(w, r.Body, maxRequest), &in)
		var out any
		if err == nil {
			out, err = do(in)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, errorBody(err))
			return
		}
		writeJSON(w, http.StatusOK, out)
	}
}

package scantest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// Edited serves an organisation with changes in users/search. Each change may be nil.
type Edited struct {
	http.Handler
	Refuse func(q map[string]any) bool    // whether a query is answered with 400.
	Query  func(q map[string]any)         // changes a query.
	Person func(q, person map[string]any) // changes a person in the answer to a query.
}

// Edit replaces the organisation that the client sees.
func (l *Lab) Edit(e Edited) {
	e.Handler = l.Org
	l.Net.Transport.CloseIdleConnections() // they have the old handler.
	l.Net.Serve("atlassian.test", e)
}

// EmptyRoles makes a person's roles empty, as if expand was not honoured.
func EmptyRoles(_, person map[string]any) {
	if person["platformRoles"] != nil {
		person["platformRoles"] = []any{}
	}
}

// ServeHTTP answers a request.
func (e Edited) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "users/search") {
		e.Handler.ServeHTTP(w, r)
		return
	}
	var q map[string]any
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		panic(err)
	}
	if e.Refuse != nil && e.Refuse(q) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"errors":[{"status":"400","code":"ADMIN-400-24","title":"refused"}]}`)
		return
	}
	if e.Query != nil {
		e.Query(q)
	}
	body, _ := json.Marshal(q)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	e.answer(w, r, q)
}

// answer answers a query with the changed people.
func (e Edited) answer(w http.ResponseWriter, r *http.Request, q map[string]any) {
	rec := httptest.NewRecorder()
	e.Handler.ServeHTTP(rec, r)
	var page struct {
		Data  []map[string]any `json:"data"`
		Links any              `json:"links"`
	}
	body := rec.Body.Bytes()
	if e.Person != nil && json.Unmarshal(body, &page) == nil && page.Data != nil {
		for _, person := range page.Data {
			e.Person(q, person)
		}
		body, _ = json.Marshal(page)
	}
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body)
}

// AsksFor reports whether the list of a query contains a value, or has any if the value is
// empty.
func AsksFor(q map[string]any, list, value string) bool {
	values, _ := q[list].([]any)
	return len(values) > 0 && (value == "" || slices.Contains(values, any(value)))
}

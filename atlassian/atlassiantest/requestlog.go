package atlassiantest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is one API call in the request log.
type Request struct {
	Seq       int       `json:"seq"` // From 1, never reused.
	At        time.Time `json:"at"`
	Route     string    `json:"route"` // "unknown" if no route matches.
	AccountID string    `json:"account_id"`
	Status    int       `json:"status"` // 0: not answered, or not answered yet.
}

// Requests is the request log since the last reset.
type Requests struct {
	Total int `json:"total"`
	// ByRoute counts responses by route and status; "0" is a dropped
	// connection.
	ByRoute map[string]map[string]int `json:"by_route"`
	Events  []Request                 `json:"events"`
}

// requestLog stores every call.
type requestLog struct {
	mu     sync.Mutex
	first  int // number of requests before events[0].
	events []Request
	counts map[string]map[string]int
}

// begin logs a received call.
func (l *requestLog) begin(route, account string) Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := Request{Seq: l.first + len(l.events) + 1, At: time.Now().UTC(), Route: route, AccountID: strings.Clone(account)}
	l.events = append(l.events, r)
	return r
}

// end logs the response's status, unless the log was reset since.
func (l *requestLog) end(seq, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := seq - l.first - 1
	if i < 0 {
		return
	}
	l.events[i].Status = status
	if l.counts == nil {
		l.counts = map[string]map[string]int{}
	}
	route := l.events[i].Route
	if l.counts[route] == nil {
		l.counts[route] = map[string]int{}
	}
	l.counts[route][strconv.Itoa(status)]++
}

// Requests returns all calls since the last reset.
func (s *Server) Requests() Requests {
	l := &s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	r := Requests{Total: len(l.events), ByRoute: map[string]map[string]int{}, Events: []Request{}}
	r.Events = append(r.Events, slices.Clone(l.events)...)
	for route, counts := range l.counts {
		r.ByRoute[route] = maps.Clone(counts)
	}
	return r
}

// ResetRequests clears the request log.
func (s *Server) ResetRequests() {
	l := &s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first += len(l.events)
	l.events, l.counts = nil, nil
}

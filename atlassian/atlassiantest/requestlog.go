package atlassiantest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is one call of the API as the request log keeps it.
type Request struct {
	Seq       int       `json:"seq"` // From 1, never used twice.
	At        time.Time `json:"at"`
	Route     string    `json:"route"` // "unknown" for a path or method that is no route's.
	AccountID string    `json:"account_id"`
	Status    int       `json:"status"` // 0: not answered, yet or ever.
}

// Requests is what the API was asked since the last reset.
type Requests struct {
	Total int `json:"total"`
	// ByRoute counts answers by route and status; "0" is a dropped connection.
	ByRoute map[string]map[string]int `json:"by_route"`
	Events  []Request                 `json:"events"`
}

// requestLog keeps every call.
type requestLog struct {
	mu     sync.Mutex
	first  int // requests before events[0].
	events []Request
	counts map[string]map[string]int
}

// begin notes a call that arrived.
func (l *requestLog) begin(route, account string) Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := Request{Seq: l.first + len(l.events) + 1, At: time.Now().UTC(), Route: route, AccountID: strings.Clone(account)}
	l.events = append(l.events, r)
	return r
}

// end notes how the call was answered, unless it was forgotten meanwhile.
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

// Requests is every call since the last reset.
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

// ResetRequests empties the request log.
func (s *Server) ResetRequests() {
	l := &s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first += len(l.events)
	l.events, l.counts = nil, nil
}

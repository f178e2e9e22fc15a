package slacktest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault spoils calls or envelopes to come. One with Method concerns the Web API ("*" is every method, "response_url"
// the response URLs), one with Envelope the envelopes.
type Fault struct {
	Method     string `json:"method,omitempty"`
	Skip       int    `json:"skip,omitempty"`  // Calls that pass first.
	Count      int    `json:"count,omitempty"` // Calls or envelopes that it spoils; zero means one.
	Status     int    `json:"status,omitempty"`
	Error      string `json:"error,omitempty"`
	RetryAfter int    `json:"retry_after,omitempty"` // Seconds, for status 429; zero means one.
	DelayMS    int    `json:"delay_ms,omitempty"`
	// Messages is what response_metadata says about the error.
	Messages []string `json:"messages,omitempty"`
	// Cut drops the connection: "before" the work is done or "after" it.
	Cut string `json:"cut,omitempty"`
	// Hold makes the call wait for Release before the work is done.
	Hold bool `json:"hold,omitempty"`

	// Envelope is duplicate, duplicate_new_id, malformed (its payload cannot be read) or drop_ack.
	Envelope string `json:"envelope,omitempty"`
}

// faults are the pending faults in the order they were set, and the calls that wait.
type faults struct {
	pending  []*Fault
	held     []string
	release  chan struct{} // Closed by Release.
	heldMore chan struct{} // Closed when something begins to wait.
}

func newFaults() faults {
	return faults{release: make(chan struct{}), heldMore: make(chan struct{})}
}

// Fault adds a fault. It returns an error for one that could never do anything.
func (s *Server) Fault(f Fault) error {
	if (f.Method == "") == (f.Envelope == "") {
		return errors.New("a fault has either a method or an envelope")
	}
	if f.Envelope != "" && !slices.Contains([]string{"duplicate", "duplicate_new_id", "malformed", "drop_ack"}, f.Envelope) {
		return errors.New("an envelope fault is duplicate, duplicate_new_id, malformed or drop_ack")
	}
	if f.Cut != "" && f.Cut != "before" && f.Cut != "after" {
		return errors.New("cut is before or after")
	}
	f.Count = cmp.Or(f.Count, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.pending = append(s.faults.pending, &f)
	return nil
}

// Faults returns the faults that have not spent themselves.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.faults.pending)
}

// ClearFaults removes all faults. Calls that wait go on waiting.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.pending = nil
}

// Release lets every waiting call go on.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.faults.release)
	s.faults.release = make(chan struct{})
	s.faults.held = nil
}

// Held waits until at least one call waits and returns their methods.
func (s *Server) Held(ctx context.Context) ([]string, error) {
	for {
		s.mu.Lock()
		held, more := slices.Clone(s.faults.held), s.faults.heldMore
		s.mu.Unlock()
		if len(held) > 0 {
			return held, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-s.done.Done():
			return nil, http.ErrServerClosed
		}
	}
}

// take spends one of the first fault that matches and returns it, or nil. The caller holds mu.
func (f *faults) take(matches func(*Fault) bool) *Fault {
	for i, fault := range f.pending {
		switch {
		case !matches(fault):
			continue
		case fault.Skip > 0:
			fault.Skip--
			continue
		}
		fault.Count--
		if fault.Count == 0 {
			f.pending = slices.Delete(f.pending, i, i+1)
		}
		return fault
	}
	return nil
}

// spoil applies the next fault of the method. It reports whether the call has been answered; otherwise, the call
// goes on, and its answer may still be cut off.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, name string) (answered, cutAfter bool) {
	s.mu.Lock()
	f := s.faults.take(func(f *Fault) bool { return f.Method == name || f.Method == "*" })
	s.mu.Unlock()
	if f == nil {
		return false, false
	}
	s.pause(r.Context(), time.Duration(f.DelayMS)*time.Millisecond)
	if f.Hold {
		s.hold(r.Context(), name)
	}
	if f.Cut == "before" {
		s.recordCall(name, 0, "cut")
		panic(http.ErrAbortHandler)
	}
	if f.Status == 0 && f.Error == "" {
		return false, f.Cut == "after"
	}
	s.replyFault(w, name, f)
	return true, false
}

func (s *Server) replyFault(w http.ResponseWriter, name string, f *Fault) {
	if f.Status == http.StatusTooManyRequests {
		s.replyRateLimited(w, name, cmp.Or(f.RetryAfter, 1))
		return
	}
	status := cmp.Or(f.Status, http.StatusOK)
	code := cmp.Or(f.Error, "internal_error")
	s.recordCall(name, status, code)
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	writeJSON(w, status, (&apiError{code: code, messages: f.Messages}).answer())
}

// pause waits for a while, for the caller to go, or for the end of the server.
func (s *Server) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.done.Done():
	}
}

// hold waits for Release.
func (s *Server) hold(ctx context.Context, name string) {
	s.mu.Lock()
	release := s.faults.release
	s.faults.held = append(s.faults.held, name)
	close(s.faults.heldMore)
	s.faults.heldMore = make(chan struct{})
	s.mu.Unlock()
	select {
	case <-release:
	case <-ctx.Done():
	case <-s.done.Done():
	}
}

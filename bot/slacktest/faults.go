package slacktest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
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
	ws       *workspace
	pending  []*Fault
	held     []string
	release  chan struct{} // Closed by Release.
	heldMore chan struct{} // Closed when something begins to wait.
}

func newFaults(ws *workspace) *faults {
	return &faults{ws: ws, release: make(chan struct{}), heldMore: make(chan struct{})}
}

// Fault adds a fault. It returns an error for one that could never do anything.
func (fs *faults) add(f Fault) error {
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
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	fs.pending = append(fs.pending, &f)
	return nil
}

// Faults returns the faults that have not spent themselves.
func (fs *faults) list() []Fault {
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	return copies(fs.pending)
}

// ClearFaults removes all faults. Calls that wait go on waiting.
func (fs *faults) clear() {
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	fs.pending = nil
}

// Release lets every waiting call go on.
func (fs *faults) releaseHeld() {
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	close(fs.release)
	fs.release = make(chan struct{})
	fs.held = nil
}

// Held waits until at least one call waits and returns their methods.
func (fs *faults) waitHeld(ctx context.Context) ([]string, error) {
	for {
		fs.ws.mu.Lock()
		held, more := slices.Clone(fs.held), fs.heldMore
		fs.ws.mu.Unlock()
		if len(held) > 0 {
			return held, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-fs.ws.done.Done():
			return nil, http.ErrServerClosed
		}
	}
}

// take spends one of the first fault that matches and returns it, or nil. The caller holds mu.
func (fs *faults) take(matches func(*Fault) bool) *Fault {
	for i, fault := range fs.pending {
		switch {
		case !matches(fault):
			continue
		case fault.Skip > 0:
			fault.Skip--
			continue
		}
		fault.Count--
		if fault.Count == 0 {
			fs.pending = slices.Delete(fs.pending, i, i+1)
		}
		return fault
	}
	return nil
}

// pause waits for a while, for the caller to go, or for the end of the server.
func (fs *faults) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-fs.ws.done.Done():
	}
}

// hold waits for Release.
func (fs *faults) hold(ctx context.Context, name string) {
	fs.ws.mu.Lock()
	release := fs.release
	fs.held = append(fs.held, name)
	close(fs.heldMore)
	fs.heldMore = make(chan struct{})
	fs.ws.mu.Unlock()
	select {
	case <-release:
	case <-ctx.Done():
	case <-fs.ws.done.Done():
	}
}

package slacktest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// Fault makes the next calls or envelopes fail. Method is a Web API method, "*" for all methods, or "response_url";
// Envelope is the kind of an envelope fault. Exactly one of the two is set.
type Fault struct {
	Method     string `json:"method,omitempty"`
	Skip       int    `json:"skip,omitempty"`  // Calls that succeed first.
	Count      int    `json:"count,omitempty"` // Calls or envelopes that fail; zero means one.
	Status     int    `json:"status,omitempty"`
	Error      string `json:"error,omitempty"`
	RetryAfter int    `json:"retry_after,omitempty"` // Seconds, for status 429; zero means one.
	DelayMS    int    `json:"delay_ms,omitempty"`
	// Messages are the messages in response_metadata.
	Messages []string `json:"messages,omitempty"`
	// Cut drops the connection "before" or "after" the call takes effect.
	Cut string `json:"cut,omitempty"`
	// Hold makes the call wait for [Server.Release] before it takes effect.
	Hold bool `json:"hold,omitempty"`

	// Envelope is duplicate, duplicate_new_id, malformed (its payload cannot be read) or drop_ack.
	Envelope string `json:"envelope,omitempty"`
}

// faults holds the pending faults in the order in which they were added, and the held calls.
type faults struct {
	ws       *workspace
	pending  []*Fault
	held     []string
	release  chan struct{} // Closed when held calls are released.
	heldMore chan struct{} // Closed when another call is held.
}

func newFaults(ws *workspace) *faults {
	return &faults{ws: ws, release: make(chan struct{}), heldMore: make(chan struct{})}
}

// add fails for an invalid fault.
func (fs *faults) add(f Fault) error {
	if (f.Method == "") == (f.Envelope == "") {
		return errors.New("a fault needs either method or envelope")
	}
	if f.Envelope != "" && !slices.Contains([]string{"duplicate", "duplicate_new_id", "malformed", "drop_ack"}, f.Envelope) {
		return errors.New("envelope must be duplicate, duplicate_new_id, malformed or drop_ack")
	}
	if f.Cut != "" && f.Cut != "before" && f.Cut != "after" {
		return errors.New("cut must be before or after")
	}
	f.Count = cmp.Or(f.Count, 1)
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	fs.pending = append(fs.pending, &f)
	return nil
}

func (fs *faults) list() []Fault {
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	return copies(fs.pending)
}

func (fs *faults) clear() {
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	fs.pending = nil
}

func (fs *faults) releaseHeld() {
	fs.ws.mu.Lock()
	defer fs.ws.mu.Unlock()
	close(fs.release)
	fs.release = make(chan struct{})
	fs.held = nil
}

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

// take returns the first matching fault and decrements its count. It returns nil if none matches. The caller holds mu.
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

// pause waits for d. It ends early with the request or the server.
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

// hold waits for a release. It ends early with the request or the server.
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

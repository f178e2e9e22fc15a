package atlassiantest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
)

// heldCalls blocks calls until they are released.
type heldCalls struct {
	mu       sync.Mutex
	held     map[int]Request
	released chan struct{} // closed at the next release.
	arrived  chan struct{} // closed when the next call is held.
}

func newHeldCalls() heldCalls {
	return heldCalls{held: map[int]Request{}, released: make(chan struct{}), arrived: make(chan struct{})}
}

// hold waits for a release. It returns false if the client disconnects first.
func (g *heldCalls) hold(ctx context.Context, request Request) bool {
	g.mu.Lock()
	g.held[request.Seq] = request
	opened := g.released
	close(g.arrived)
	g.arrived = make(chan struct{})
	g.mu.Unlock()
	defer g.forget(request)
	select {
	case <-opened:
		return true
	case <-ctx.Done():
		return false
	}
}

func (g *heldCalls) forget(request Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.held, request.Seq)
}

// wait blocks until calls are held and returns them in the order of arrival.
func (g *heldCalls) wait(ctx context.Context) ([]Request, error) {
	for {
		g.mu.Lock()
		held := slices.SortedFunc(maps.Values(g.held), func(a, b Request) int { return cmp.Compare(a.Seq, b.Seq) })
		arrived := g.arrived
		g.mu.Unlock()
		if len(held) > 0 {
			return held, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// release lets all held calls continue and returns their number.
func (g *heldCalls) release() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := len(g.held)
	clear(g.held)
	close(g.released)
	g.released = make(chan struct{})
	return n
}

package reconcile

import (
	"time"
)

// Backoff is when each of several things is due again: at once for what is new,
// later and later for what did not work.
type Backoff struct {
	first, most time.Duration
	next        map[string]time.Time
	wait        map[string]time.Duration
}

// NewBackoff returns a back-off whose waits grow from first to most.
func NewBackoff(first, most time.Duration) *Backoff {
	return &Backoff{first: first, most: most, next: map[string]time.Time{}, wait: map[string]time.Duration{}}
}

// Due reports whether key may be tried now, and if not, after how long.
func (b *Backoff) Due(key string) (bool, time.Duration) {
	left := time.Until(b.next[key])
	return left <= 0, left
}

// Later puts key off, each time for twice as long.
func (b *Backoff) Later(key string) {
	b.wait[key] = min(b.most, max(b.first, 2*b.wait[key]))
	b.next[key] = time.Now().Add(b.wait[key])
}

// After puts key off for exactly d.
func (b *Backoff) After(key string, d time.Duration) { b.next[key] = time.Now().Add(d) }

// Done forgets key.
func (b *Backoff) Done(key string) {
	delete(b.next, key)
	delete(b.wait, key)
}

package reconcile

import (
	"time"
)

// Backoff contains the time of the next attempt for each key. A new key is due at
// once; the wait doubles with each failed attempt.
type Backoff struct {
	first, limit time.Duration
	next         map[string]time.Time
	wait         map[string]time.Duration
}

// NewBackoff returns a back-off whose waits double from first to limit.
func NewBackoff(first, limit time.Duration) *Backoff {
	return &Backoff{first: first, limit: limit, next: map[string]time.Time{}, wait: map[string]time.Duration{}}
}

// Due reports whether key is due now, and returns the remaining wait.
func (b *Backoff) Due(key string) (bool, time.Duration) {
	left := time.Until(b.next[key])
	return left <= 0, left
}

// Later delays key by its wait, which doubles with every call.
func (b *Backoff) Later(key string) {
	b.wait[key] = min(b.limit, max(b.first, 2*b.wait[key]))
	b.next[key] = time.Now().Add(b.wait[key])
}

// After delays key by d.
func (b *Backoff) After(key string, d time.Duration) { b.next[key] = time.Now().Add(d) }

// Done removes key, so that it is due and its wait starts again.
func (b *Backoff) Done(key string) {
	delete(b.next, key)
	delete(b.wait, key)
}

package bot

import (
	"time"
)

// backoff is when each of several things is due again: at once for what is new,
// later and later for what did not work.
type backoff struct {
	first, most time.Duration
	next        map[string]time.Time
	wait        map[string]time.Duration
}

func newBackoff(first, most time.Duration) *backoff {
	return &backoff{first: first, most: most, next: map[string]time.Time{}, wait: map[string]time.Duration{}}
}

// due reports whether key may be tried now, and if not, after how long.
func (b *backoff) due(key string) (bool, time.Duration) {
	left := time.Until(b.next[key])
	return left <= 0, left
}

// later puts key off, each time for twice as long.
func (b *backoff) later(key string) {
	b.wait[key] = min(b.most, max(b.first, 2*b.wait[key]))
	b.next[key] = time.Now().Add(b.wait[key])
}

// after puts key off for exactly d.
func (b *backoff) after(key string, d time.Duration) { b.next[key] = time.Now().Add(d) }

// done forgets key.
func (b *backoff) done(key string) {
	delete(b.next, key)
	delete(b.wait, key)
}

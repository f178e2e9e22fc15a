package atlassian

import (
	"context"
	"sync"
	"time"
)

const (
	// defaultGap is the time between two calls of last-active-dates as long as
	// no header tells its budget, which field reports put at 200 a minute. Other
	// routes fall back to it after a 429 without headers.
	defaultGap = time.Minute / 200
	// maxGap is the longest gap: slower than that only the API's own waits are.
	maxGap = 10 * defaultGap
	// probeTimeout bounds how long the call that opens a window keeps the others
	// waiting for its answer.
	probeTimeout = 2 * time.Second
	// maxWindow is the longest window that is believed.
	maxWindow = time.Hour
	// speedUpAfter is after how many calls without a 429 the gap gets shorter: it
	// makes up for one stray 429 in thirty.
	speedUpAfter = 10
	// maxUnspecifiedWait bounds the wait after a 429 that does not say how long.
	maxUnspecifiedWait = 30 * time.Second
)

// rateLimiter lets the calls of one route go at the rate the API allows. A small own
// rateLimiter rather than a token bucket, because the API counts in windows, tells
// what is left of them, and decisions overtake scans.
type rateLimiter struct {
	clock      *serverClock
	initialGap time.Duration // the gap between calls before anything is known.

	mu              sync.Mutex
	changed         chan struct{} // closed and replaced when those who wait should look again.
	urgentWaiting   int           // urgent calls that wait.
	inFlight        int           // calls let go and not answered.
	lastStart       time.Time     // when the last call was let go.
	blockedUntil    time.Time     // until when nobody goes, after a 429.
	unspecified429s int           // 429s in a row that did not say how long to wait.

	window     *quota        // as told and counted since; nil when none is open.
	probeUntil time.Time     // until when the call that opens a window is waited for.
	noHeaders  bool          // answers tell no budget.
	gap        time.Duration // between two calls while blind.
	slowedAt   time.Time     // when gap last grew.
	successes  int           // calls without a 429 since gap last changed.
}

// wait returns when it is the caller's turn, or with the error of ctx. Whoever
// was let go owes a done.
func (p *rateLimiter) wait(ctx context.Context, urgent bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if urgent {
		p.urgentWaiting++
		defer func() { p.urgentWaiting--; p.notify() }()
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := time.Now()
		turn := p.nextStart(now, urgent)
		if !turn.After(now) {
			p.begin(now)
			return nil
		}
		p.waitForChange(ctx, turn.Sub(now))
	}
}

// waitForChange gives the lock away until d has passed, something changed or ctx ended.
func (p *rateLimiter) waitForChange(ctx context.Context, d time.Duration) {
	changed := p.changed
	p.mu.Unlock()
	defer p.mu.Lock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-timer.C:
	}
}

func (p *rateLimiter) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// nextStart is when a call may go, as far as is known now.
func (p *rateLimiter) nextStart(now time.Time, urgent bool) time.Time {
	switch {
	case now.Before(p.blockedUntil):
		return p.blockedUntil
	case !urgent && p.urgentWaiting > 0:
		return now.Add(maxWindow) // Woken when they have gone.
	case p.windowOpen(now):
		return p.nextInWindow(now, urgent)
	case !p.noHeaders:
		return p.probeUntil
	}
	return p.lastStart.Add(p.gap)
}

// nextInWindow spends the first quarter of a window at once and spreads the rest
// evenly over the time left, so that a decision never finds it used up.
func (p *rateLimiter) nextInWindow(now time.Time, urgent bool) time.Time {
	w := p.window
	switch {
	case w.remaining == 0:
		return p.clock.latestLocal(w.endsBy())
	case urgent, 4*w.remaining > 3*w.limit && w.limit > 0:
		return now
	}
	rest := p.clock.earliestLocal(w.reset).Sub(p.lastStart)
	return p.lastStart.Add(rest / time.Duration(w.remaining+1))
}

// windowOpen reports whether a window is windowOpen, and forgets the one that is over.
func (p *rateLimiter) windowOpen(now time.Time) bool {
	if p.window != nil && !now.Before(p.clock.latestLocal(p.window.endsBy())) {
		p.window = nil
	}
	return p.window != nil
}

func (p *rateLimiter) begin(now time.Time) {
	p.lastStart = now
	p.inFlight++
	switch {
	case p.window != nil:
		p.window.remaining--
	case !p.noHeaders:
		p.probeUntil = now.Add(probeTimeout)
	}
}

// responseInfo is what a pacer learns from.
type responseInfo struct {
	status     int
	retryAfter time.Duration // 0 when the answer does not ask to wait.
	quota      *quota        // nil when the answer tells none.
}

// end ends a call that was let go; a is nil when there was no answer.
func (p *rateLimiter) end(a *responseInfo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.inFlight--
	p.probeUntil = time.Time{}
	switch {
	case a == nil:
	case a.quota != nil && p.plausibleWindow(now, a.quota):
		p.updateWindow(a.quota)
	case a.status < 500:
		p.noHeaders = true
	}
	if a != nil {
		p.adaptRate(now, a)
	}
	p.notify()
}

// plausibleWindow reports whether the window b tells of is open and not too long.
func (p *rateLimiter) plausibleWindow(now time.Time, b *quota) bool {
	return now.Before(p.clock.latestLocal(b.endsBy())) && p.clock.earliestLocal(b.reset).Sub(now) <= maxWindow
}

// updateWindow takes over what an answer tells. In the window that is known, calls sent
// since are counted already and the lower figure holds, which is the other one's
// when somebody else spends the budget too. A later window starts afresh; which
// of the calls under way it has counted is not known, so all are taken off.
func (p *rateLimiter) updateWindow(b *quota) {
	p.noHeaders = false
	switch {
	case p.window == nil || b.reset.After(p.window.reset):
		p.window = &quota{limit: b.limit, remaining: max(0, b.remaining-p.inFlight), reset: b.reset}
	case b.reset.Equal(p.window.reset):
		p.window.remaining = min(p.window.remaining, b.remaining)
	}
}

// adaptRate pauses the route after a 429 and, while no headers tell the budget,
// slows it down then and speeds it up as long as all goes well.
func (p *rateLimiter) adaptRate(now time.Time, a *responseInfo) {
	if a.status != 429 {
		p.unspecified429s = 0
		p.speedUp()
		return
	}
	told := p.window != nil && p.window.remaining == 0
	switch {
	case a.retryAfter > 0:
		p.block(now.Add(a.retryAfter))
	case !told:
		p.block(now.Add(min(time.Second<<min(p.unspecified429s, 10), maxUnspecifiedWait)))
		p.unspecified429s++
	}
	if p.noHeaders && now.Sub(p.slowedAt) > probeTimeout {
		p.gap, p.slowedAt, p.successes = min(max(p.gap*4/3, defaultGap), maxGap), now, 0
	}
}

func (p *rateLimiter) block(until time.Time) {
	if until.After(p.blockedUntil) {
		p.blockedUntil = until
	}
}

// speedUp shortens the gap by a tenth after every so many calls that went well,
// down to the first one.
func (p *rateLimiter) speedUp() {
	if p.successes++; p.gap > p.initialGap && p.successes >= speedUpAfter {
		p.gap, p.successes = max(p.gap-p.gap/10-time.Millisecond, p.initialGap), 0
	}
}

// nextWait is how far off the turn of an urgent call is, as far as is known now.
func (p *rateLimiter) nextWait() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.nextStart(time.Now(), true))
}

package atlassian

import (
	"context"
	"sync"
	"time"
)

const (
	// defaultGap is the time between two requests for last-active-dates while the
	// limit is unknown; it is reported to be 200 a minute. Other routes use it
	// after a 429 without headers.
	defaultGap = time.Minute / 200
	// maxGap is the longest gap. Only waits requested by the API are longer.
	maxGap = 10 * defaultGap
	// probeTimeout is how long other requests wait for the response to the first
	// request of a window, which reports the limit.
	probeTimeout = 2 * time.Second
	// maxWindow is the longest accepted window.
	maxWindow = time.Hour
	// speedUpAfter is how many requests without a 429 shorten the gap. It
	// compensates for one accidental 429 in thirty requests.
	speedUpAfter = 10
	// maxUnspecifiedWait is the longest wait after a 429 that specifies none.
	maxUnspecifiedWait = 30 * time.Second
)

// rateLimiter limits the requests of one route to the rate that the API allows. A
// token bucket does not fit: the API counts in windows and reports what remains of
// them, and urgent calls go before those of a scan.
type rateLimiter struct {
	clock      *serverClock
	initialGap time.Duration // gap before any response.

	mu              sync.Mutex
	changed         chan struct{} // closed and replaced when waiting calls have to check again.
	urgentWaiting   int           // urgent calls that are waiting.
	inFlight        int           // requests without a response yet.
	lastStart       time.Time     // start of the latest request.
	blockedUntil    time.Time     // end of the wait after a 429.
	unspecified429s int           // consecutive 429s that specified no wait.

	window     *quota        // as reported and counted since; nil: none is open.
	probeUntil time.Time     // until when other requests wait for the first of a window.
	noHeaders  bool          // responses have no rate limit headers.
	gap        time.Duration // time between two requests while noHeaders.
	slowedAt   time.Time     // when gap last increased.
	successes  int           // requests without a 429 since gap last changed.
}

// wait returns nil as soon as the caller may send its request, and the error of
// ctx if ctx ends before. After nil the caller must call end.
func (l *rateLimiter) wait(ctx context.Context, urgent bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if urgent {
		l.urgentWaiting++
		defer func() { l.urgentWaiting--; l.notify() }()
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := time.Now()
		start := l.nextStart(now, urgent)
		if !start.After(now) {
			l.begin(now)
			return nil
		}
		l.waitForChange(ctx, start.Sub(now))
	}
}

// waitForChange releases the lock until d has passed, the state changed or ctx
// ended.
func (l *rateLimiter) waitForChange(ctx context.Context, d time.Duration) {
	changed := l.changed
	l.mu.Unlock()
	defer l.mu.Lock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-timer.C:
	}
}

// notify makes the waiting calls check again.
func (l *rateLimiter) notify() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// nextStart returns when a request may be sent, by the current state.
func (l *rateLimiter) nextStart(now time.Time, urgent bool) time.Time {
	switch {
	case now.Before(l.blockedUntil):
		return l.blockedUntil
	case !urgent && l.urgentWaiting > 0:
		return now.Add(maxWindow) // They call notify.
	case l.windowOpen(now):
		return l.nextInWindow(now, urgent)
	case !l.noHeaders:
		return l.probeUntil
	}
	return l.lastStart.Add(l.gap)
}

// nextInWindow allows the first quarter of a window at once and spreads the rest
// evenly over the remaining time, so that an urgent call need not wait.
func (l *rateLimiter) nextInWindow(now time.Time, urgent bool) time.Time {
	w := l.window
	switch {
	case w.remaining == 0:
		return l.clock.latestLocal(w.endsBy())
	case urgent, 4*w.remaining > 3*w.limit && w.limit > 0:
		return now
	}
	rest := l.clock.earliestLocal(w.reset).Sub(l.lastStart)
	return l.lastStart.Add(rest / time.Duration(w.remaining+1))
}

// windowOpen reports whether a window is open. It removes a window that ended.
func (l *rateLimiter) windowOpen(now time.Time) bool {
	if l.window != nil && !now.Before(l.clock.latestLocal(l.window.endsBy())) {
		l.window = nil
	}
	return l.window != nil
}

// begin counts a request that is about to be sent.
func (l *rateLimiter) begin(now time.Time) {
	l.lastStart = now
	l.inFlight++
	switch {
	case l.window != nil:
		l.window.remaining--
	case !l.noHeaders:
		l.probeUntil = now.Add(probeTimeout)
	}
}

// responseInfo is the part of a response that the rate limiter uses.
type responseInfo struct {
	status     int
	retryAfter time.Duration // 0 if the response requests no wait.
	quota      *quota        // nil without rate limit headers.
}

// end counts the response to a request; r is nil if there was none.
func (l *rateLimiter) end(r *responseInfo) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.inFlight--
	l.probeUntil = time.Time{}
	switch {
	case r == nil:
	case r.quota != nil && l.plausibleWindow(now, r.quota):
		l.updateWindow(r.quota)
	case r.status < 500:
		l.noHeaders = true
	}
	if r != nil {
		l.adaptRate(now, r)
	}
	l.notify()
}

// plausibleWindow reports whether the window of q is open and not too long.
func (l *rateLimiter) plausibleWindow(now time.Time, q *quota) bool {
	return now.Before(l.clock.latestLocal(q.endsBy())) && l.clock.earliestLocal(q.reset).Sub(now) <= maxWindow
}

// updateWindow applies the headers of a response. For the current window it keeps
// the lower count: the own count includes requests sent since, the reported one
// those of other clients. A later window replaces the current one; all requests in
// flight are subtracted, because the API may not have counted them.
func (l *rateLimiter) updateWindow(q *quota) {
	l.noHeaders = false
	switch {
	case l.window == nil || q.reset.After(l.window.reset):
		l.window = &quota{limit: q.limit, remaining: max(0, q.remaining-l.inFlight), reset: q.reset}
	case q.reset.Equal(l.window.reset):
		l.window.remaining = min(l.window.remaining, q.remaining)
	}
}

// adaptRate blocks the route after a 429. Without rate limit headers it also
// increases the gap after a 429 and reduces it after successes.
func (l *rateLimiter) adaptRate(now time.Time, r *responseInfo) {
	if r.status != 429 {
		l.unspecified429s = 0
		l.speedUp()
		return
	}
	windowUsedUp := l.window != nil && l.window.remaining == 0
	switch {
	case r.retryAfter > 0:
		l.block(now.Add(r.retryAfter))
	case !windowUsedUp:
		l.block(now.Add(min(time.Second<<min(l.unspecified429s, 10), maxUnspecifiedWait)))
		l.unspecified429s++
	}
	if l.noHeaders && now.Sub(l.slowedAt) > probeTimeout {
		l.gap, l.slowedAt, l.successes = min(max(l.gap*4/3, defaultGap), maxGap), now, 0
	}
}

// block blocks the route until the given time, unless it is blocked for longer.
func (l *rateLimiter) block(until time.Time) {
	if until.After(l.blockedUntil) {
		l.blockedUntil = until
	}
}

// speedUp reduces the gap by a tenth after every speedUpAfter successes, down to
// initialGap.
func (l *rateLimiter) speedUp() {
	if l.successes++; l.gap > l.initialGap && l.successes >= speedUpAfter {
		l.gap, l.successes = max(l.gap-l.gap/10-time.Millisecond, l.initialGap), 0
	}
}

// nextWait returns how long an urgent call would wait, by the current state.
func (l *rateLimiter) nextWait() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.nextStart(time.Now(), true))
}

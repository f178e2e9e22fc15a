package atlassian

import (
	"context"
	"sync"
	"time"
)

const (
	// unknownGap is the time between two calls of last-active-dates as long as
	// no header tells its budget, which field reports put at 200 a minute. Other
	// routes fall back to it after a 429 without headers.
	unknownGap = time.Minute / 200
	// maxGap is the longest gap: slower than that only the API's own waits are.
	maxGap = 10 * unknownGap
	// aloneTime bounds how long the call that opens a window keeps the others
	// waiting for its answer.
	aloneTime = 2 * time.Second
	// maxWindow is the longest window that is believed.
	maxWindow = time.Hour
	// speedAfter is after how many calls without a 429 the gap gets shorter: it
	// makes up for one stray 429 in thirty.
	speedAfter = 10
	// maxPause bounds the wait after a 429 that does not say how long.
	maxPause = 30 * time.Second
)

// pacer lets the calls of one route go at the rate the API allows. A small own
// pacer rather than a token bucket, because the API counts in windows, tells
// what is left of them, and decisions overtake scans.
type pacer struct {
	clock *serverClock
	first time.Duration // the gap between calls before anything is known.

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when those who wait should look again.
	urgent  int           // urgent calls that wait.
	flying  int           // calls let go and not answered.
	last    time.Time     // when the last call was let go.
	paused  time.Time     // until when nobody goes, after a 429.
	strikes int           // 429s in a row that did not say how long to wait.

	window *budget       // as told and counted since; nil when none is open.
	alone  time.Time     // until when the call that opens a window is waited for.
	blind  bool          // answers tell no budget.
	gap    time.Duration // between two calls while blind.
	geared time.Time     // when gap last grew.
	smooth int           // calls without a 429 since gap last changed.
}

// pacer returns the route's pacer.
func (c *Client) pacer(route string) *pacer {
	c.pacersMu.Lock()
	defer c.pacersMu.Unlock()
	p := c.pacers[route]
	if p == nil {
		p = &pacer{clock: &c.clock, changed: make(chan struct{})}
		if route == routeLastActive {
			p.first = unknownGap
		}
		p.gap = p.first
		c.pacers[route] = p
	}
	return p
}

// wait returns when it is the caller's turn, or with the error of ctx. Whoever
// was let go owes a done.
func (p *pacer) wait(ctx context.Context, urgent bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if urgent {
		p.urgent++
		defer func() { p.urgent--; p.wake() }()
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := time.Now()
		turn := p.turn(now, urgent)
		if !turn.After(now) {
			p.take(now)
			return nil
		}
		p.sleep(ctx, turn.Sub(now))
	}
}

// sleep gives the lock away until d has passed, something changed or ctx ended.
func (p *pacer) sleep(ctx context.Context, d time.Duration) {
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

func (p *pacer) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// turn is when a call may go, as far as is known now.
func (p *pacer) turn(now time.Time, urgent bool) time.Time {
	switch {
	case now.Before(p.paused):
		return p.paused
	case !urgent && p.urgent > 0:
		return now.Add(maxWindow) // Woken when they have gone.
	case p.open(now):
		return p.turnInWindow(now, urgent)
	case !p.blind:
		return p.alone
	}
	return p.last.Add(p.gap)
}

// turnInWindow spends the first quarter of a window at once and spreads the rest
// evenly over the time left, so that a decision never finds it used up.
func (p *pacer) turnInWindow(now time.Time, urgent bool) time.Time {
	w := p.window
	switch {
	case w.left == 0:
		return p.clock.surely(w.over())
	case urgent, 4*w.left > 3*w.limit && w.limit > 0:
		return now
	}
	rest := p.clock.earliest(w.reset).Sub(p.last)
	return p.last.Add(rest / time.Duration(w.left+1))
}

// open reports whether a window is open, and forgets the one that is over.
func (p *pacer) open(now time.Time) bool {
	if p.window != nil && !now.Before(p.clock.surely(p.window.over())) {
		p.window = nil
	}
	return p.window != nil
}

func (p *pacer) take(now time.Time) {
	p.last = now
	p.flying++
	switch {
	case p.window != nil:
		p.window.left--
	case !p.blind:
		p.alone = now.Add(aloneTime)
	}
}

// answerHead is what a pacer learns from.
type answerHead struct {
	status     int
	retryAfter time.Duration // 0 when the answer does not ask to wait.
	budget     *budget       // nil when the answer tells none.
}

// done ends a call that was let go; a is nil when there was no answer.
func (p *pacer) done(a *answerHead) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.flying--
	p.alone = time.Time{}
	switch {
	case a == nil:
	case a.budget != nil && p.believable(now, a.budget):
		p.learn(a.budget)
	case a.status < 500:
		p.blind = true
	}
	if a != nil {
		p.adapt(now, a)
	}
	p.wake()
}

// believable reports whether the window b tells of is open and not too long.
func (p *pacer) believable(now time.Time, b *budget) bool {
	return now.Before(p.clock.surely(b.over())) && p.clock.earliest(b.reset).Sub(now) <= maxWindow
}

// learn takes over what an answer tells. In the window that is known, calls sent
// since are counted already and the lower figure holds, which is the other one's
// when somebody else spends the budget too. A later window starts afresh; which
// of the calls under way it has counted is not known, so all are taken off.
func (p *pacer) learn(b *budget) {
	p.blind = false
	switch {
	case p.window == nil || b.reset.After(p.window.reset):
		p.window = &budget{limit: b.limit, left: max(0, b.left-p.flying), reset: b.reset}
	case b.reset.Equal(p.window.reset):
		p.window.left = min(p.window.left, b.left)
	}
}

// adapt pauses the route after a 429 and, while no headers tell the budget,
// slows it down then and speeds it up as long as all goes well.
func (p *pacer) adapt(now time.Time, a *answerHead) {
	if a.status != 429 {
		p.strikes = 0
		p.speedUp()
		return
	}
	told := p.window != nil && p.window.left == 0
	switch {
	case a.retryAfter > 0:
		p.pause(now.Add(a.retryAfter))
	case !told:
		p.pause(now.Add(min(time.Second<<min(p.strikes, 10), maxPause)))
		p.strikes++
	}
	if p.blind && now.Sub(p.geared) > aloneTime {
		p.gap, p.geared, p.smooth = min(max(p.gap*4/3, unknownGap), maxGap), now, 0
	}
}

func (p *pacer) pause(until time.Time) {
	if until.After(p.paused) {
		p.paused = until
	}
}

// speedUp shortens the gap by a tenth after every so many calls that went well,
// down to the first one.
func (p *pacer) speedUp() {
	if p.smooth++; p.gap > p.first && p.smooth >= speedAfter {
		p.gap, p.smooth = max(p.gap-p.gap/10-time.Millisecond, p.first), 0
	}
}

package atlassian

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	// maxAttempts bounds the requests of one call. With one request in ten failing,
	// one call in a million is given up.
	maxAttempts = 6
	// retryTimeout bounds a call from its first failure on, waits included.
	retryTimeout = 5 * time.Minute

	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 16 * time.Second
)

// do carries out r: it waits for the turn of its route, sends, and tries again
// where that is safe. When ctx ends the error is [KindTransport] with ctx's
// cause in its chain.
func (c *Client) do(ctx context.Context, r request, read func([]byte) error) error {
	var last *Error
	wait := ctx
	for try := 1; ; try++ {
		e, sent := c.attempt(ctx, wait, r, try, read)
		if e != nil && errors.Is(e, errWaitTooLong) {
			return notSentError(last, e)
		}
		if !sent {
			break
		}
		if e == nil {
			return nil
		}
		last = e
		if ctx.Err() != nil || !r.mayRetry(last, try) {
			return last
		}
		if try == 1 {
			bounded, cancel := context.WithTimeout(ctx, retryTimeout)
			defer cancel()
			wait = bounded
		}
		if !sleep(wait, backoff(last, try)) {
			break
		}
	}
	if last != nil && ctx.Err() == nil {
		return last
	}
	return r.newError(KindTransport, context.Cause(ctx))
}

// attempt waits for the turn of r's route as long as wait allows, sends r, and tells
// the observer.
func (c *Client) attempt(ctx, wait context.Context, r request, try int, read func([]byte) error) (e *Error, sent bool) {
	call := Call{Route: r.route, AccountID: r.account, Try: try}
	asked := time.Now()
	if err := c.awaitRateLimit(ctx, wait, r); err != nil {
		e, _ = errors.AsType[*Error](err)
		return e, false
	}
	turn := time.Now()
	call.Status, e = c.send(ctx, r, read)
	if e != nil {
		call.Kind = e.Kind
	}
	if c.observe != nil {
		call.Waited, call.Took = turn.Sub(asked), time.Since(turn)
		c.observe(call)
	}
	return e, true
}

// notSentError is the error of a call that was not sent: that of the try before, where
// there was one, with the wait.
func notSentError(last, e *Error) *Error {
	if last == nil || last.Kind != KindRateLimited {
		return e
	}
	last.RetryAfter = e.RetryAfter
	return last
}

// mayRetry reports whether r may be sent once more after its try-th failure.
func (r request) mayRetry(e *Error, try int) bool {
	if try >= maxAttempts || e.RetryAfter > retryTimeout {
		return false
	}
	switch e.Kind {
	case KindRateLimited:
		return true
	case KindTransport, KindServer, KindUnreadable:
		return !r.write
	}
	return false
}

// backoff is the time to wait after the try-th failure: it doubles from try to
// try and lies between half and the whole of that, so that calls which failed
// together do not come back together. For a 429 the route's pacer waits instead.
func backoff(e *Error, try int) time.Duration {
	if e.Kind == KindRateLimited {
		return 0
	}
	d := min(firstBackoff<<(try-1), maxBackoff)
	return max(d/2+rand.N(d/2), e.RetryAfter)
}

// sleep reports whether d passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

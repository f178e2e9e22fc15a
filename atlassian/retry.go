package atlassian

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	// maxAttempts is the most requests for one call. If one request in ten fails, one
	// call in a million fails.
	maxAttempts = 6
	// retryTimeout limits a call after its first failure, including waits.
	retryTimeout = 5 * time.Minute

	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 16 * time.Second
)

// do waits for the rate limit, sends r and retries if that is safe. read decodes
// the response body. If ctx ends, the error is [KindTransport] and wraps
// the cause of ctx.
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

// attempt waits for the rate limit until the context wait ends, sends r and calls
// the observer. It reports whether r was sent.
func (c *Client) attempt(ctx, wait context.Context, r request, try int, read func([]byte) error) (e *Error, sent bool) {
	call := Call{Route: r.route, AccountID: r.account, Try: try}
	asked := time.Now()
	if err := c.awaitRateLimit(ctx, wait, r); err != nil {
		e, _ = errors.AsType[*Error](err)
		return e, false
	}
	started := time.Now()
	call.Status, e = c.send(ctx, r, read)
	if e != nil {
		call.Kind = e.Kind
	}
	if c.observe != nil {
		call.Waited, call.Took = started.Sub(asked), time.Since(started)
		c.observe(call)
	}
	return e, true
}

// notSentError returns the error of a call that was not sent because of the wait for
// the rate limit. After an earlier 429 it is the error of that response.
func notSentError(last, e *Error) *Error {
	if last == nil || last.Kind != KindRateLimited {
		return e
	}
	last.RetryAfter = e.RetryAfter
	return last
}

// mayRetry reports whether r may be sent again after the given number of attempts.
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

// backoff returns the wait after the given number of attempts. It doubles with
// every attempt, minus up to half as jitter, so that calls that failed together
// are not retried together. It is 0 after a 429, for which the rate limiter waits.
func backoff(e *Error, try int) time.Duration {
	if e.Kind == KindRateLimited {
		return 0
	}
	d := min(firstBackoff<<(try-1), maxBackoff)
	return max(d/2+rand.N(d/2), e.RetryAfter)
}

// sleep waits for d. It reports false if ctx ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

package atlassian

import (
	"context"
	"errors"
	"time"
)

type urgentKey struct{}

// Urgent marks ctx so that its calls are sent before the calls of a scan.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

func isUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

// sendSoonWithin is the longest wait for the rate limit of a call marked with [Prompt].
const sendSoonWithin = 5 * time.Second

type sendSoonKey struct{}

// Prompt marks ctx so that its calls are sent within a few seconds or not at
// all, and before the calls of a scan. Use it for actions based on data that was
// just read. If the rate limit requires a longer wait, the call fails with
// [KindRateLimited], has no effect, and RetryAfter contains the wait.
func Prompt(ctx context.Context) context.Context {
	return context.WithValue(Urgent(ctx), sendSoonKey{}, true)
}

func isSendSoon(ctx context.Context) bool { return ctx.Value(sendSoonKey{}) != nil }

// errWaitTooLong means that a call was not sent because of the rate limit.
var errWaitTooLong = errors.New("not sent: the wait for the rate limit is too long")

// awaitRateLimit waits until the rate limit allows r; a call marked with [Prompt]
// waits at most sendSoonWithin. It returns an [Error] that wraps errWaitTooLong,
// or the error of the context wait.
func (c *Client) awaitRateLimit(ctx, wait context.Context, r request) error {
	l := c.limiter(r.route)
	if !isSendSoon(ctx) {
		return l.wait(wait, r.write || isUrgent(ctx))
	}
	soon, cancel := context.WithTimeout(wait, sendSoonWithin)
	defer cancel()
	left := l.nextWait()
	if left <= sendSoonWithin && l.wait(soon, true) == nil {
		return nil
	}
	if err := wait.Err(); err != nil {
		return err
	}
	e := r.newError(KindRateLimited, errWaitTooLong)
	e.RetryAfter = max(left, l.nextWait())
	return e
}

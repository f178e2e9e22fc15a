package atlassian

import (
	"context"
	"errors"
	"time"
)

// sendSoonWithin is how long a prompt call waits for the turn of its route.
const sendSoonWithin = 5 * time.Second

type sendSoonKey struct{}

// Prompt marks ctx so that its calls are sent soon or not at all, ahead of a
// scan's: for what was decided on facts that age. A call whose turn is more than
// a few seconds off fails as [KindRateLimited], with nothing done and the wait in
// RetryAfter.
func Prompt(ctx context.Context) context.Context {
	return context.WithValue(Urgent(ctx), sendSoonKey{}, true)
}

func isSendSoon(ctx context.Context) bool { return ctx.Value(sendSoonKey{}) != nil }

// errWaitTooLong is a call that was not sent, because its turn is too far off.
var errWaitTooLong = errors.New("not sent: its turn is too far off")

// awaitRateLimit waits for the awaitRateLimit of r's route as long as wait allows, a prompt call only
// for a moment. The error is [errWaitTooLong] within an [Error], or that of wait.
func (c *Client) awaitRateLimit(ctx, wait context.Context, r request) error {
	p := c.limiter(r.route)
	if !isSendSoon(ctx) {
		return p.wait(wait, r.write || isUrgent(ctx))
	}
	soon, cancel := context.WithTimeout(wait, sendSoonWithin)
	defer cancel()
	left := p.nextWait()
	if left <= sendSoonWithin && p.wait(soon, true) == nil {
		return nil
	}
	if err := wait.Err(); err != nil {
		return err
	}
	e := r.newError(KindRateLimited, errWaitTooLong)
	e.RetryAfter = max(left, p.nextWait())
	return e
}

type urgentKey struct{}

// Urgent marks ctx so that its calls go ahead of a scan's: for decisions.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

func isUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

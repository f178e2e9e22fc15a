package atlassian

import (
	"context"
	"errors"
	"time"
)

// promptly is how long a prompt call waits for the turn of its route.
const promptly = 5 * time.Second

type promptKey struct{}

// Prompt marks ctx so that its calls are sent soon or not at all, ahead of a
// scan's: for what was decided on facts that age. A call whose turn is more than
// a few seconds off fails as [KindRateLimited], with nothing done and the wait in
// RetryAfter.
func Prompt(ctx context.Context) context.Context {
	return context.WithValue(Urgent(ctx), promptKey{}, true)
}

func isPrompt(ctx context.Context) bool { return ctx.Value(promptKey{}) != nil }

// errInLine is a call that was not sent, because its turn is too far off.
var errInLine = errors.New("not sent: its turn is too far off")

// turn waits for the turn of r's route as long as wait allows, a prompt call only
// for a moment. The error is [errInLine] within an [Error], or that of wait.
func (c *Client) turn(ctx, wait context.Context, r request) error {
	p := c.pacer(r.route)
	if !isPrompt(ctx) {
		return p.wait(wait, r.write || isUrgent(ctx))
	}
	soon, cancel := context.WithTimeout(wait, promptly)
	defer cancel()
	left := p.left()
	if left <= promptly && p.wait(soon, true) == nil {
		return nil
	}
	if err := wait.Err(); err != nil {
		return err
	}
	e := r.fail(KindRateLimited, errInLine)
	e.RetryAfter = max(left, p.left())
	return e
}

// left is how far off the turn of an urgent call is, as far as is known now.
func (p *pacer) left() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.turn(time.Now(), true))
}

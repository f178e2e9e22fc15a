package reconcile

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// Idle is how long a loop without work waits for its next pass, so that a lost
// wake-up only delays work.
const Idle = time.Minute

// Loop runs passes that make accounts and messages match the database. A pass does
// a small part of the work and returns the wait until the next pass; 0 means at
// once.
type Loop struct {
	name  string
	pass  func(context.Context) (time.Duration, error)
	fatal func(context.Context, error) error
	wake  chan struct{}
}

// NewLoop returns a loop. The function fatal maps the error of a pass to the error
// that ends the loop, or to nil if the loop continues.
func NewLoop(name string, pass func(context.Context) (time.Duration, error), fatal func(context.Context, error) error) *Loop {
	return &Loop{name: name, pass: pass, fatal: fatal, wake: make(chan struct{}, 1)}
}

// Wake starts the next pass at once. It may be called at any time.
func (l *Loop) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run runs passes until ctx ends, and then returns nil. It returns the error of
// fatal if there is one.
func (l *Loop) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait, err := l.pass(ctx)
		if err != nil {
			if final := l.fatal(ctx, err); final != nil {
				return final
			}
		}
		if err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Err(err).Str("loop", l.name).Msg("pass incomplete")
			wait = max(wait, time.Second)
		}
		if wait > 0 {
			l.pause(ctx, wait)
		}
	}
	return nil
}

// pause waits for d, a wake-up, or the end of ctx.
func (l *Loop) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-l.wake:
	case <-t.C:
	}
}

package reconcile

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// Idle is how long a loop without work waits before it checks again, so that a
// lost wake-up loses nothing.
const Idle = time.Minute

// Loop makes the outside what the database says, pass by pass. A pass does a
// little and returns after which time the next one has something to do; 0 means
// at once.
type Loop struct {
	name  string
	pass  func(context.Context) (time.Duration, error)
	fatal func(context.Context, error) error
	wake  chan struct{}
}

// NewLoop returns a loop. Fatal returns the error that ends the loop because of
// an error of a pass, and nil where the loop goes on.
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

// Run runs passes until ctx ends, and then returns nil. It returns early with an
// error that fatal returned.
func (l *Loop) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait, err := l.pass(ctx)
		if err != nil {
			if final := l.fatal(ctx, err); final != nil {
				return final
			}
		}
		if err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Err(err).Str("loop", l.name).Msg("pass failed in part")
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

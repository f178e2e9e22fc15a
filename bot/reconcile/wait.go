package reconcile

import (
	"context"
	"time"
)

// Sleep waits for d. It returns the error of ctx if ctx ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// gracePeriod is how long a request may continue after shutdown began, so that its
// outcome is known.
const gracePeriod = 5 * time.Second

// WithGracePeriod returns a context that ends 5 s after ctx.
func WithGracePeriod(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(gracePeriod, cancel) })
	return out, func() { stop(); cancel() }
}

package bot

import (
	"context"
	"errors"
	"time"

	"inactivebot/storage"
)

// idle is how long a loop with nothing to do waits before it looks again
// anyway: nothing is lost when a wake-up is.
const idle = time.Minute

// runEffects carries out what is decided until ctx ends.
func (b *Bot) runEffects(ctx context.Context) error {
	return b.reconcile(ctx, "effects", b.effects, b.effectsPass)
}

// runMessages posts what is not posted and redraws what is not true until ctx
// ends.
func (b *Bot) runMessages(ctx context.Context) error {
	return b.reconcile(ctx, "messages", b.messages, b.messagesPass)
}

// reconcile makes the outside what the database says, pass by pass. A pass does
// a little and tells after which time the next one has something to do, 0 for
// at once. Only these passes act on the outside.
func (b *Bot) reconcile(ctx context.Context, name string, wake <-chan struct{}, pass func(context.Context) (time.Duration, error)) error {
	for ctx.Err() == nil {
		wait, err := pass(ctx)
		if damaged, ok := errors.AsType[storage.ErrCorrupt](err); ok {
			return damaged // nothing acts on what may not be what was written.
		}
		if final := b.tokenRefused(ctx, err); final != nil {
			return final
		}
		if err != nil && ctx.Err() == nil {
			b.log.Warn().Err(err).Str("loop", name).Msg("pass failed in part")
			wait = max(wait, time.Second)
		}
		if wait > 0 {
			pause(ctx, wake, wait)
		}
	}
	return nil
}

// tokenRefused is the error of a pass as a [Refused] where Slack no longer takes
// the bot's token at all, which is asked for once more first: a scope that one
// method lacks, or a slip of Slack's, ends nothing.
func (b *Bot) tokenRefused(ctx context.Context, err error) error {
	if slackRefusal(err) == nil {
		return nil
	}
	return slackRefusal(b.identify(ctx))
}

// pause waits for d, a wake-up, or the end of ctx.
func pause(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-t.C:
	}
}

// backoff is when each of several things is due again: at once for what is new,
// later and later for what did not work.
type backoff struct {
	first, most time.Duration
	next        map[string]time.Time
	wait        map[string]time.Duration
}

func newBackoff(first, most time.Duration) *backoff {
	return &backoff{first: first, most: most, next: map[string]time.Time{}, wait: map[string]time.Duration{}}
}

// due reports whether key may be tried now, and if not, after how long.
func (b *backoff) due(key string) (bool, time.Duration) {
	left := time.Until(b.next[key])
	return left <= 0, left
}

// later puts key off, each time for twice as long.
func (b *backoff) later(key string) {
	b.wait[key] = min(b.most, max(b.first, 2*b.wait[key]))
	b.next[key] = time.Now().Add(b.wait[key])
}

// after puts key off for exactly d.
func (b *backoff) after(key string, d time.Duration) { b.next[key] = time.Now().Add(d) }

// done forgets key.
func (b *backoff) done(key string) {
	delete(b.next, key)
	delete(b.wait, key)
}

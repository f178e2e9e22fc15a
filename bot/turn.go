package bot

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/storage"
)

// pressStop halts a running batch.
func (b *Bot) pressStop(ctx context.Context, p press) reply {
	return b.turn(ctx, p, func(id uint64) error { return b.store.Stop(id, p.user, "pressed", time.Now().UTC()) })
}

// pressResume lets a stopped batch go on.
func (b *Bot) pressResume(ctx context.Context, p press) reply {
	return b.turn(ctx, p, func(id uint64) error { return b.store.Resume(id, p.user, time.Now().UTC()) })
}

// pressClose gives up the rest of a stopped batch, or one that waits for a second
// approver.
func (b *Bot) pressClose(ctx context.Context, p press) reply {
	batch, err := b.batchOf(p.value)
	if err == nil && batch.State == storage.BatchAwaiting {
		err = b.store.Withdraw(batch.ID, p.user, time.Now().UTC())
	} else if err == nil {
		err = b.store.CloseBatch(batch.ID, p.user, time.Now().UTC())
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return reply{}
}

// pressSecond is the second approver's yes. The first must still be an approver.
func (b *Bot) pressSecond(ctx context.Context, p press) reply {
	batch, err := b.batchOf(p.value)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	first := b.approvers.judge(ctx, batch.ApprovedBy())
	if first == notSure {
		return b.refuse(ctx, p, string(notSure), verdictText(notSure))
	}
	if _, err := b.store.ApproveSecond(batch.ID, p.user, first == allowed, time.Now().UTC()); err != nil {
		return b.outcome(ctx, p, err)
	}
	zerolog.Ctx(ctx).Info().Uint64("batch", batch.ID).Str("user", p.user).Msg("approved by a second")
	return reply{}
}

// commandPause stops all suspensions at once.
func (b *Bot) commandPause(ctx context.Context, p press) reply {
	if err := b.store.Pause(p.user, time.Now().UTC()); err != nil {
		return b.outcome(ctx, p, err)
	}
	return b.say(p, "All suspensions are paused, also of batches under way. Restores go on. Type `/inactive resume` to allow suspensions again.")
}

// commandResume allows suspensions again.
func (b *Bot) commandResume(ctx context.Context, p press) reply {
	err := b.store.Unpause(p.user, time.Now().UTC())
	if r, ok := storage.AsRefusal(err); ok && r.Cause == storage.CauseAlready {
		return b.say(p, "Suspensions are not paused. A batch that was stopped has a Resume button in its report.")
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return b.say(p, "Suspensions are allowed again. Batches that were under way go on.")
}

func (b *Bot) turn(ctx context.Context, p press, change func(batch uint64) error) reply {
	batch, err := b.batchOf(p.value)
	if err == nil {
		err = change(batch.ID)
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return reply{}
}

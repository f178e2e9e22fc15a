package handler

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/approvers"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// pressStop halts a running batch.
func (h *Handler) pressStop(ctx context.Context, p press) receiver.Reply {
	return h.changeBatch(ctx, p, func(id uint64) error { return h.store.Stop(id, p.user, "pressed", time.Now().UTC()) })
}

// pressResume continues a stopped batch.
func (h *Handler) pressResume(ctx context.Context, p press) receiver.Reply {
	return h.changeBatch(ctx, p, func(id uint64) error { return h.store.Resume(id, p.user, time.Now().UTC()) })
}

// pressClose ends a stopped batch without its remaining steps, or withdraws a
// request for a second approval.
func (h *Handler) pressClose(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err == nil && batch.State == storage.BatchAwaiting {
		err = h.store.Withdraw(batch.ID, p.user, time.Now().UTC())
	} else if err == nil {
		err = h.store.CloseBatch(batch.ID, p.user, time.Now().UTC())
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return receiver.Reply{}
}

// pressSecondApproval records the second approval. The first approver must
// still be one.
func (h *Handler) pressSecondApproval(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	first := h.approvers.Judge(ctx, batch.ApprovedBy())
	if first == approvers.LookupFailed {
		return h.refuse(ctx, p, string(approvers.LookupFailed), verdictText(approvers.LookupFailed))
	}
	if _, err := h.store.ApproveSecond(batch.ID, p.user, first == approvers.Allowed, time.Now().UTC()); err != nil {
		return h.outcome(ctx, p, err)
	}
	zerolog.Ctx(ctx).Info().Uint64("batch", batch.ID).Str("user", p.user).Msg("approved by a second")
	return receiver.Reply{}
}

// commandPause stops all suspensions at once.
func (h *Handler) commandPause(ctx context.Context, p press) receiver.Reply {
	if err := h.store.Pause(p.user, time.Now().UTC()); err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.replyText(p, "All suspensions are paused, including those of running batches. Restores continue. Type `/inactive resume` to allow suspensions again.")
}

// commandResume allows suspensions again.
func (h *Handler) commandResume(ctx context.Context, p press) receiver.Reply {
	err := h.store.Unpause(p.user, time.Now().UTC())
	if r, ok := storage.AsRefusal(err); ok && r.Cause == storage.CauseAlready {
		return h.replyText(p, "Suspensions are not paused. To continue a stopped batch, press Resume in its report.")
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.replyText(p, "Suspensions are allowed again. Running batches continue.")
}

func (h *Handler) changeBatch(ctx context.Context, p press, change func(batch uint64) error) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err == nil {
		err = change(batch.ID)
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return receiver.Reply{}
}

package handler

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// pressOverride opens the confirmation of an override.
func (h *Handler) pressOverride(ctx context.Context, p press) receiver.Reply {
	r, err := h.reportOf(p.value)
	if err == nil {
		err = h.checkLive(r)
	}
	if err == nil && r.State != storage.ReportLocked {
		err = storage.Refusal{Cause: storage.CauseState, State: string(r.State)}
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openModal(p, blocks.OverrideConfirm(r, p.value))
}

// submitOverride records that an approver confirms a locked report.
func (h *Handler) submitOverride(ctx context.Context, p press) receiver.Reply {
	r, err := h.reportOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	hasOther, err := h.approvers.HasOther(ctx, p.user)
	if err != nil {
		return h.refuse(ctx, p, string(approvers.LookupFailed), verdictText(approvers.LookupFailed))
	}
	var gone []string
	for _, a := range r.Overrides {
		switch h.approvers.Judge(ctx, a.By) {
		case approvers.Allowed:
		case approvers.LookupFailed:
			return h.refuse(ctx, p, string(approvers.LookupFailed), verdictText(approvers.LookupFailed))
		default:
			gone = append(gone, a.By)
		}
	}
	opened, err := h.decide(p).Override(r.ID, p.user, !hasOther, gone, time.Now().UTC())
	if refused, ok := storage.AsRefusal(err); ok && refused.Cause == storage.CauseAlready {
		return h.refuse(ctx, p, string(refused.Cause), "You have already confirmed this. A second approver must confirm too. If you are the only approver, confirm again in 24 hours. Nothing was changed.")
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	zerolog.Ctx(ctx).Warn().Uint64("report", r.ID).Str("user", p.user).Bool("opened", opened).Msg("safety lock overridden")
	return closeAll()
}

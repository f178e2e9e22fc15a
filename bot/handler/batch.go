package handler

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// pressStop halts a running batch.
func (h *Handler) pressStop(ctx context.Context, p press) receiver.Reply {
	return h.changeBatch(ctx, p, func(id uint64) error { return h.decide(p).Stop(id, p.user, "pressed", time.Now().UTC()) })
}

// pressResume continues a stopped batch.
func (h *Handler) pressResume(ctx context.Context, p press) receiver.Reply {
	return h.changeBatch(ctx, p, func(id uint64) error { return h.decide(p).Resume(id, p.user, time.Now().UTC()) })
}

// pressClose ends a stopped batch without its remaining steps, or withdraws a
// request for a second approval.
func (h *Handler) pressClose(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err == nil && batch.State == storage.BatchAwaiting {
		err = h.decide(p).Withdraw(batch.ID, p.user, time.Now().UTC())
	} else if err == nil {
		err = h.decide(p).CloseBatch(batch.ID, p.user, time.Now().UTC())
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return receiver.Reply{}
}

// pressSecondApproval opens the confirmation of the second approval, with the
// people it is about.
func (h *Handler) pressSecondApproval(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err == nil {
		err = checkSecondApproval(batch, setOf(p.value), p.user)
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openList(ctx, p, batch.People, func() (slack.ModalViewRequest, error) { return h.secondApprovalView(batch) })
}

// setOf returns the set of people in the value of a second approval. It is empty
// in a message of an older version.
func setOf(value string) string {
	_, set, _ := strings.Cut(value, ".")
	return set
}

// checkSecondApproval refuses early what the decision itself would refuse later.
func checkSecondApproval(batch storage.Batch, set, user string) error {
	switch {
	case batch.State != storage.BatchAwaiting:
		return storage.Refusal{Cause: storage.CauseState, State: string(batch.State), Batch: batch.ID}
	case set != "" && set != batch.Set:
		return storage.Refusal{Cause: storage.CauseChanged, Batch: batch.ID}
	case batch.ApprovedBy() == user:
		return storage.Refusal{Cause: storage.CauseSameApprover, Batch: batch.ID}
	}
	return nil
}

// secondApprovalView shows the people of a batch who would be suspended.
func (h *Handler) secondApprovalView(batch storage.Batch) (slack.ModalViewRequest, error) {
	r, err := h.store.Report(batch.ReportID)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	sc, errScan := h.store.Scan(r.ScanID)
	all, errAll := h.view.Candidates(context.Background(), r)
	all = slices.DeleteFunc(all, func(c storage.Candidate) bool {
		return c.Step.BatchID != batch.ID || c.Exclusion.AccountID != "" || c.Rule != ""
	})
	return blocks.SecondConfirm(blocks.SecondApproval{Batch: batch, Scan: sc, People: all}), errors.Join(errScan, errAll)
}

// submitSecondApproval records the second approval. The first approver must
// still be one.
func (h *Handler) submitSecondApproval(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	first := h.approvers.Judge(ctx, batch.ApprovedBy())
	if first == approvers.LookupFailed {
		return h.refuse(ctx, p, string(approvers.LookupFailed), verdictText(approvers.LookupFailed))
	}
	if _, err := h.decide(p).ApproveSecond(batch.ID, setOf(p.value), p.user, first == approvers.Allowed, time.Now().UTC()); err != nil {
		return h.outcome(ctx, p, err)
	}
	zerolog.Ctx(ctx).Info().Uint64("batch", batch.ID).Str("user", p.user).Msg("approved by a second")
	return closeAll()
}

// commandPause stops all suspensions at once.
func (h *Handler) commandPause(ctx context.Context, p press) receiver.Reply {
	if err := h.decide(p).Pause(p.user, time.Now().UTC()); err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.replyText(p, "All suspensions are paused, including those of running batches. Restores continue. Type `/inactive resume` to allow suspensions again.")
}

// commandResume allows suspensions again.
func (h *Handler) commandResume(ctx context.Context, p press) receiver.Reply {
	err := h.decide(p).Unpause(p.user, time.Now().UTC())
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

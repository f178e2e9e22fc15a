package handler

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/command"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// pressExclude excludes one person of a report.
func (h *Handler) pressExclude(ctx context.Context, p press) receiver.Reply {
	r, c, err := h.candidateOf(p.value)
	if err == nil {
		err = h.checkLive(r)
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if c.Step.AccountID != "" && c.Step.State != storage.StepPending {
		return h.outcome(ctx, p, storage.Refusal{Cause: storage.CauseState, State: string(c.Step.State)})
	}
	if err := h.decide(p).Exclude(storage.Exclusion{AccountID: c.Row.AccountID, By: p.user, Since: time.Now().UTC()}); err != nil {
		return h.refuseAndRefresh(ctx, p, r, err)
	}
	return h.refreshModal(ctx, p, r)
}

// pressUndoExclude ends an exclusion of a person in a report.
func (h *Handler) pressUndoExclude(ctx context.Context, p press) receiver.Reply {
	r, c, err := h.candidateOf(p.value)
	if err == nil {
		err = h.checkLive(r)
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if err := h.decide(p).Include(c.Row.AccountID, p.user, time.Now().UTC()); err != nil {
		return h.refuseAndRefresh(ctx, p, r, err)
	}
	return h.refreshModal(ctx, p, r)
}

// pressExcludeDetails opens the modal for the reason and the end of an
// exclusion.
func (h *Handler) pressExcludeDetails(ctx context.Context, p press) receiver.Reply {
	r, c, err := h.candidateOf(p.value)
	if err == nil {
		err = h.checkLive(r)
	}
	if err == nil && c.Exclusion.AccountID == "" {
		err = storage.Refusal{Cause: storage.CauseNotExcluded}
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openModal(p, blocks.ExcludeDetails(c.Person, c.Exclusion, p.value))
}

// submitExcludeDetails stores the reason and the end of an exclusion.
func (h *Handler) submitExcludeDetails(ctx context.Context, p press) receiver.Reply {
	_, c, err := h.candidateOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	e := storage.Exclusion{AccountID: c.Row.AccountID, Reason: strings.TrimSpace(p.state[blocks.ReasonBlock][blocks.ReasonAction].Value)}
	if typed := p.state[blocks.UntilBlock][blocks.UntilAction].SelectedDate; typed != "" {
		end, ok := command.ParseDay(typed)
		if !ok || !time.Now().UTC().Before(end) {
			return receiver.Reply{Ack: slack.NewErrorsViewSubmissionResponse(map[string]string{blocks.UntilBlock: "Choose today or a later day. Nothing was changed."})}
		}
		e.Until = end
	}
	if err := h.decide(p).UpdateExclusion(e, p.user, time.Now().UTC()); err != nil {
		return h.outcome(ctx, p, err)
	}
	return closeAll()
}

// refreshModal updates the modal in which a button was pressed, at the same
// page and search. Messages are updated in any case.
func (h *Handler) refreshModal(ctx context.Context, p press, r storage.Report) receiver.Reply {
	if p.view == "" {
		return receiver.Reply{}
	}
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.browseView(listStateFor(p, r.ID)) })
}

// refuseAndRefresh refuses a press because of a decision made in between, and
// updates the modal so that the person sees it there, too.
func (h *Handler) refuseAndRefresh(ctx context.Context, p press, r storage.Report, err error) receiver.Reply {
	told, drawn := h.outcome(ctx, p, err), h.refreshModal(ctx, p, r)
	if drawn.After == nil {
		return told
	}
	return receiver.Reply{After: func(ctx context.Context) error { return errors.Join(drawn.After(ctx), told.After(ctx)) }}
}

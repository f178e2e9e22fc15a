package handler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// pressSuspendAll opens the confirmation, bound to the people it shows.
func (h *Handler) pressSuspendAll(ctx context.Context, p press) receiver.Reply {
	r, err := h.reportOf(p.value)
	if err == nil {
		err = h.checkActionable(r)
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	s, err := h.prepareSuspend(ctx, r, p.user)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openModal(p, blocks.SuspendConfirm(s))
}

// checkActionable refuses early what the decision itself would refuse later.
func (h *Handler) checkActionable(r storage.Report) error {
	if err := h.checkLive(r); err != nil {
		return err
	}
	if h.options.ReportOnly {
		return storage.Refusal{Cause: storage.CauseState, State: stateReportOnly}
	}
	if r.State != storage.ReportOpen {
		return storage.Refusal{Cause: storage.CauseState, State: string(r.State)}
	}
	if !time.Now().UTC().Before(r.ExpiresAt) {
		return storage.Refusal{Cause: storage.CauseExpired}
	}
	return nil
}

// prepareSuspend returns the people this approver may suspend now: the longest
// inactive, up to the rest of the cap.
func (h *Handler) prepareSuspend(ctx context.Context, r storage.Report, user string) (blocks.Suspend, error) {
	sc, err := h.store.Scan(r.ScanID)
	if err != nil {
		return blocks.Suspend{}, err
	}
	if !scan.SameScope(sc, h.options.Product, h.options.Sites) {
		return blocks.Suspend{}, storage.Refusal{Cause: storage.CauseState, State: stateOtherScope}
	}
	all, err := h.view.Candidates(ctx, r)
	if err != nil {
		return blocks.Suspend{}, err
	}
	limit := h.view.CapFor(sc)
	used, free, err := h.store.CapUsed(user, time.Now().UTC())
	if err != nil {
		return blocks.Suspend{}, err
	}
	open := (blocks.Report{Candidates: all}).Open()
	if open == 0 {
		return blocks.Suspend{}, storage.Refusal{Cause: storage.CauseNoOneLeft}
	}
	hasOther, err := h.approvers.HasOther(ctx, user)
	if err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("second approvers not known")
	}
	if used >= limit && !hasOther {
		return blocks.Suspend{}, storage.Refusal{Cause: storage.CauseCap, At: free}
	}
	people, rest, private, err := encodeSelection(r, all, max(0, limit-used))
	return blocks.Suspend{Report: r, Scan: sc, People: people, Rest: rest, Open: open, Cap: limit, HasSecond: hasOther, Private: private}, err
}

// submitSuspend stores the decision.
func (h *Handler) submitSuspend(ctx context.Context, p press) receiver.Reply {
	bound, ok := decodeSelection(p.value)
	if !ok {
		return h.outcome(ctx, p, storage.ErrNotFound)
	}
	r, err := h.store.Report(bound.Report)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if h.options.ReportOnly {
		return h.outcome(ctx, p, storage.Refusal{Cause: storage.CauseState, State: stateReportOnly})
	}
	sc, errScan := h.store.Scan(r.ScanID)
	all, errAll := h.view.Candidates(ctx, r)
	if err := errors.Join(errScan, errAll); err != nil {
		return h.outcome(ctx, p, err)
	}
	w, wrong := parseSuspendOptions(p, bound.Now)
	if wrong != nil {
		return receiver.Reply{Ack: slack.NewErrorsViewSubmissionResponse(wrong)}
	}
	if w.everybody {
		switch hasOther, err := h.approvers.HasOther(ctx, p.user); {
		case err != nil:
			return h.refuse(ctx, p, string(approvers.LookupFailed), verdictText(approvers.LookupFailed))
		case !hasOther:
			return h.refuse(ctx, p, "no_second", "No other approver is available. Nothing was changed. Choose the longest inactive people, or add a second approver to the settings.")
		}
	}
	batch, err := h.decide(p).Approve(storage.Decision{
		ReportID: r.ID, Hash: bound.Hash, By: p.user, At: time.Now().UTC(), People: bound.people(all, w), Second: w.everybody, Cap: h.view.CapFor(sc), Note: w.note,
	})
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	zerolog.Ctx(ctx).Info().Uint64("report", r.ID).Uint64("batch", batch.ID).Str("user", p.user).Int("people", batch.People).Msg("approved")
	return closeAll()
}

// suspendOptions are the choices of an approver in the suspend modal.
type suspendOptions struct {
	everybody bool     // everyone in the report, with a second approver.
	most      int      // otherwise: the maximum number of the longest inactive.
	leave     []string // account ids to leave out this time.
	note      string   // posted in the thread; may be empty.
}

// parseSuspendOptions reads the inputs of the modal. Wrong has an error text for
// each invalid input. Without a number, n people are suspended.
func parseSuspendOptions(p press, n int) (w suspendOptions, wrong map[string]string) {
	w = suspendOptions{
		everybody: p.state[blocks.ChoiceBlock][blocks.ChoiceAction].SelectedOption.Value == blocks.ChoiceAll,
		most:      n, note: strings.TrimSpace(p.state[blocks.NoteBlock][blocks.NoteAction].Value),
	}
	for _, o := range p.state[blocks.LeaveBlock][blocks.LeaveAction].SelectedOptions {
		w.leave = append(w.leave, o.Value)
	}
	typed := p.state[blocks.NumberBlock][blocks.NumberAction].Value
	if typed == "" || w.everybody {
		return w, nil
	}
	most, err := strconv.Atoi(typed)
	if err != nil || most < 1 || most > n {
		return w, map[string]string{blocks.NumberBlock: fmt.Sprintf("Type a whole number from 1 to %d. Nothing was changed.", n)}
	}
	w.most = most
	return w, nil
}

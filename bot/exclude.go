package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// pressExclude leaves one person of a report alone, at once.
func (b *Bot) pressExclude(ctx context.Context, p press) reply {
	r, c, err := b.listed(p.value)
	if err == nil {
		err = b.current(r)
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	if c.Step.AccountID != "" && c.Step.State != storage.StepPending {
		return b.outcome(ctx, p, storage.Refusal{Cause: storage.CauseState, State: string(c.Step.State)})
	}
	if err := b.store.Exclude(storage.Exclusion{AccountID: c.Row.AccountID, By: p.user, Since: time.Now().UTC()}); err != nil {
		return b.stale(ctx, p, r, err)
	}
	return b.again(ctx, p, r)
}

// pressUndoExclude ends an exclusion of a person in a report.
func (b *Bot) pressUndoExclude(ctx context.Context, p press) reply {
	r, c, err := b.listed(p.value)
	if err == nil {
		err = b.current(r)
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	if err := b.store.Include(c.Row.AccountID, p.user, time.Now().UTC()); err != nil {
		return b.stale(ctx, p, r, err)
	}
	return b.again(ctx, p, r)
}

// pressExcludeDetails asks for the reason and the end of an exclusion.
func (b *Bot) pressExcludeDetails(ctx context.Context, p press) reply {
	r, c, err := b.listed(p.value)
	if err == nil {
		err = b.current(r)
	}
	if err == nil && c.Exclusion.AccountID == "" {
		err = storage.Refusal{Cause: storage.CauseEnded}
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return b.open(p, blocks.ExcludeDetails(c.Person, c.Exclusion, p.value))
}

// submitExcludeDetails keeps the reason and the end of an exclusion.
func (b *Bot) submitExcludeDetails(ctx context.Context, p press) reply {
	_, c, err := b.listed(p.value)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	e := storage.Exclusion{AccountID: c.Row.AccountID, Reason: strings.TrimSpace(p.state[blocks.ReasonBlock][blocks.ReasonAction].Value)}
	if typed := p.state[blocks.UntilBlock][blocks.UntilAction].SelectedDate; typed != "" {
		end, ok := day(typed)
		if !ok || !time.Now().UTC().Before(end) {
			return reply{ack: slack.NewErrorsViewSubmissionResponse(map[string]string{blocks.UntilBlock: "Choose today or a later day. Nothing was changed."})}
		}
		e.Until = end
	}
	if err := b.store.Explain(e, p.user, time.Now().UTC()); err != nil {
		return b.outcome(ctx, p, err)
	}
	return closeAll()
}

// listed reads the value of a person's button: the report, and the person in it.
func (b *Bot) listed(value string) (storage.Report, storage.Candidate, error) {
	r, account, err := b.rowOf(value)
	if err != nil {
		return r, storage.Candidate{}, err
	}
	c, err := b.store.Candidate(r, account, time.Now().UTC())
	return r, c, strangerIfMissing(err)
}

// current refuses a report that can no longer change, and has its message drawn
// again: whoever pressed saw an old one.
func (b *Bot) current(r storage.Report) error {
	if r.State.Live() {
		return nil
	}
	if err := b.store.Touch(r.ID); err != nil {
		return err
	}
	return storage.Refusal{Cause: storage.CauseState, State: string(r.State)}
}

func strangerIfMissing(err error) error {
	if isNotFound(err) {
		return storage.Refusal{Cause: storage.CauseStranger}
	}
	return err
}

// again redraws the modal a button was pressed in, at the same page and search;
// a message is redrawn anyway.
func (b *Bot) again(ctx context.Context, p press, r storage.Report) reply {
	if p.view == "" {
		return reply{}
	}
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.browseView(lookIn(p, r.ID)) })
}

// stale answers a press that was refused because of what somebody else did
// meanwhile: whoever pressed in a modal sees that there too.
func (b *Bot) stale(ctx context.Context, p press, r storage.Report, err error) reply {
	told, drawn := b.outcome(ctx, p, err), b.again(ctx, p, r)
	if drawn.then == nil {
		return told
	}
	return reply{then: func(ctx context.Context) error { return errors.Join(drawn.then(ctx), told.then(ctx)) }}
}

package handler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/bot/reconcile"
	"inactivebot/storage"
)

// The causes of refusals of presses that do not belong to what is stored.
const (
	causeForeign      = "foreign"       // another database's message or modal.
	causeEarlier      = "earlier"       // of this database before a backup was put back.
	causeOldModal     = "old_modal"     // a modal of an older version of the bot.
	causeBeingPosted  = "being_posted"  // the message is being posted.
	causeOtherMessage = "other_message" // not the message that is stored.
)

// isForeign reports whether a button or modal was made by the bot of another
// database.
func (h *Handler) isForeign(p press) bool {
	return p.installation != "" && !h.store.Installation().Has(p.installation)
}

// refuseForeign refuses a press on another bot's message, which is left alone.
// Another program that is connected to the same app receives some of this bot's
// presses, too.
func (h *Handler) refuseForeign(ctx context.Context, p press) receiver.Reply {
	if err := h.store.SetWarning(storage.WarnOtherProgram, time.Now().UTC()); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("warning not stored")
	}
	zerolog.Ctx(ctx).Warn().Str("installation", p.installation).Msg("a press belongs to another bot on the same Slack app, or to another database; give each bot its own app")
	return h.refuse(ctx, p, causeForeign, "I don't have this report. Another inactivebot that is connected to the same Slack app posted it, or my database is not the one it was posted from. Nothing was changed. Please try again, or ask the person who runs the bot.")
}

// checkBinding reports whether a press belongs to what is stored. Otherwise it
// returns the refusal. A modal counts by its installation, and a button also by
// its message, which must be the one stored for its report or batch.
func (h *Handler) checkBinding(ctx context.Context, p press) (receiver.Reply, bool) {
	own := h.store.Installation()
	switch {
	case p.view != "" && p.installation == own.ID:
		return receiver.Reply{}, true
	case p.view != "" && p.installation == "":
		return h.refuse(ctx, p, causeOldModal, "This window was opened before the bot was updated. Nothing was changed. Close it and open it again."), false
	case p.view != "":
		return h.refuse(ctx, p, causeEarlier, "This window was opened before the bot's database was restored from a backup. Nothing was changed. Close it and open it again."), false
	case p.installation != "" && p.installation != own.ID:
		return h.refuseAndRetire(ctx, p, causeEarlier, "I don't have this report any more: the bot's database was restored from a backup after it was posted. Nothing was changed. Type `/inactive report` for the current report."), false
	}
	return h.checkMessage(ctx, p)
}

// checkMessage compares the message of a button with the stored one. A button of
// an older version carries no installation; its message is redrawn.
func (h *Handler) checkMessage(ctx context.Context, p press) (receiver.Reply, bool) {
	if p.what == blocks.ActionScanAgain && p.value == blocks.GreetingValue {
		return h.checkGreeting(ctx, p)
	}
	var r storage.Report
	posted, err := untilPosted(ctx, func() (posting bool, err error) {
		r, err = h.messageOf(p)
		return r.Message.TS == "" && !r.Message.AttemptedAt.IsZero(), err
	})
	switch {
	case err != nil:
		return h.outcome(ctx, p, err), false
	case !posted:
		return h.refuse(ctx, p, causeBeingPosted, beingPosted), false
	case r.Message.TS != p.message.Timestamp:
		return h.refuseAndRetire(ctx, p, causeOtherMessage, fmt.Sprintf("This is not the current message of report %d. Nothing was changed. Type `/inactive report` for the current report.", r.ID)), false
	case p.installation == "":
		if err := h.store.Invalidate(r.ID); err != nil {
			return h.outcome(ctx, p, err), false
		}
	}
	return receiver.Reply{}, true
}

const (
	// postedWithin is how long a press waits for Slack's answer to the post of its
	// message, which people can see a moment before. Its ack is still in time.
	postedWithin = 1500 * time.Millisecond
	// betweenLooks is the time between two looks at whether the answer is there.
	betweenLooks = 25 * time.Millisecond
)

// untilPosted waits until a message is not being posted any more. It reports false
// if that takes too long.
func untilPosted(ctx context.Context, posting func() (bool, error)) (posted bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, postedWithin)
	defer cancel()
	for {
		waits, err := posting()
		if err != nil || !waits {
			return !waits, err
		}
		if reconcile.Sleep(ctx, betweenLooks) != nil {
			return false, nil
		}
	}
}

const beingPosted = "This message is still being posted. Nothing was changed. Please try again in a moment."

// checkGreeting compares the message of the Scan now button with the posted
// greeting.
func (h *Handler) checkGreeting(ctx context.Context, p press) (receiver.Reply, bool) {
	posted, errWaits := untilPosted(ctx, func() (bool, error) { return h.store.IsNoteBeingPosted(storage.NoteGreeting) })
	n, ok, errNote := h.store.PostedNote(p.message.Timestamp)
	switch err := errors.Join(errNote, errWaits); {
	case err != nil:
		return h.outcome(ctx, p, err), false
	case ok && n.Kind == storage.NoteGreeting:
		return receiver.Reply{}, true
	case !posted:
		return h.refuse(ctx, p, causeBeingPosted, beingPosted), false
	}
	return h.refuseAndRetire(ctx, p, causeOtherMessage, "This message was posted by an earlier version of the bot. Nothing was changed. Type `/inactive scan` to make a report."), false
}

// batchButtons are the buttons whose value names a batch. All others name a
// report.
var batchButtons = []string{
	blocks.ActionStop, blocks.ActionResume, blocks.ActionClose, blocks.ActionSecondApprove, blocks.ActionRestorePerson, blocks.ActionUndoBatch,
}

// messageOf returns the report on whose message a button belongs.
func (h *Handler) messageOf(p press) (storage.Report, error) {
	if !slices.Contains(batchButtons, p.what) {
		report, _, _ := strings.Cut(p.value, ".") // a person may follow.
		return h.reportOf(report)
	}
	batch, err := h.batchOf(p.value)
	if err != nil {
		return storage.Report{}, err
	}
	return h.store.Report(batch.ReportID)
}

// refuseAndRetire refuses a press on a message of this bot and takes the buttons
// out of the message, unless it is stored: then it is redrawn as it is now.
func (h *Handler) refuseAndRetire(ctx context.Context, p press, cause, text string) receiver.Reply {
	told := h.refuse(ctx, p, cause, text)
	stored, err := h.store.RedrawMessage(p.message.Timestamp)
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("message not redrawn")
	}
	if err != nil || stored || p.message.Text == "" {
		return told
	}
	say := told.After
	told.After = func(ctx context.Context) error {
		m := blocks.WithoutButtons(p.message.Text, p.message.Blocks.BlockSet, "The buttons of this message were removed: they belong to nothing that the bot has stored. Type `/inactive report` for the current report.")
		_, _, _, err := h.slack.UpdateMessageContext(ctx, p.channel, p.message.Timestamp, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionDisableLinkUnfurl())
		if say == nil {
			return err
		}
		return errors.Join(err, say(ctx))
	}
	return told
}

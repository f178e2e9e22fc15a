package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// responder answers a person who pressed, submitted or typed something.
type responder struct {
	store   *storage.Store // for the audit line of a refusal.
	slack   *SlackClient
	channel string // the admin channel's id.
}

// say answers the presser alone, after the ack.
func (h *responder) say(p press, text string) Reply {
	return Reply{After: func(ctx context.Context) error { return h.whisper(ctx, p, text) }}
}

// whisper posts a text for the presser's eyes only: with the press's own
// response_url where it has one, which works in every channel.
func (h *responder) whisper(ctx context.Context, p press, text string) error {
	if p.response != "" {
		err := slack.PostWebhookCustomHTTPContext(ctx, p.response, h.slack.HTTP, &slack.WebhookMessage{Text: text, ResponseType: slack.ResponseTypeEphemeral})
		if err == nil {
			return nil
		}
		zerolog.Ctx(ctx).Debug().Msg("response_url no longer works") // it lives for 30 minutes; its error would tell it.
	}
	_, err := h.slack.PostEphemeralContext(ctx, h.channel, p.user, slack.MsgOptionText(text, false))
	if isSlackError(err, "user_not_in_channel") {
		_, _, err = h.slack.PostMessageContext(ctx, p.user, slack.MsgOptionText(text, false))
	}
	return err
}

// open shows a modal, after the ack. Where Slack does not show it the presser is
// told: nothing else would be seen of the press.
func (h *responder) open(p press, view slack.ModalViewRequest) Reply {
	return Reply{After: func(ctx context.Context) (err error) {
		if p.view != "" {
			_, err = h.slack.PushViewContext(ctx, p.trigger, view)
		} else {
			_, err = h.slack.OpenViewContext(ctx, p.trigger, view)
		}
		return h.unseen(ctx, p, err, notOpened)
	}}
}

// What somebody reads whose window Slack did not open, or did not draw again.
const (
	notOpened = "Slack did not open the window in time. Nothing was changed: please do it again."
	notDrawn  = "Slack did not bring the window up to date. What you pressed before counts; close the window and open it again to see it."
)

// unseen tells the presser that a modal does not show what it should; nil where
// it does.
func (h *responder) unseen(ctx context.Context, p press, err error, text string) error {
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) { // that took all the time there was.
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), wordWithin)
		defer cancel()
		ctx = late
	}
	return errors.Join(err, h.whisper(ctx, p, text))
}

// wordWithin bounds one more word to a presser whose time is over.
const wordWithin = 5 * time.Second

// refuse tells the presser alone that nothing happened and why, and keeps a
// record of it.
func (h *responder) refuse(ctx context.Context, p press, cause, text string) Reply {
	line := storage.Line{At: time.Now().UTC(), Actor: p.user, Action: "refused", Outcome: cause, Detail: map[string]string{"press": p.what}}
	if err := h.store.Record(line); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("refusal not recorded")
	}
	if p.submit {
		return Reply{Ack: slack.NewUpdateViewSubmissionResponse(notice("Nothing was changed", text)), Refused: cause}
	}
	r := h.say(p, text)
	r.Refused = cause
	return r
}

// outcome answers a press that was refused by the state of things, and says so
// where something is broken.
func (h *responder) outcome(ctx context.Context, p press, err error) Reply {
	if r, ok := storage.AsRefusal(err); ok {
		return h.refuse(ctx, p, string(r.Cause), refusalText(r))
	}
	if errors.Is(err, storage.ErrNotFound) {
		return h.refuse(ctx, p, "unknown", "This button belongs to nothing that is stored here. Nothing was changed. Type `/inactive report` for the current report.")
	}
	zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("press failed")
	cause, text := broken(err)
	return h.refuse(ctx, p, cause, text)
}

// broken tells a person that an error kept anything from being done.
func broken(err error) (cause, text string) {
	if _, full := errors.AsType[storage.ErrNotWritten](err); full {
		return "not written", "The bot cannot write its database, perhaps because the disk is full, and nothing was changed. The bot's log names the file; please try again when there is room."
	}
	if _, damaged := errors.AsType[storage.ErrCorrupt](err); damaged {
		return "damaged", "The bot's database is damaged, and nothing was changed. The bot's log says how to put a backup copy back."
	}
	return "internal", "Something went wrong inside the bot, and nothing was changed. Please try again; if it stays so, look at the bot's log."
}

// brokenText is what a presser reads after a panic: whatever was decided before
// it is stored, and the report shows it.
const brokenText = "Something went wrong inside the bot, and it is not certain that your press counted. Please look at the report before you press again; the bot's log says more."

func notice(title, text string) *slack.ModalViewRequest {
	v := blocks.Notice(title, text)
	return &v
}

// openList opens a modal after the ack. One that takes long to fill is opened
// with a word of patience first.
func (h *responder) openList(ctx context.Context, p press, people int, view func() (slack.ModalViewRequest, error)) Reply {
	if p.view != "" {
		return h.redraw(ctx, p, view)
	}
	return Reply{After: func(ctx context.Context) error {
		if people <= quickly {
			v, err := view()
			if err != nil {
				return h.outcome(ctx, p, err).After(ctx)
			}
			return h.open(p, v).After(ctx)
		}
		opened, err := h.slack.OpenViewContext(ctx, p.trigger, blocks.Notice("One moment", "Reading the list of "+blocks.People(people)+" …"))
		if err != nil {
			return h.unseen(ctx, p, err, notOpened)
		}
		p.view = opened.ID
		return h.redraw(ctx, p, view).After(ctx)
	}}
}

// quickly is how many people are read and shown well before a trigger, which
// lives for 3 s, has gone.
const quickly = 1000

// redraw shows something else in the modal that was pressed in. A submitted
// modal stays open only if the ack says what it shows.
func (h *responder) redraw(ctx context.Context, p press, view func() (slack.ModalViewRequest, error)) Reply {
	draw := Reply{After: func(ctx context.Context) error {
		v, err := view()
		if err != nil {
			p.submit = false
			return h.outcome(ctx, p, err).After(ctx)
		}
		_, err = h.slack.UpdateViewContext(ctx, v, "", "", p.view)
		if isSlackError(err, "not_found") {
			return nil // whoever closed the window meanwhile misses nothing.
		}
		return h.unseen(ctx, p, err, notDrawn)
	}}
	if !p.submit {
		return draw
	}
	v, err := view()
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if body, err := json.Marshal(v); err == nil && len(body) <= maxAck {
		return Reply{Ack: slack.NewUpdateViewSubmissionResponse(&v)}
	}
	draw.Ack = slack.NewUpdateViewSubmissionResponse(notice("One moment", "Searching …"))
	return draw
}

// maxAck is how large the answer in an ack may be, in bytes: Slack drops frames
// of more than 20,480.
const maxAck = 16_000

// closeAll is the ack that closes the modal.
func closeAll() Reply { return Reply{Ack: slack.NewClearViewSubmissionResponse()} }

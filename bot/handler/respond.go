package handler

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// responder answers a person who pressed, submitted or typed something.
type responder struct {
	store   *storage.Store // for the audit line of a refusal.
	slack   *slackapi.Client
	channel string // the admin channel's id.
}

// replyText answers only the person who pressed, after the ack.
func (h *responder) replyText(p press, text string) receiver.Reply {
	return receiver.Reply{After: func(ctx context.Context) error { return h.respondEphemeral(ctx, p, text) }}
}

// respondEphemeral posts a text that only the person who pressed can see. It
// uses the response_url of the press if there is one, which works in every
// channel.
func (h *responder) respondEphemeral(ctx context.Context, p press, text string) error {
	if p.response != "" {
		err := slack.PostWebhookCustomHTTPContext(ctx, p.response, h.slack.HTTP, &slack.WebhookMessage{Text: text, ResponseType: slack.ResponseTypeEphemeral})
		if err == nil {
			return nil
		}
		zerolog.Ctx(ctx).Debug().Msg("response_url no longer works") // it expires after 30 minutes; its error would reveal it.
	}
	_, err := h.slack.PostEphemeralContext(ctx, h.channel, p.user, slack.MsgOptionText(text, false))
	if slackapi.IsError(err, "user_not_in_channel") {
		_, _, err = h.slack.PostMessageContext(ctx, p.user, slack.MsgOptionText(text, false))
	}
	return err
}

// openModal opens a modal after the ack. If Slack does not open it, the person
// gets a message.
func (h *responder) openModal(p press, view slack.ModalViewRequest) receiver.Reply {
	view = h.bind(view)
	return receiver.Reply{After: func(ctx context.Context) (err error) {
		if p.view != "" {
			_, err = h.slack.PushViewContext(ctx, p.trigger, view)
		} else {
			_, err = h.slack.OpenViewContext(ctx, p.trigger, view)
		}
		return h.reportModalError(ctx, p, err, notOpened)
	}}
}

// The texts for a modal that Slack did not open or update.
const (
	notOpened = "Slack did not open the window in time. Nothing was changed. Please try again."
	notDrawn  = "Slack did not update the window. Your decisions are saved. Close the window and open it again to see the current state."
)

// reportModalError tells the user that a modal was not opened or updated. It
// returns nil if err is nil.
func (h *responder) reportModalError(ctx context.Context, p press, err error, text string) error {
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) { // the request used up the time limit.
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), fallbackTimeout)
		defer cancel()
		ctx = late
	}
	return errors.Join(err, h.respondEphemeral(ctx, p, text))
}

// fallbackTimeout bounds the error message sent after a response timed out.
const fallbackTimeout = 5 * time.Second

// refuse tells only the person who pressed why nothing changed, and records
// that in the audit log.
func (h *responder) refuse(ctx context.Context, p press, cause, text string) receiver.Reply {
	line := storage.AuditEntry{At: time.Now().UTC(), Actor: p.user, Action: "refused", Outcome: cause, Detail: map[string]string{"press": p.what}}
	if err := h.store.For(p.delivery).Refuse(line); errors.Is(err, storage.ErrDuplicate) && !p.submit {
		return receiver.Reply{Refused: cause} // the person has the answer to the first delivery.
	} else if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("refusal not recorded")
	}
	if p.submit {
		return receiver.Reply{Ack: h.noticeAck("Nothing was changed", text), Refused: cause}
	}
	r := h.replyText(p, text)
	r.Refused = cause
	return r
}

// outcome answers a press that failed, with the reason for the refusal or the
// error.
func (h *responder) outcome(ctx context.Context, p press, err error) receiver.Reply {
	if errors.Is(err, storage.ErrDuplicate) {
		return h.repeated(p)
	}
	if r, ok := storage.AsRefusal(err); ok {
		return h.refuse(ctx, p, string(r.Cause), refusalText(r))
	}
	if errors.Is(err, storage.ErrNotFound) {
		return h.refuse(ctx, p, "unknown", "I don't have this report. Another bot may have posted it. Nothing was changed. Type `/inactive report` for the current report.")
	}
	zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("press failed")
	cause, text := broken(err)
	return h.refuse(ctx, p, cause, text)
}

// broken returns the cause and the text of an error that prevented a change.
func broken(err error) (cause, text string) {
	if _, full := errors.AsType[storage.ErrNotWritten](err); full {
		return "not written", "The bot cannot write its database, perhaps because the disk is full. Nothing was changed. The bot's log names the file. Please try again when there is room."
	}
	if _, replaced := errors.AsType[storage.ErrReplaced](err); replaced {
		return "replaced", "The bot's database file was replaced while the bot was running, so the bot is stopping. Nothing was changed. Ask the person who runs the bot to start it again."
	}
	if _, damaged := errors.AsType[storage.ErrCorrupt](err); damaged {
		return "damaged", "The bot's database is damaged. Nothing was changed. The bot's log says how to restore a backup."
	}
	return "internal", "The bot had an internal error. Nothing was changed. Please try again. If it happens again, see the bot's log."
}

// brokenText is the answer after a panic. A decision made before the panic is
// stored and shown in the report.
const brokenText = "The bot had an internal error, and your action may not have been saved. Check the report before you try again. The bot's log has the details."

// repeated answers a delivery that was carried out before. A message shows the
// result, a command does not.
func (h *responder) repeated(p press) receiver.Reply {
	switch {
	case p.submit:
		return closeAll()
	case p.view == "" && p.message.Timestamp == "":
		return h.replyText(p, "Slack delivered this command more than once. It was carried out once.")
	}
	return receiver.Reply{}
}

// bind puts the installation into a modal and its buttons.
func (h *responder) bind(v slack.ModalViewRequest) slack.ModalViewRequest {
	return blocks.BindView(v, h.store.Installation())
}

// noticeAck is the ack that replaces a submitted modal by a text.
func (h *responder) noticeAck(title, text string) *slack.ViewSubmissionResponse {
	v := h.bind(blocks.Notice(title, text))
	return slack.NewUpdateViewSubmissionResponse(&v)
}

// openList opens a modal after the ack. If it takes long to fill, a short
// notice is opened first.
func (h *responder) openList(ctx context.Context, p press, people int, view func() (slack.ModalViewRequest, error)) receiver.Reply {
	if p.view != "" {
		return h.redraw(ctx, p, view)
	}
	return receiver.Reply{After: func(ctx context.Context) error {
		if people <= maxImmediate {
			v, err := view()
			if err != nil {
				return h.outcome(ctx, p, err).After(ctx)
			}
			return h.openModal(p, v).After(ctx)
		}
		opened, err := h.slack.OpenViewContext(ctx, p.trigger, h.bind(blocks.Notice("One moment", "Reading the list of "+blocks.People(people)+" …")))
		if err != nil {
			return h.reportModalError(ctx, p, err, notOpened)
		}
		p.view = opened.ID
		return h.redraw(ctx, p, view).After(ctx)
	}}
}

// maxImmediate is how many people can be read and shown well before a trigger
// expires after 3 s.
const maxImmediate = 1000

// redraw updates the modal that was pressed. A submitted modal stays open only
// if its ack contains a view.
func (h *responder) redraw(ctx context.Context, p press, view func() (slack.ModalViewRequest, error)) receiver.Reply {
	draw := receiver.Reply{After: func(ctx context.Context) error {
		v, err := view()
		if err != nil {
			p.submit = false
			return h.outcome(ctx, p, err).After(ctx)
		}
		_, err = h.slack.UpdateViewContext(ctx, h.bind(v), "", "", p.view)
		if slackapi.IsError(err, "not_found") {
			return nil // the person has closed the modal.
		}
		return h.reportModalError(ctx, p, err, notDrawn)
	}}
	if !p.submit {
		return draw
	}
	v, err := view()
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	v = h.bind(v)
	if body, err := json.Marshal(v); err == nil && len(body) <= maxAck {
		return receiver.Reply{Ack: slack.NewUpdateViewSubmissionResponse(&v)}
	}
	draw.Ack = h.noticeAck("One moment", "Searching …")
	return draw
}

// maxAck is the largest view in an ack, in bytes: Slack drops frames of more
// than 20,480.
const maxAck = 16_000

// closeAll is the ack that closes the modal.
func closeAll() receiver.Reply { return receiver.Reply{Ack: slack.NewClearViewSubmissionResponse()} }

package bot

import (
	"context"
	"errors"
	"time"

	"inactivebot/storage"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"
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

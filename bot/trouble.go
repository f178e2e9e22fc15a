package bot

import (
	"context"
	"fmt"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// troubleEvent is the metadata by which the message about trouble is found again
// after a lost answer; its id is the second in which the trouble began.
const troubleEvent = "inactivebot_trouble"

// troublePost is the budget of that message.
const troublePost = "trouble message"

// drawTrouble posts the one message that says that the bot cannot work, and
// updates it until it says that the bot can again.
func (b *Bot) drawTrouble(ctx context.Context) (time.Duration, error) {
	t, stale, err := b.store.StaleTrouble()
	if err != nil || !stale {
		return idle, err
	}
	if due, left := b.sending.again.due(troublePost); !due {
		return left, nil
	}
	if err := b.drawTroubleNow(ctx, t); err != nil {
		return b.putOff(troublePost, err), fmt.Errorf("tell what keeps the bot from working: %w", err)
	}
	b.sending.again.done(troublePost)
	b.sending.again.after(troublePost, betweenDraws)
	return betweenDraws, nil
}

func (b *Bot) drawTroubleNow(ctx context.Context, t storage.Trouble) error {
	m, at := blocks.Trouble(t, problemText(t.Code)), t.Message
	if at.TS == "" {
		posted, err := b.post(ctx, at, troubleEvent, uint64(t.Since.Unix()), "", m, func() error { return b.store.TroubleTried(time.Now().UTC()) }) //nolint:gosec // it is after 1970.
		if err != nil {
			return err
		}
		b.sending.again.after(postKey, betweenPosts)
		return b.store.TroubleDrawn(t.Version, posted)
	}
	_, _, _, err := b.slack.UpdateMessageContext(ctx, at.Channel, at.TS, b.body(m)...)
	if gone := cannotBeUpdated(err) || at.Channel != b.settings.Channel && channelRefusal(err) != ""; gone && t.EndedAt.IsZero() {
		return b.store.TroubleDrawn(0, storage.Message{}) // the next pass posts a fresh one.
	} else if gone {
		return b.store.TroubleDrawn(t.Version, at) // somebody deleted it, and it is over.
	}
	if err := b.tried(at.Channel, err); err != nil {
		return err
	}
	return b.store.TroubleDrawn(t.Version, at)
}

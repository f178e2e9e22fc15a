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
func (p *Publisher) drawTrouble(ctx context.Context) (time.Duration, error) {
	t, stale, err := p.store.StaleTrouble()
	if err != nil || !stale {
		return idle, err
	}
	if due, left := p.state.again.due(troublePost); !due {
		return left, nil
	}
	if err := p.drawTroubleNow(ctx, t); err != nil {
		return p.putOff(troublePost, err), fmt.Errorf("tell what keeps the bot from working: %w", err)
	}
	p.state.again.done(troublePost)
	p.state.again.after(troublePost, betweenDraws)
	return betweenDraws, nil
}

func (p *Publisher) drawTroubleNow(ctx context.Context, t storage.Trouble) error {
	m, at := blocks.Trouble(t, problemText(t.Code)), t.Message
	if at.TS == "" {
		posted, err := p.post(ctx, at, troubleEvent, uint64(t.Since.Unix()), "", m, func() error { return p.store.TroubleTried(time.Now().UTC()) }) //nolint:gosec // it is after 1970.
		if err != nil {
			return err
		}
		p.state.again.after(postKey, betweenPosts)
		return p.store.TroubleDrawn(t.Version, posted)
	}
	_, _, _, err := p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, p.body(m)...)
	if gone := cannotBeUpdated(err) || at.Channel != p.options.Channel && channelRefusal(err) != ""; gone && t.EndedAt.IsZero() {
		return p.store.TroubleDrawn(0, storage.Message{}) // the next pass posts a fresh one.
	} else if gone {
		return p.store.TroubleDrawn(t.Version, at) // somebody deleted it, and it is over.
	}
	if err := p.tried(at.Channel, err); err != nil {
		return err
	}
	return p.store.TroubleDrawn(t.Version, at)
}

package publisher

import (
	"context"
	"fmt"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/problem"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// incidentEvent is the metadata by which the message about an incident is found
// again after a lost response. Its id is the second in which the incident
// began.
const incidentEvent = "inactivebot_trouble"

// incidentKey is the back-off key of that message.
const incidentKey = "trouble message"

// publishIncident posts the one message that says that the bot is blocked, and
// updates it until it says that the bot works again.
func (p *Publisher) publishIncident(ctx context.Context) (time.Duration, error) {
	t, stale, err := p.store.StaleIncident()
	if err != nil || !stale {
		return reconcile.Idle, err
	}
	if due, left := p.state.again.Due(incidentKey); !due {
		return left, nil
	}
	if err := p.publishIncidentNow(ctx, t); err != nil {
		return p.retryLater(incidentKey, err), fmt.Errorf("tell what keeps the bot from working: %w", err)
	}
	p.state.again.Done(incidentKey)
	p.state.again.After(incidentKey, betweenDraws)
	return betweenDraws, nil
}

func (p *Publisher) publishIncidentNow(ctx context.Context, t storage.Incident) error {
	m, at := blocks.Incident(t, problem.Text(t.Code)), t.Message
	if at.TS == "" {
		posted, err := p.post(ctx, at, incidentEvent, uint64(t.Since.Unix()), "", m, func() error { return p.store.MarkIncidentAttempted(time.Now().UTC()) }) //nolint:gosec // it is after 1970.
		if err != nil {
			return err
		}
		p.state.again.After(postKey, slackapi.BetweenPosts)
		return p.store.MarkIncidentPosted(t.Version, posted)
	}
	_, _, _, err := p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, p.body(m)...)
	if gone := cannotBeUpdated(err) || at.Channel != p.options.Channel && slackapi.ChannelUnavailable(err) != ""; gone && t.EndedAt.IsZero() {
		return p.store.MarkIncidentPosted(0, storage.Message{}) // the next pass posts a fresh one.
	} else if gone {
		return p.store.MarkIncidentPosted(t.Version, at) // somebody deleted it, and it is over.
	}
	if err := p.recordPostResult(at.Channel, err); err != nil {
		return err
	}
	return p.store.MarkIncidentPosted(t.Version, at)
}

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

// incidentEvent is the metadata event type of the message about an incident, to
// find the message after a lost response. The id in the metadata is the Unix time
// at which the incident began.
const incidentEvent = "inactivebot_trouble"

// incidentKey is the back-off key of that message.
const incidentKey = "trouble message"

// publishIncident posts one message that the bot is blocked, and updates it when
// the incident changes or ends. It returns the wait until the next pass.
func (p *Publisher) publishIncident(ctx context.Context) (time.Duration, error) {
	t, stale, err := p.store.StaleIncident()
	if err != nil || !stale {
		return reconcile.Idle, err
	}
	if due, left := p.state.again.Due(incidentKey); !due {
		return left, nil
	}
	if err := p.publishIncidentNow(ctx, t); err != nil {
		return p.retryLater(incidentKey, err), fmt.Errorf("post the incident: %w", err)
	}
	p.state.again.Done(incidentKey)
	p.state.again.After(incidentKey, betweenDraws)
	return betweenDraws, nil
}

// AnnounceReplaced posts that the bot has stopped because its database file was
// replaced. Saved is the name of the file with what it had stored.
func (p *Publisher) AnnounceReplaced(ctx context.Context, saved string) error {
	_, _, err := p.slack.PostMessageContext(ctx, p.options.Channel, p.body(blocks.DatabaseReplaced(saved))...)
	return err
}

func (p *Publisher) publishIncidentNow(ctx context.Context, t storage.Incident) error {
	m, at := blocks.Incident(t, problem.Text(t.Code)), t.Message
	if at.TS == "" {
		posted, err := p.post(ctx, at, p.metadata(incidentEvent, uint64(t.Since.Unix())), "", m, func() error { return p.store.MarkIncidentAttempted(time.Now().UTC()) }) //nolint:gosec // after 1970.
		if err != nil {
			return err
		}
		p.state.again.After(postKey, slackapi.BetweenPosts)
		return p.store.MarkIncidentPosted(t.Version, posted)
	}
	_, _, _, err := p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, p.body(m)...)
	if gone := cannotBeUpdated(err) || at.Channel != p.options.Channel && slackapi.ChannelUnavailable(err) != ""; gone && t.EndedAt.IsZero() {
		return p.store.MarkIncidentPosted(0, storage.Message{}) // the next pass posts a new message.
	} else if gone {
		return p.store.MarkIncidentPosted(t.Version, at) // the message was deleted and the incident is over.
	}
	if err := p.recordPostResult(at.Channel, err); err != nil {
		return err
	}
	return p.store.MarkIncidentPosted(t.Version, at)
}

package publisher

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/slackapi"
)

// channelOutageKey is the back-off key of the direct messages about the admin
// channel.
const channelOutageKey = "no channel"

// betweenMessages is the wait before a direct message that Slack definitely refused
// is sent again.
const betweenMessages = time.Hour

// recordPostResult records whether the admin channel is available, from the
// result of a post or an update. It returns err joined with its own error.
func (p *Publisher) recordPostResult(channel string, err error) error {
	if channel != p.options.Channel {
		return err
	}
	if err == nil && p.state.exposure.code != "" {
		return nil // a message without names was posted; others can still read the channel.
	}
	if err == nil {
		return p.store.EndChannelOutage(time.Now().UTC())
	}
	if code := slackapi.ChannelUnavailable(err); code != "" {
		return errors.Join(err, p.store.SetChannelOutage(code, time.Now().UTC()))
	}
	return err
}

// notifyChannelOutage sends each approver one direct message that nothing can be
// posted to the admin channel. These messages cannot be looked up, so after a
// lost response a message counts as sent.
func (p *Publisher) notifyChannelOutage(ctx context.Context) error {
	c, in, err := p.store.ChannelOutage()
	if err != nil || !in {
		return err
	}
	if due, _ := p.state.again.Due(channelOutageKey); !due {
		return nil
	}
	who, err := p.approvers.All(ctx)
	failures := []error{err}
	m := blocks.ChannelOutage(p.options.Channel, c.Code, c.Since)
	for _, user := range who {
		if !slices.Contains(c.Notified, user) && ctx.Err() == nil {
			failures = append(failures, p.notifyOnce(ctx, user, m))
		}
	}
	if err := errors.Join(failures...); err != nil {
		if p.state.again.Later(channelOutageKey); isDefinite(err) {
			p.state.again.After(channelOutageKey, betweenMessages)
		}
		return err
	}
	p.state.again.Done(channelOutageKey)
	return nil
}

func (p *Publisher) notifyOnce(ctx context.Context, user string, m blocks.Message) error {
	first, err := p.store.MarkOutageNotified(user)
	if err != nil || !first {
		return err
	}
	_, _, err = p.slack.PostMessageContext(ctx, user, p.body(m)...)
	if wasNotSent(err) || isDefinite(err) {
		return errors.Join(err, p.store.UnmarkOutageNotified(user))
	}
	if err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Str("user", user).Msg("direct message about the channel may not have been sent")
	}
	return nil
}

// isDefinite reports whether Slack refused a direct message for a reason that a
// person has to remove: the person was not told.
func isDefinite(err error) bool {
	return slackapi.IsError(err, "messages_tab_disabled", "app_access_restricted", "channel_not_found", "ekm_access_denied", "user_not_found", "user_disabled", "cannot_dm_user") ||
		strings.HasPrefix(slackapi.ChannelUnavailable(err), "restricted_action")
}

// wasNotSent reports whether a message was certainly not sent, so that it may be
// sent again.
func wasNotSent(err error) bool {
	if _, limited := errors.AsType[*slack.RateLimitedError](err); limited {
		return true
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "dial" {
		return true
	}
	return slackapi.IsError(err, "ratelimited", "internal_error", "service_unavailable")
}

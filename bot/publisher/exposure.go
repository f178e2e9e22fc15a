package publisher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

const (
	// exposureFor is how long an answer about the admin channel counts.
	exposureFor = 5 * time.Second
	// betweenReviews is how often the channel is looked at while nothing is posted.
	betweenReviews = time.Hour
)

// exposure is what Slack told last about the admin channel.
type exposure struct {
	code string    // why names may not be shown; empty: they may.
	at   time.Time // zero: not asked yet.
}

// checkExposure asks Slack again who can read the admin channel, before anything
// with names is posted. It returns why names may not be shown there, and an empty
// string if they may. An error holds the post back.
func (p *Publisher) checkExposure(ctx context.Context) (code string, err error) {
	if last := p.state.exposure; !last.at.IsZero() && time.Since(last.at) < exposureFor {
		return last.code, nil
	}
	channel := p.options.Channel
	info, err := p.slack.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	if slackapi.IsError(err, "missing_scope") {
		return "", errors.Join(err, p.store.SetChannelOutage("missing_scope", time.Now().UTC()))
	}
	if err != nil {
		return "", fmt.Errorf("ask who can read the channel: %w", p.recordPostResult(channel, err))
	}
	p.state.exposure = exposure{slackapi.Exposure(info, p.options.AllowPublic), time.Now()}
	if code = p.state.exposure.code; code == "" {
		return "", nil
	}
	zerolog.Ctx(ctx).Error().Str("exposure", code).Msg("names are not shown in the admin channel any more, because others can read it")
	return code, p.store.HideReports(code, time.Now().UTC())
}

// reviewExposure looks at the channel while nothing is posted, so that names do not
// stay where others can read them.
func (p *Publisher) reviewExposure(ctx context.Context) error {
	if time.Since(p.state.exposure.at) < betweenReviews {
		return nil
	}
	live, err := p.store.LiveReports()
	if err != nil || len(live) == 0 {
		return err
	}
	_, err = p.checkExposure(ctx)
	return err
}

// hide replaces a report's message by one without names and buttons. The report
// stays stale, so that it is drawn when the channel is private again.
func (p *Publisher) hide(ctx context.Context, r storage.Report, code string) error {
	if r.Hidden || r.Message.TS == "" {
		return nil
	}
	_, _, _, err := p.slack.UpdateMessageContext(ctx, r.Message.Channel, r.Message.TS, p.body(blocks.HiddenReport(r, code))...)
	if err != nil && !cannotBeUpdated(err) {
		return err
	}
	return p.store.MarkHidden(r.ID)
}

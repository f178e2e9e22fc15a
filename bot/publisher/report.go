package publisher

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// drawWhenDue updates a report's message, unless it was updated or failed just
// before. It returns the wait until the next attempt.
func (p *Publisher) drawWhenDue(ctx context.Context, r storage.Report) (time.Duration, error) {
	key := fmt.Sprintf("report %d", r.ID)
	if due, left := p.state.again.Due(key); !due {
		return left, nil
	}
	exposed, err := p.checkExposure(ctx)
	if err != nil {
		return p.retryLater(key, err), fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	if exposed != "" {
		p.state.again.After(key, reconcile.Idle)
		return reconcile.Idle, p.hide(ctx, r, exposed)
	}
	shown, err := p.view.Report(ctx, r)
	if err != nil {
		p.state.again.Later(key)
		return time.Second, fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	if err := p.drawWithFallback(ctx, shown); err != nil {
		return p.retryLater(key, err), fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	p.state.again.Done(key)
	gap := betweenDraws
	if r.State == storage.ReportExecuting {
		gap = betweenProgress
	}
	p.state.again.After(key, gap)
	return 0, nil
}

// drawWithFallback draws the report in the configured layout. If Slack refuses the
// table, it draws rows, now and for all later reports.
func (p *Publisher) drawWithFallback(ctx context.Context, shown blocks.Report) error {
	err := p.draw(ctx, shown)
	if !shown.Message().Experimental || !refusedBlocks(err) {
		return err
	}
	zerolog.Ctx(ctx).Warn().Err(err).Uint64("report", shown.Report.ID).Msg("slack refused the table; using rows from now on")
	if err := p.store.SetTableRefused(true); err != nil {
		return err
	}
	shown.Table = false
	return p.draw(ctx, shown)
}

// draw posts or updates a report's message, and stores its channel and timestamp.
// If Slack refuses the blocks, it sends plain text, except for a table.
func (p *Publisher) draw(ctx context.Context, shown blocks.Report) error {
	r, message := shown.Report, shown.Message()
	at := r.Message
	head, err := p.store.AuditHead()
	if err != nil {
		return err
	}
	about := reportMetadata(r, head)
	if at.TS == "" {
		posted, err := p.post(ctx, at, about, "", message, func() error { return p.store.MarkPostAttempted(r.ID, time.Now().UTC()) })
		if err != nil {
			return err
		}
		return p.store.MarkPosted(r.ID, r.Version, posted)
	}
	_, _, _, err = p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, append(p.body(message), slack.MsgOptionMetadata(about))...)
	if p.usePlainText(ctx, err, message, about) {
		_, _, _, err = p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, append(plainText(message), slack.MsgOptionMetadata(about))...)
	}
	if cannotBeUpdated(err) || at.Channel != p.options.Channel && slackapi.ChannelUnavailable(err) != "" {
		at = storage.Message{}
		if err := p.store.MarkPosted(r.ID, 0, at); err != nil {
			return err
		}
		shown.Report.Message = at
		return p.draw(ctx, shown)
	}
	if err := p.recordPostResult(at.Channel, err); err != nil {
		return err
	}
	return p.store.MarkPosted(r.ID, r.Version, at)
}

// cannotBeUpdated reports whether a message can never be updated again and must
// be replaced by a new one.
func cannotBeUpdated(err error) bool {
	return slackapi.IsError(err, "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive")
}

// betweenDraws is the shortest time between two updates of one message.
const betweenDraws = time.Second

// betweenProgress is the same while a batch runs, long enough to read the
// progress.
const betweenProgress = 2 * time.Second

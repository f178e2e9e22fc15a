package publisher

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/approvers"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/view"
	"inactivebot/storage"
)

// postKey is the back-off key of all posts to the admin channel.
const postKey = "post"

// retries contains when each message may be sent or retried, and what is known
// about the channel.
type retries struct {
	again, files *reconcile.Backoff
	exposure     exposure
}

func newRetries() *retries {
	return &retries{again: reconcile.NewBackoff(time.Second, time.Minute), files: reconcile.NewBackoff(time.Second, betweenUploads)}
}

// Options contains the settings of a [Publisher].
type Options struct {
	Channel      string // id of the admin channel.
	Product      string
	InactiveDays int
	AllowPublic  bool // names may be shown to the whole workspace.
}

// Publisher posts and updates reports, notes in their threads, files, incidents,
// and direct messages to approvers.
type Publisher struct {
	*reconcile.Loop
	store      *storage.Store
	slack      *slackapi.Client
	approvers  *approvers.Approvers
	view       *view.View
	options    Options
	nextReport func() time.Time
	state      *retries
}

// New returns a publisher. nextReport returns the time of the next scheduled
// report. For fatal see [reconcile.NewLoop].
func New(store *storage.Store, api *slackapi.Client, who *approvers.Approvers, view *view.View, o Options, nextReport func() time.Time, fatal func(context.Context, error) error) *Publisher {
	p := &Publisher{store: store, slack: api, approvers: who, view: view, options: o, nextReport: nextReport, state: newRetries()}
	p.Loop = reconcile.NewLoop("messages", p.pass, fatal)
	return p
}

// pass expires old reports and approvals, updates every report whose message is
// stale, and posts one note. It returns the wait until the next pass.
func (p *Publisher) pass(ctx context.Context) (time.Duration, error) {
	if err := errors.Join(p.store.Expire(time.Now().UTC()), p.store.ExpireApprovals(time.Now().UTC())); err != nil {
		return reconcile.Idle, err
	}
	wait := reconcile.Idle
	failures := []error{p.reviewExposure(ctx)}
	stale, err := p.store.StaleReports()
	if err != nil {
		return reconcile.Idle, err
	}
	for _, r := range slices.Backward(stale) { // newest first, because a superseded report links to its successor.
		left, err := p.drawWhenDue(ctx, r)
		wait = min(wait, left)
		failures = append(failures, err)
	}
	leftOfIncident, errIncident := p.publishIncident(ctx)
	left, err := p.postNext(ctx)
	leftOfFiles, errFiles := p.filesPass(ctx)
	return min(wait, left, leftOfIncident, leftOfFiles), errors.Join(append(failures, err, errIncident, errFiles, p.notifyChannelOutage(ctx))...)
}

// retryLater returns the wait until the next attempt: the Retry-After period, or a
// back-off.
func (p *Publisher) retryLater(key string, err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		p.state.again.After(key, limited.RetryAfter)
	} else {
		p.state.again.Later(key)
	}
	_, left := p.state.again.Due(key)
	return left
}

// noteEvent is the metadata event type of notes, to find a note after a lost
// response.
const noteEvent = "inactivebot_note"

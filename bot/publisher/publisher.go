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

const (
	// postKey is the back-off key of all posts to the admin channel.
	postKey = "post"
)

// retries keeps when each message may be sent or tried again.
type retries struct{ again, files *reconcile.Backoff }

func newRetries() *retries {
	return &retries{reconcile.NewBackoff(time.Second, time.Minute), reconcile.NewBackoff(time.Second, betweenUploads)}
}

// Options are the settings of a [Publisher].
type Options struct {
	Channel      string // the admin channel's id.
	Product      string
	InactiveDays int
}

// Publisher posts and updates everything that the bot says unasked: reports,
// notes in their threads, files, and the direct messages to approvers.
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

// New returns a publisher. NextReport returns when the schedule makes the next
// report; fatal is that of [reconcile.Loop].
func New(store *storage.Store, api *slackapi.Client, who *approvers.Approvers, view *view.View, o Options, nextReport func() time.Time, fatal func(context.Context, error) error) *Publisher {
	p := &Publisher{store: store, slack: api, approvers: who, view: view, options: o, nextReport: nextReport, state: newRetries()}
	p.Loop = reconcile.NewLoop("messages", p.pass, fatal)
	return p
}

// pass expires what is too old, updates every report whose message is stale,
// and posts one note. It returns the time after which the next pass has
// something to do.
func (p *Publisher) pass(ctx context.Context) (time.Duration, error) {
	if err := errors.Join(p.store.Expire(time.Now().UTC()), p.store.ExpireApprovals(time.Now().UTC())); err != nil {
		return reconcile.Idle, err
	}
	wait := reconcile.Idle
	stale, err := p.store.StaleReports()
	if err != nil {
		return reconcile.Idle, err
	}
	var failures []error
	for _, r := range slices.Backward(stale) { // an old report links to the one in its place.
		left, err := p.drawWhenDue(ctx, r)
		wait = min(wait, left)
		failures = append(failures, err)
	}
	leftOfTrouble, errTrouble := p.publishIncident(ctx)
	left, err := p.postNext(ctx)
	leftOfFiles, errFiles := p.filesPass(ctx)
	return min(wait, left, leftOfTrouble, leftOfFiles), errors.Join(append(failures, err, errTrouble, errFiles, p.notifyChannelOutage(ctx))...)
}

// retryLater returns the time after which to try again: as Slack says, or with
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

// The metadata by which a message is found again after a lost answer.
const (
	noteEvent = "inactivebot_note"
)

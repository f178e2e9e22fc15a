package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	// postKey is the one budget of all posts to the admin channel.
	postKey = "post"
)

// sending remembers when each message may be sent or tried again.
type sending struct{ again, files *backoff }

func newSending() *sending {
	return &sending{newBackoff(time.Second, time.Minute), newBackoff(time.Second, betweenUploads)}
}

// publisherOptions are the settings of a [Publisher].
type publisherOptions struct {
	Channel      string // the admin channel's id.
	Product      string
	InactiveDays int
}

// Publisher posts and updates everything that the bot says unasked: reports,
// notes in their threads, files, and the direct messages to approvers.
type Publisher struct {
	*loop
	store      *storage.Store
	slack      *SlackClient
	approvers  *approvers
	view       *View
	options    publisherOptions
	nextReport func() time.Time
	state      *sending
}

// newPublisher returns a publisher. NextReport returns when the schedule makes the next
// report; fatal is that of [loop].
func newPublisher(store *storage.Store, api *SlackClient, who *approvers, view *View, o publisherOptions, nextReport func() time.Time, fatal func(context.Context, error) error) *Publisher {
	p := &Publisher{store: store, slack: api, approvers: who, view: view, options: o, nextReport: nextReport, state: newSending()}
	p.loop = newLoop("messages", p.messagesPass, fatal)
	return p
}

// messagesPass retires what is too old, draws every report whose message is not
// true, and posts one note.
func (p *Publisher) messagesPass(ctx context.Context) (time.Duration, error) {
	if err := errors.Join(p.store.Expire(time.Now().UTC()), p.store.ExpireApprovals(time.Now().UTC())); err != nil {
		return idle, err
	}
	wait := idle
	stale, err := p.store.StaleReports()
	if err != nil {
		return idle, err
	}
	var failures []error
	for _, r := range slices.Backward(stale) { // an old report links to the one in its place.
		left, err := p.drawWhenDue(ctx, r)
		wait = min(wait, left)
		failures = append(failures, err)
	}
	leftOfTrouble, errTrouble := p.drawTrouble(ctx)
	left, err := p.postNext(ctx)
	leftOfFiles, errFiles := p.filesPass(ctx)
	return min(wait, left, leftOfTrouble, leftOfFiles), errors.Join(append(failures, err, errTrouble, errFiles, p.tellNoChannel(ctx))...)
}

// putOff tells when to try again: when Slack says, or later and later.
func (p *Publisher) putOff(key string, err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		p.state.again.after(key, limited.RetryAfter)
	} else {
		p.state.again.later(key)
	}
	_, left := p.state.again.due(key)
	return left
}

// The metadata by which a message is found again after a lost answer.
const (
	noteEvent = "inactivebot_note"
)

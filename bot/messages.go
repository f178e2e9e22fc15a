package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

const (
	// betweenDraws is the least time between two updates of one message: what
	// happens meanwhile is in the next one.
	betweenDraws = time.Second
	// betweenProgress is that time while a batch runs: progress is to be read, not
	// to flicker.
	betweenProgress = 2 * time.Second
	// betweenPosts is Slack's limit of messages to one channel,
	// see https://docs.slack.dev/reference/methods/chat.postMessage.
	betweenPosts = time.Second
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

// drawWhenDue draws one report's message unless that was done, or failed, just
// before; it tells when the next try is due.
func (p *Publisher) drawWhenDue(ctx context.Context, r storage.Report) (time.Duration, error) {
	key := fmt.Sprintf("report %d", r.ID)
	if due, left := p.state.again.due(key); !due {
		return left, nil
	}
	shown, err := p.view.shown(ctx, r)
	if err != nil {
		p.state.again.later(key)
		return time.Second, fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	if err := p.drawEither(ctx, shown); err != nil {
		return p.putOff(key, err), fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	p.state.again.done(key)
	gap := betweenDraws
	if r.State == storage.ReportExecuting {
		gap = betweenProgress
	}
	p.state.again.after(key, gap)
	return 0, nil
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

// drawEither draws a report with its people as a table where that is set, and in
// rows from the moment on at which Slack refuses the table.
func (p *Publisher) drawEither(ctx context.Context, shown blocks.Report) error {
	err := p.draw(ctx, shown)
	if !shown.Message().Young || !refusedBlocks(err) {
		return err
	}
	zerolog.Ctx(ctx).Warn().Err(err).Uint64("report", shown.Report.ID).Msg("slack refused the table; rows instead, from now on")
	if err := p.store.SetNoTable(true); err != nil {
		return err
	}
	shown.Table = false
	return p.draw(ctx, shown)
}

// draw posts a report's message or updates it, and keeps where it stands. What
// Slack does not take as blocks it gets as plain text, but for a table.
func (p *Publisher) draw(ctx context.Context, shown blocks.Report) error {
	r, message := shown.Report, shown.Message()
	at := r.Message
	if at.TS == "" {
		posted, err := p.post(ctx, at, reportEvent, r.ID, "", message, func() error { return p.store.MessageTried(r.ID, time.Now().UTC()) })
		if err != nil {
			return err
		}
		return p.store.Drawn(r.ID, r.Version, posted)
	}
	_, _, _, err := p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, p.body(message)...)
	if p.plainly(ctx, err, message, reportEvent, r.ID) {
		_, _, _, err = p.slack.UpdateMessageContext(ctx, at.Channel, at.TS, inPlainText(message)...)
	}
	if cannotBeUpdated(err) || at.Channel != p.options.Channel && channelRefusal(err) != "" {
		at = storage.Message{}
		if err := p.store.Drawn(r.ID, 0, at); err != nil {
			return err
		}
		shown.Report.Message = at
		return p.draw(ctx, shown)
	}
	if err := p.tried(at.Channel, err); err != nil {
		return err
	}
	return p.store.Drawn(r.ID, r.Version, at)
}

// cannotBeUpdated reports whether a message will never be updated again, so that
// a fresh one takes its place.
func cannotBeUpdated(err error) bool {
	return isSlackError(err, "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive")
}

// The metadata by which a message is found again after a lost answer.
const (
	reportEvent = "inactivebot_report"
	noteEvent   = "inactivebot_note"
)

// post posts a message once: where an earlier try may have got through, it is
// looked up first.
func (p *Publisher) post(ctx context.Context, before storage.Message, event string, id uint64, thread string, m blocks.Message, trying func() error) (storage.Message, error) {
	channel := p.options.Channel
	if !before.TriedAt.IsZero() {
		ts, err := p.findPosted(ctx, event, id, thread, before.TriedAt)
		if err != nil || ts != "" {
			return storage.Message{Channel: channel, TS: ts}, p.tried(channel, err)
		}
	}
	if err := trying(); err != nil {
		return storage.Message{}, err
	}
	about := []slack.MsgOption{slack.MsgOptionMetadata(slack.SlackMetadata{EventType: event, EventPayload: map[string]any{"id": strconv.FormatUint(id, 10)}})}
	if thread != "" {
		about = append(about, slack.MsgOptionTS(thread))
	}
	_, ts, err := p.slack.PostMessageContext(ctx, channel, append(p.body(m), about...)...)
	if p.plainly(ctx, err, m, event, id) {
		_, ts, err = p.slack.PostMessageContext(ctx, channel, append(inPlainText(m), about...)...)
	}
	return storage.Message{Channel: channel, TS: ts}, p.tried(channel, err)
}

func (p *Publisher) body(m blocks.Message) []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionDisableLinkUnfurl()}
}

// findPosted looks for a message of ours by its metadata; empty means that it
// is not there.
func (p *Publisher) findPosted(ctx context.Context, event string, id uint64, thread string, since time.Time) (string, error) {
	oldest := strconv.FormatInt(since.Add(-clockRoom).Unix(), 10)
	var found []slack.Message
	if thread == "" {
		history, err := p.slack.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: p.options.Channel, Oldest: oldest, Limit: lookBack, IncludeAllMetadata: true,
		})
		if err != nil {
			return "", fmt.Errorf("look up an earlier post: %w", err)
		}
		found = history.Messages
	} else {
		replies, _, _, err := p.slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: p.options.Channel, Timestamp: thread, Oldest: oldest, Limit: lookBack, IncludeAllMetadata: true,
		})
		if err != nil {
			return "", fmt.Errorf("look up an earlier post: %w", err)
		}
		found = replies
	}
	for _, m := range found {
		if m.Metadata.EventType == event && m.Metadata.EventPayload["id"] == strconv.FormatUint(id, 10) {
			return m.Timestamp, nil
		}
	}
	return "", nil
}

const (
	// lookBack is how many messages are searched for an earlier post.
	lookBack = 200
	// clockRoom is how far the bot's clock may be ahead of Slack's, whose time a
	// post bears: twice what the safety lock lets pass.
	clockRoom = 10 * time.Minute
)

// postNext posts the oldest note that can be posted.
func (p *Publisher) postNext(ctx context.Context) (time.Duration, error) {
	if due, left := p.state.again.due(postKey); !due {
		return left, nil
	}
	all, err := p.store.Notes()
	if err != nil {
		return idle, err
	}
	for _, n := range all {
		if n.Kind.IsFile() {
			continue // filesPass uploads it.
		}
		thread, ok, err := p.threadOf(n)
		if err != nil {
			return idle, err
		}
		if !ok {
			continue
		}
		if err := p.postNote(ctx, n, thread); err != nil {
			return p.putOff(postKey, err), fmt.Errorf("post note %d: %w", n.ID, err)
		}
		p.state.again.done(postKey)
		p.state.again.after(postKey, betweenPosts)
		return betweenPosts, nil
	}
	return idle, nil
}

// threadOf is the thread a note belongs in, empty for the channel itself; false
// while the report's own message is not posted yet.
func (p *Publisher) threadOf(n storage.Note) (thread string, ok bool, err error) {
	if n.ReportID == 0 {
		return "", true, nil
	}
	r, err := p.store.Report(n.ReportID)
	return r.Message.TS, r.Message.TS != "", err
}

func (p *Publisher) postNote(ctx context.Context, n storage.Note, thread string) error {
	m, err := p.noteMessage(ctx, n)
	if err != nil {
		return err
	}
	if m.Text == "" {
		return p.store.NotePosted(n.ID) // there is nothing left to say.
	}
	_, err = p.post(ctx, storage.Message{TriedAt: n.TriedAt}, noteEvent, n.ID, thread, m, func() error { return p.store.NoteTried(n.ID, time.Now().UTC()) })
	if isSlackError(err, "thread_not_found") && thread != "" { // the report's message is gone: a fresh one takes its place.
		return errors.Join(err, p.store.Drawn(n.ReportID, 0, storage.Message{}))
	}
	if err != nil {
		return err
	}
	return p.store.NotePosted(n.ID)
}

func (p *Publisher) noteMessage(ctx context.Context, n storage.Note) (blocks.Message, error) {
	switch n.Kind {
	case storage.NoteGreeting:
		return p.greeting(ctx), nil
	case storage.NoteEnding, storage.NoteOld:
		return p.reminder(n)
	case storage.NotePicture:
		return p.picture(ctx, n.ReportID)
	case storage.NoteBatchDone:
		return p.outcomes(ctx, n)
	case storage.NoteSource:
		r, err := p.store.Report(n.ReportID)
		if err != nil {
			return blocks.Message{}, err
		}
		sc, err := p.store.Scan(r.ScanID)
		if err != nil {
			return blocks.Message{}, err
		}
		n.Text = blocks.ScanMethod(sc)
	case storage.NoteUnmatched:
		n.Text = "These rules match nobody: " + n.Text + ". Is there a typing mistake?"
	}
	if n.Kind == storage.NoteSecondWanted {
		batch, err := p.store.Batch(n.BatchID)
		if err != nil {
			return blocks.Message{}, err
		}
		others, err := p.approvers.others(ctx, batch.ApprovedBy())
		if err != nil {
			return blocks.Message{}, err
		}
		n.Text = strings.Join(others, ",")
	}
	people, err := p.view.people(n.Accounts)
	return blocks.Note(n, people), err
}

// picture is a report seen from afar, with those before it.
func (p *Publisher) picture(ctx context.Context, report uint64) (blocks.Message, error) {
	r, err := p.store.Report(report)
	if err != nil {
		return blocks.Message{}, err
	}
	sc, errScan := p.store.Scan(r.ScanID)
	people, errPeople := p.view.candidates(ctx, r)
	past, errPast := p.store.ReportsUpTo(report, blocks.Trend)
	return blocks.Picture{Scan: sc, People: people, Past: past}.Message(), errors.Join(errScan, errPeople, errPast)
}

// outcomes is what became of everybody in a batch.
func (p *Publisher) outcomes(ctx context.Context, n storage.Note) (blocks.Message, error) {
	r, err := p.store.Report(n.ReportID)
	if err != nil {
		return blocks.Message{}, err
	}
	people, err := p.view.candidates(ctx, r)
	others := func(c storage.Candidate) bool { return c.Step.BatchID != n.BatchID || c.Step.ReportID != n.ReportID }
	return blocks.Outcomes(n, slices.DeleteFunc(people, others)), err
}

// greeting is what the bot says once in the life of a database.
func (p *Publisher) greeting(ctx context.Context) blocks.Message {
	who, _ := p.approvers.all(ctx)
	return blocks.Greeting(blocks.Hello{
		Product: p.options.Product, InactiveDays: p.options.InactiveDays, Next: p.nextReport(), Approvers: who,
	})
}

// reminder names the exclusions that end soon, or that stand for over a year, as
// seen from the report. What has been removed since is left out.
func (p *Publisher) reminder(n storage.Note) (blocks.Message, error) {
	all, err := p.store.Standing(time.Now().UTC())
	if err != nil {
		return blocks.Message{}, err
	}
	var those []storage.Standing
	for _, e := range all {
		if n.Kind == storage.NoteEnding && e.EndsSoon(n.At) || n.Kind == storage.NoteOld && e.IsOld(n.At) {
			those = append(those, e)
		}
	}
	named, err := p.view.named(those)
	return blocks.Reminder(n.Kind, named), err
}

package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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

// messagesPass retires what is too old, draws every report whose message is not
// true, and posts one note.
func (b *Bot) messagesPass(ctx context.Context) (time.Duration, error) {
	if err := errors.Join(b.store.Expire(time.Now().UTC()), b.store.ExpireApprovals(time.Now().UTC())); err != nil {
		return idle, err
	}
	wait := idle
	stale, err := b.store.StaleReports()
	if err != nil {
		return idle, err
	}
	var failures []error
	for _, r := range slices.Backward(stale) { // an old report links to the one in its place.
		left, err := b.drawWhenDue(ctx, r)
		wait = min(wait, left)
		failures = append(failures, err)
	}
	leftOfTrouble, errTrouble := b.drawTrouble(ctx)
	left, err := b.postNext(ctx)
	leftOfFiles, errFiles := b.filesPass(ctx)
	return min(wait, left, leftOfTrouble, leftOfFiles), errors.Join(append(failures, err, errTrouble, errFiles, b.tellNoChannel(ctx))...)
}

// drawWhenDue draws one report's message unless that was done, or failed, just
// before; it tells when the next try is due.
func (b *Bot) drawWhenDue(ctx context.Context, r storage.Report) (time.Duration, error) {
	key := fmt.Sprintf("report %d", r.ID)
	if due, left := b.sending.again.due(key); !due {
		return left, nil
	}
	shown, err := b.shown(ctx, r)
	if err != nil {
		b.sending.again.later(key)
		return time.Second, fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	if err := b.drawEither(ctx, shown); err != nil {
		return b.putOff(key, err), fmt.Errorf("draw report %d: %w", r.ID, err)
	}
	b.sending.again.done(key)
	gap := betweenDraws
	if r.State == storage.ReportExecuting {
		gap = betweenProgress
	}
	b.sending.again.after(key, gap)
	return 0, nil
}

// putOff tells when to try again: when Slack says, or later and later.
func (b *Bot) putOff(key string, err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		b.sending.again.after(key, limited.RetryAfter)
	} else {
		b.sending.again.later(key)
	}
	_, left := b.sending.again.due(key)
	return left
}

// drawEither draws a report with its people as a table where that is set, and in
// rows from the moment on at which Slack refuses the table.
func (b *Bot) drawEither(ctx context.Context, shown blocks.Report) error {
	err := b.draw(ctx, shown)
	if !shown.Message().Young || !refusedBlocks(err) {
		return err
	}
	b.log.Warn().Err(err).Uint64("report", shown.Report.ID).Msg("slack refused the table; rows instead, from now on")
	if err := b.store.SetNoTable(true); err != nil {
		return err
	}
	shown.Table = false
	return b.draw(ctx, shown)
}

// draw posts a report's message or updates it, and keeps where it stands. What
// Slack does not take as blocks it gets as plain text, but for a table.
func (b *Bot) draw(ctx context.Context, shown blocks.Report) error {
	r, message := shown.Report, shown.Message()
	at := r.Message
	if at.TS == "" {
		posted, err := b.post(ctx, at, reportEvent, r.ID, "", message, func() error { return b.store.MessageTried(r.ID, time.Now().UTC()) })
		if err != nil {
			return err
		}
		return b.store.Drawn(r.ID, r.Version, posted)
	}
	_, _, _, err := b.slack.UpdateMessageContext(ctx, at.Channel, at.TS, b.body(message)...)
	if b.plainly(err, message, reportEvent, r.ID) {
		_, _, _, err = b.slack.UpdateMessageContext(ctx, at.Channel, at.TS, inPlainText(message)...)
	}
	if cannotBeUpdated(err) || at.Channel != b.settings.Channel && channelRefusal(err) != "" {
		at = storage.Message{}
		if err := b.store.Drawn(r.ID, 0, at); err != nil {
			return err
		}
		shown.Report.Message = at
		return b.draw(ctx, shown)
	}
	if err := b.tried(at.Channel, err); err != nil {
		return err
	}
	return b.store.Drawn(r.ID, r.Version, at)
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
func (b *Bot) post(ctx context.Context, before storage.Message, event string, id uint64, thread string, m blocks.Message, trying func() error) (storage.Message, error) {
	channel := b.settings.Channel
	if !before.TriedAt.IsZero() {
		ts, err := b.findPosted(ctx, event, id, thread, before.TriedAt)
		if err != nil || ts != "" {
			return storage.Message{Channel: channel, TS: ts}, b.tried(channel, err)
		}
	}
	if err := trying(); err != nil {
		return storage.Message{}, err
	}
	about := []slack.MsgOption{slack.MsgOptionMetadata(slack.SlackMetadata{EventType: event, EventPayload: map[string]any{"id": strconv.FormatUint(id, 10)}})}
	if thread != "" {
		about = append(about, slack.MsgOptionTS(thread))
	}
	_, ts, err := b.slack.PostMessageContext(ctx, channel, append(b.body(m), about...)...)
	if b.plainly(err, m, event, id) {
		_, ts, err = b.slack.PostMessageContext(ctx, channel, append(inPlainText(m), about...)...)
	}
	return storage.Message{Channel: channel, TS: ts}, b.tried(channel, err)
}

func (b *Bot) body(m blocks.Message) []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionDisableLinkUnfurl()}
}

// findPosted looks for a message of ours by its metadata; empty means that it
// is not there.
func (b *Bot) findPosted(ctx context.Context, event string, id uint64, thread string, since time.Time) (string, error) {
	oldest := strconv.FormatInt(since.Add(-clockRoom).Unix(), 10)
	var found []slack.Message
	if thread == "" {
		history, err := b.slack.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: b.settings.Channel, Oldest: oldest, Limit: lookBack, IncludeAllMetadata: true,
		})
		if err != nil {
			return "", fmt.Errorf("look up an earlier post: %w", err)
		}
		found = history.Messages
	} else {
		replies, _, _, err := b.slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: b.settings.Channel, Timestamp: thread, Oldest: oldest, Limit: lookBack, IncludeAllMetadata: true,
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
func (b *Bot) postNext(ctx context.Context) (time.Duration, error) {
	if due, left := b.sending.again.due(postKey); !due {
		return left, nil
	}
	all, err := b.store.Notes()
	if err != nil {
		return idle, err
	}
	for _, n := range all {
		if n.Kind.IsFile() {
			continue // filesPass uploads it.
		}
		thread, ok, err := b.threadOf(n)
		if err != nil {
			return idle, err
		}
		if !ok {
			continue
		}
		if err := b.postNote(ctx, n, thread); err != nil {
			return b.putOff(postKey, err), fmt.Errorf("post note %d: %w", n.ID, err)
		}
		b.sending.again.done(postKey)
		b.sending.again.after(postKey, betweenPosts)
		return betweenPosts, nil
	}
	return idle, nil
}

// threadOf is the thread a note belongs in, empty for the channel itself; false
// while the report's own message is not posted yet.
func (b *Bot) threadOf(n storage.Note) (thread string, ok bool, err error) {
	if n.ReportID == 0 {
		return "", true, nil
	}
	r, err := b.store.Report(n.ReportID)
	return r.Message.TS, r.Message.TS != "", err
}

func (b *Bot) postNote(ctx context.Context, n storage.Note, thread string) error {
	m, err := b.noteMessage(ctx, n)
	if err != nil {
		return err
	}
	if m.Text == "" {
		return b.store.NotePosted(n.ID) // there is nothing left to say.
	}
	_, err = b.post(ctx, storage.Message{TriedAt: n.TriedAt}, noteEvent, n.ID, thread, m, func() error { return b.store.NoteTried(n.ID, time.Now().UTC()) })
	if isSlackError(err, "thread_not_found") && thread != "" { // the report's message is gone: a fresh one takes its place.
		return errors.Join(err, b.store.Drawn(n.ReportID, 0, storage.Message{}))
	}
	if err != nil {
		return err
	}
	return b.store.NotePosted(n.ID)
}

func (b *Bot) noteMessage(ctx context.Context, n storage.Note) (blocks.Message, error) {
	switch n.Kind {
	case storage.NoteGreeting:
		return b.greeting(ctx), nil
	case storage.NoteEnding, storage.NoteOld:
		return b.reminder(n)
	case storage.NotePicture:
		return b.picture(ctx, n.ReportID)
	case storage.NoteBatchDone:
		return b.outcomes(ctx, n)
	case storage.NoteSource:
		r, err := b.store.Report(n.ReportID)
		if err != nil {
			return blocks.Message{}, err
		}
		sc, err := b.store.Scan(r.ScanID)
		if err != nil {
			return blocks.Message{}, err
		}
		n.Text = methodText(sc)
	case storage.NoteUnmatched:
		n.Text = "These rules match nobody: " + n.Text + ". Is there a typing mistake?"
	}
	if n.Kind == storage.NoteSecondWanted {
		batch, err := b.store.Batch(n.BatchID)
		if err != nil {
			return blocks.Message{}, err
		}
		others, err := b.approvers.others(ctx, batch.ApprovedBy())
		if err != nil {
			return blocks.Message{}, err
		}
		n.Text = strings.Join(others, ",")
	}
	people, err := b.people(n.Accounts)
	return blocks.Note(n, people), err
}

// picture is a report seen from afar, with those before it.
func (b *Bot) picture(ctx context.Context, report uint64) (blocks.Message, error) {
	r, err := b.store.Report(report)
	if err != nil {
		return blocks.Message{}, err
	}
	sc, errScan := b.store.Scan(r.ScanID)
	people, errPeople := b.candidates(ctx, r)
	past, errPast := b.store.ReportsUpTo(report, blocks.Trend)
	return blocks.Picture{Scan: sc, People: people, Past: past}.Message(), errors.Join(errScan, errPeople, errPast)
}

// outcomes is what became of everybody in a batch.
func (b *Bot) outcomes(ctx context.Context, n storage.Note) (blocks.Message, error) {
	r, err := b.store.Report(n.ReportID)
	if err != nil {
		return blocks.Message{}, err
	}
	people, err := b.candidates(ctx, r)
	others := func(c storage.Candidate) bool { return c.Step.BatchID != n.BatchID || c.Step.ReportID != n.ReportID }
	return blocks.Outcomes(n, slices.DeleteFunc(people, others)), err
}

// greeting is what the bot says once in the life of a database.
func (b *Bot) greeting(ctx context.Context) blocks.Message {
	who, _ := b.approvers.all(ctx)
	return blocks.Greeting(blocks.Hello{
		Product: b.settings.Policy.Product, InactiveDays: b.settings.Policy.InactiveDays, Next: b.nextReport(), Approvers: who,
	})
}

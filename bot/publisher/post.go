package publisher

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

const reportEvent = "inactivebot_report"

// post posts a message once: if an earlier attempt may have succeeded, it looks
// for that message first, by its metadata. It calls trying before it sends the
// message.
func (p *Publisher) post(ctx context.Context, before storage.Message, about slack.SlackMetadata, thread string, m blocks.Message, trying func() error) (storage.Message, error) {
	channel := p.options.Channel
	if !before.AttemptedAt.IsZero() {
		ts, err := p.findEarlierPost(ctx, about, thread, before.AttemptedAt)
		if err != nil || ts != "" {
			return storage.Message{Channel: channel, TS: ts}, p.recordPostResult(channel, err)
		}
	}
	if err := trying(); err != nil {
		return storage.Message{}, err
	}
	options := []slack.MsgOption{slack.MsgOptionMetadata(about)}
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	_, ts, err := p.slack.PostMessageContext(ctx, channel, append(p.body(m), options...)...)
	if p.usePlainText(ctx, err, m, about) {
		_, ts, err = p.slack.PostMessageContext(ctx, channel, append(plainText(m), options...)...)
	}
	return storage.Message{Channel: channel, TS: ts}, p.recordPostResult(channel, err)
}

// body returns the parts of a message. Its buttons carry the installation.
func (p *Publisher) body(m blocks.Message) []slack.MsgOption {
	m = m.Bind(p.store.Installation())
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionDisableLinkUnfurl()}
}

// metadata identifies a note or the message about an incident in Slack.
func (p *Publisher) metadata(event string, id uint64) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: event, EventPayload: map[string]any{
		"id": strconv.FormatUint(id, 10), "installation": p.store.Installation().ID,
	}}
}

// reportMetadata identifies a report's message, and the state of the database that
// it shows: a database that does not have this audit entry is older, or another.
func reportMetadata(r storage.Report, head storage.AuditHead) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: reportEvent, EventPayload: map[string]any{
		"id": strconv.FormatUint(r.ID, 10), "version": r.Version, "audit": map[string]any{"seq": head.Seq, "hash": head.Hash},
	}}
}

// findEarlierPost looks for a message of the bot by its metadata. It returns an
// empty string if there is none.
func (p *Publisher) findEarlierPost(ctx context.Context, about slack.SlackMetadata, thread string, since time.Time) (string, error) {
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
		if m.Metadata.EventType != about.EventType || m.Metadata.EventPayload["id"] != about.EventPayload["id"] {
			continue
		}
		own, err := p.isOwn(m.Metadata)
		if err != nil || own {
			return m.Timestamp, err
		}
	}
	return "", nil
}

// isOwn reports whether this database's bot posted a message, and not another one
// that uses the same app. Messages of older versions do not tell.
func (p *Publisher) isOwn(m slack.SlackMetadata) (bool, error) {
	if from, ok := m.EventPayload["installation"].(string); ok {
		return p.store.Installation().Has(from), nil
	}
	head, ok := auditHead(m)
	if !ok {
		return true, nil
	}
	return p.store.HasAuditEntry(head)
}

const (
	// lookBack is the number of messages searched for an earlier post.
	lookBack = 200
	// clockRoom is how far the bot's clock may be ahead of Slack's clock, which
	// determines a post's time: twice the skew that the safety lock allows.
	clockRoom = 10 * time.Minute
)

// auditHead returns the audit entry in the metadata of a report's message. It
// reports false if an older version of the bot posted it.
func auditHead(m slack.SlackMetadata) (head storage.AuditHead, ok bool) {
	in, ok := m.EventPayload["audit"].(map[string]any)
	if !ok {
		return head, false
	}
	seq, isNumber := in["seq"].(float64)
	hash, isText := in["hash"].(string)
	return storage.AuditHead{Seq: uint64(max(0, seq)), Hash: hash}, isNumber && isText
}

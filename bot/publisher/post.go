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
// for that message first. It calls trying before it sends the message.
func (p *Publisher) post(ctx context.Context, before storage.Message, event string, id uint64, thread string, m blocks.Message, trying func() error) (storage.Message, error) {
	channel := p.options.Channel
	if !before.AttemptedAt.IsZero() {
		ts, err := p.findEarlierPost(ctx, event, id, thread, before.AttemptedAt)
		if err != nil || ts != "" {
			return storage.Message{Channel: channel, TS: ts}, p.recordPostResult(channel, err)
		}
	}
	if err := trying(); err != nil {
		return storage.Message{}, err
	}
	options := []slack.MsgOption{slack.MsgOptionMetadata(slack.SlackMetadata{EventType: event, EventPayload: map[string]any{"id": strconv.FormatUint(id, 10)}})}
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	_, ts, err := p.slack.PostMessageContext(ctx, channel, append(p.body(m), options...)...)
	if p.usePlainText(ctx, err, m, event, id) {
		_, ts, err = p.slack.PostMessageContext(ctx, channel, append(plainText(m), options...)...)
	}
	return storage.Message{Channel: channel, TS: ts}, p.recordPostResult(channel, err)
}

func (p *Publisher) body(m blocks.Message) []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionDisableLinkUnfurl()}
}

// findEarlierPost looks for a message of the bot by its metadata. It returns an
// empty string if there is none.
func (p *Publisher) findEarlierPost(ctx context.Context, event string, id uint64, thread string, since time.Time) (string, error) {
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
	// lookBack is the number of messages searched for an earlier post.
	lookBack = 200
	// clockRoom is how far the bot's clock may be ahead of Slack's clock, which
	// determines a post's time: twice the skew that the safety lock allows.
	clockRoom = 10 * time.Minute
)

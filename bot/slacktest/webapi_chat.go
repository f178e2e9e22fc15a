package slacktest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	maxPostText   = 40_000 // Limit of chat.postMessage in code points; longer texts are truncated.
	maxUpdateText = 4_000  // Limit of chat.update in code points; longer texts are rejected.
)

func chatMethods() map[string]method {
	return map[string]method{
		"chat.postMessage":   {scope: "chat:write", perMinute: 60, run: (*webAPI).chatPostMessage},
		"chat.update":        {scope: "chat:write", perMinute: tier3, run: (*webAPI).chatUpdate},
		"chat.delete":        {scope: "chat:write", perMinute: tier3, run: (*webAPI).chatDelete},
		"chat.postEphemeral": {scope: "chat:write", perMinute: tier4, run: (*webAPI).chatPostEphemeral},
		"chat.getPermalink":  {perMinute: 600, run: (*webAPI).chatGetPermalink},
	}
}

// chatPostMessage is https://docs.slack.dev/reference/methods/chat.postMessage. A reply whose parent is gone is posted
// at the channel's root without an error; only the missing thread_ts in the response shows it.
func (a *webAPI) chatPostMessage(c call) (object, *apiError) {
	channel, err := a.postTarget(c.str("channel"))
	if err != nil {
		return nil, err
	}
	m, err := readMessage(c.params)
	if err != nil {
		return nil, err
	}
	thread, err := a.replyThread(channel.ID, c.str("thread_ts"))
	if err != nil {
		return nil, err
	}
	m.Channel, m.ThreadTS, m.Broadcast = channel.ID, thread, c.isTrue("reply_broadcast")
	m = a.ws.post(m)
	return object{"channel": channel.ID, "ts": m.TS, "message": a.ws.messageJSON(m, true)}, nil
}

// chatUpdate is https://docs.slack.dev/reference/methods/chat.update. Text without blocks removes all blocks.
func (a *webAPI) chatUpdate(c call) (object, *apiError) {
	channel, err := a.writableChannel(c.str("channel"))
	if err != nil {
		return nil, err
	}
	old := a.ws.messages.inChannel(channel.ID, c.str("ts"))
	switch {
	case old == nil:
		return nil, failed("message_not_found")
	case old.User != botUser:
		return nil, failed("cant_update_message")
	}
	m, err := readMessage(c.params)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(m.Text) > maxUpdateText {
		return nil, invalidPayload("msg_too_long", m.Text)
	}
	a.ws.edit(old, m)
	return object{"channel": channel.ID, "ts": old.TS, "text": old.Text, "message": a.ws.messageJSON(old, true)}, nil
}

// chatDelete is https://docs.slack.dev/reference/methods/chat.delete.
func (a *webAPI) chatDelete(c call) (object, *apiError) {
	channel, err := a.writableChannel(c.str("channel"))
	if err != nil {
		return nil, err
	}
	m := a.ws.messages.inChannel(channel.ID, c.str("ts"))
	switch {
	case m == nil:
		return nil, failed("message_not_found")
	case m.User != botUser:
		return nil, failed("cant_delete_message")
	}
	m.Deleted = true
	return object{"channel": channel.ID, "ts": m.TS}, nil
}

// chatPostEphemeral is https://docs.slack.dev/reference/methods/chat.postEphemeral.
func (a *webAPI) chatPostEphemeral(c call) (object, *apiError) {
	channel, err := a.writableChannel(c.str("channel"))
	if err != nil {
		return nil, err
	}
	if !channel.has(c.str("user")) {
		return nil, failed("user_not_in_channel")
	}
	m, err := readMessage(c.params)
	if err != nil {
		return nil, err
	}
	m.Channel, m.ThreadTS, m.EphemeralTo = channel.ID, c.str("thread_ts"), c.str("user")
	m = a.ws.post(m)
	return object{"message_ts": m.TS}, nil
}

// chatGetPermalink is https://docs.slack.dev/reference/methods/chat.getPermalink.
func (a *webAPI) chatGetPermalink(c call) (object, *apiError) {
	channel, err := a.visibleChannel(c.str("channel"))
	if err != nil {
		return nil, err
	}
	ts := c.str("message_ts")
	if a.ws.messages.inChannel(channel.ID, ts) == nil {
		return nil, failed("message_not_found")
	}
	link := fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", teamDomain, channel.ID, strings.Replace(ts, ".", "", 1))
	return object{"channel": channel.ID, "permalink": link}, nil
}

// writableChannel returns a conversation that the bot may write to.
func (a *webAPI) writableChannel(id string) (*Channel, *apiError) {
	channel, err := a.visibleChannel(id)
	switch {
	case err != nil:
		return nil, err
	case channel.Archived:
		return nil, failed("is_archived")
	case !channel.has(botUser):
		return nil, failed("not_in_channel")
	}
	return channel, nil
}

// visibleChannel returns a conversation that is visible to the bot. A private channel without the bot is not found.
func (a *webAPI) visibleChannel(id string) (*Channel, *apiError) {
	channel := a.ws.channel(id)
	if channel == nil || channel.IsPrivate && !channel.has(botUser) {
		return nil, failed("channel_not_found")
	}
	return channel, nil
}

// replyThread returns the thread in which chat.postMessage posts a reply, empty for the channel's root.
func (a *webAPI) replyThread(channel, ts string) (string, *apiError) {
	if a.ws.messages.inChannel(channel, ts) == nil {
		return "", nil
	}
	return ts, a.checkThread(channel, ts)
}

// checkThread fails unless a reply can be posted to the message. An empty ts means no thread.
func (a *webAPI) checkThread(channel, ts string) *apiError {
	if ts == "" {
		return nil
	}
	parent := a.ws.messages.inChannel(channel, ts)
	switch {
	case parent == nil:
		return failed("thread_not_found")
	case parent.isReply():
		return failed("cannot_reply_to_message")
	}
	return nil
}

// readMessage reads and validates text, blocks and metadata.
func readMessage(p params) (*Message, *apiError) {
	m := &Message{Text: truncate(p.str("text"), maxPostText)}
	blocks, err := readBlocks(p)
	if err != nil {
		return nil, err
	}
	m.Blocks = blocks
	if m.Metadata, err = readMetadata(p); err != nil {
		return nil, err
	}
	if strings.TrimSpace(m.Text) == "" && len(m.Blocks) == 0 {
		return nil, invalidPayload("no_text", object(p))
	}
	return m, nil
}

func readBlocks(p params) ([]object, *apiError) {
	value, err := p.value("blocks")
	if err != nil {
		return nil, invalidPayload("invalid_blocks_format", p["blocks"])
	}
	if value == nil {
		return nil, nil
	}
	if err := validateBlocks(value); err != nil {
		return nil, err
	}
	return objects(value), nil
}

// readMetadata reads message metadata, https://docs.slack.dev/messaging/message-metadata.
func readMetadata(p params) (object, *apiError) {
	value, err := p.value("metadata")
	if err != nil {
		return nil, invalidPayload("invalid_metadata_format", p["metadata"])
	}
	if value == nil {
		return nil, nil
	}
	metadata, ok := value.(object)
	if !ok || str(metadata, "event_type") == "" || child(metadata, "event_payload") == nil {
		return nil, invalidPayload("invalid_metadata_schema", value, "[ERROR] event_type and event_payload are required")
	}
	return metadata, nil
}

func truncate(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit])
}

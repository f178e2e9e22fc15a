package slacktest

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
)

// Message is a stored message. Ephemeral messages are stored separately.
type Message struct {
	Type     string   `json:"type"`
	Subtype  string   `json:"subtype,omitempty"`
	Channel  string   `json:"channel"`
	TS       string   `json:"ts"`
	ThreadTS string   `json:"thread_ts,omitempty"` // Empty unless the message is in or starts a thread.
	User     string   `json:"user"`
	BotID    string   `json:"bot_id,omitempty"`
	AppID    string   `json:"app_id,omitempty"`
	Team     string   `json:"team,omitempty"`
	Text     string   `json:"text"`
	Blocks   []object `json:"blocks,omitempty"`
	Metadata object   `json:"metadata,omitempty"`
	Edited   *Edited  `json:"edited,omitempty"`
	Files    []object `json:"files,omitempty"`
	Deleted  bool     `json:"deleted,omitempty"`
	// EphemeralTo is the only person who sees the message. Empty for other messages.
	EphemeralTo string `json:"ephemeral_to,omitempty"`
	// Broadcast shows a reply in the channel too.
	Broadcast bool `json:"-"`
}

// Edited is the last edit of a message.
type Edited struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

// messages holds all messages, ordered by ts.
type messages struct {
	all        []*Message
	ephemerals []*Message
	lastTS     int64 // The last ts, in microseconds. It is unique.
}

func (w *workspace) listMessages(channel string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return selected(w.messages.all, func(m *Message) bool { return channel == "" || m.Channel == channel })
}

func (w *workspace) listEphemerals(user string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return selected(w.messages.ephemerals, func(m *Message) bool { return user == "" || m.EphemeralTo == user })
}

func selected(all []*Message, matches func(*Message) bool) []Message {
	found := []Message{}
	for _, m := range all {
		if matches(m) {
			found = append(found, *m)
		}
	}
	return found
}

// findAny returns a message that is not deleted, ephemeral or not, or nil. An empty channel matches any channel.
func (m *messages) findAny(channel, ts string) *Message {
	is := func(m *Message) bool { return m.TS == ts && !m.Deleted && (channel == "" || m.Channel == channel) }
	if message := find(m.all, is); message != nil {
		return message
	}
	return find(m.ephemerals, is)
}

// inChannel returns a message of the channel that is neither deleted nor ephemeral, or nil.
func (m *messages) inChannel(channel, ts string) *Message {
	return find(m.all, func(m *Message) bool { return m.TS == ts && !m.Deleted && m.Channel == channel })
}

// nextTS returns a ts later than all earlier ones. Slack guarantees this within a channel. The caller holds mu.
func (w *workspace) nextTS() string {
	w.messages.lastTS = max(w.options.Now().UnixMicro(), w.messages.lastTS+1)
	return fmt.Sprintf("%d.%06d", w.messages.lastTS/1e6, w.messages.lastTS%1e6)
}

// post stores a message under a new ts. The default user is the bot. The caller holds mu.
func (w *workspace) post(m *Message) *Message {
	m.Type, m.TS, m.Team = "message", w.nextTS(), teamID
	if m.User == "" {
		m.User, m.BotID, m.AppID = botUser, botID, appID
	}
	m.Blocks = addMissingIDs(m.Blocks)
	if m.EphemeralTo != "" {
		w.messages.ephemerals = append(w.messages.ephemerals, m)
	} else {
		w.messages.all = append(w.messages.all, m)
		w.markThread(m)
	}
	w.notify()
	return m
}

// markThread marks the parent of a reply as a thread.
func (w *workspace) markThread(reply *Message) {
	if parent := w.messages.inChannel(reply.Channel, reply.ThreadTS); parent != nil {
		parent.ThreadTS = parent.TS
	}
}

// isReply reports whether the message is in a thread and did not start it.
func (m *Message) isReply() bool { return m.ThreadTS != "" && m.ThreadTS != m.TS }

// messageJSON returns the message as it appears in the Web API and in payloads.
func (w *workspace) messageJSON(m *Message, withMetadata bool) object {
	wire := object{"type": m.Type, "user": m.User, "ts": m.TS, "text": m.Text, "team": m.Team}
	optional := object{
		"subtype": m.Subtype, "bot_id": m.BotID, "app_id": m.AppID, "thread_ts": m.ThreadTS,
	}
	for name, v := range optional {
		if v != "" {
			wire[name] = v
		}
	}
	if len(m.Blocks) > 0 {
		wire["blocks"] = m.Blocks
	}
	if len(m.Files) > 0 {
		wire["files"] = m.Files
	}
	if m.Edited != nil {
		wire["edited"] = m.Edited
	}
	if withMetadata && m.Metadata != nil {
		wire["metadata"] = m.Metadata
	}
	w.addThreadInfo(wire, m)
	return wire
}

// addThreadInfo adds the count and the latest of the replies to the first message of a thread.
func (w *workspace) addThreadInfo(wire object, m *Message) {
	if m.ThreadTS != m.TS {
		return
	}
	replies := selected(w.messages.all, func(r *Message) bool {
		return r.Channel == m.Channel && r.ThreadTS == m.TS && r.TS != m.TS && !r.Deleted
	})
	wire["reply_count"] = len(replies)
	if len(replies) > 0 {
		wire["latest_reply"] = replies[len(replies)-1].TS
	}
}

// addMissingIDs adds missing block_ids and action_ids, as Slack does, and returns the blocks.
func addMissingIDs(blocks []object) []object {
	for _, block := range blocks {
		if block["block_id"] == nil || block["block_id"] == "" {
			block["block_id"] = shortID()
		}
		for _, element := range elementsOf(block) {
			if elementTypes[str(element, "type")].interactive && str(element, "action_id") == "" {
				element["action_id"] = shortID()
			}
		}
	}
	return blocks
}

// shortID returns a random id of five characters, like those that Slack generates for blocks.
func shortID() string { return rand.Text()[:5] }

// compareTS compares two timestamps, which are strings.
func compareTS(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) }

// newestFirst returns the messages in the order of conversations.history.
func newestFirst(all []Message) []Message {
	slices.Reverse(all)
	return all
}

// edit replaces text and blocks of a stored message, and its metadata if m has any. The caller holds mu.
func (w *workspace) edit(old, m *Message) {
	old.Text, old.Blocks = m.Text, addMissingIDs(m.Blocks)
	if m.Metadata != nil {
		old.Metadata = m.Metadata
	}
	old.Edited = &Edited{User: botUser, TS: w.nextTS()}
	w.notify()
}

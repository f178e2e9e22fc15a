package slacktest

import (
	"cmp"
	"html/template"
	"slices"
)

// pageData is the input of the templates: one conversation as one person sees it.
type pageData struct {
	User        User
	People      []User // The people that can be played.
	Channel     Channel
	Channels    []Channel
	Threads     []thread
	Modal       *View
	Command     string
	Completions []Completion
	Panel       template.HTML
	// Since is the ts at which the page was loaded. As in Slack, older ephemeral messages are not shown.
	Since string
}

// thread is a message with its replies.
type thread struct {
	Message
	Replies []Message
	Open    bool // Whether the replies are expanded initially: true for the newest thread.
}

// data returns the data of a conversation, or of the person's first one if the given one is not visible to them. It
// reports false if the person does not exist or is in no conversation.
func (p *page) data(user, channel, since string) (pageData, bool) {
	user, channel = cmp.Or(user, fixedUsers.Approver), cmp.Or(channel, adminChannel)
	d := pageData{Since: since, Command: p.ws.options.Commands[0], Completions: p.ws.options.Completions}
	for _, u := range p.ws.listUsers() {
		switch u.ID {
		case fixedUsers.Approver, fixedUsers.Approver2, fixedUsers.Member, fixedUsers.Guest, colleagueID:
			d.People = append(d.People, u)
		}
		if u.ID == user {
			d.User = u
		}
	}
	for _, c := range p.ws.listChannels() {
		if !c.has(user) {
			continue
		}
		d.Channels = append(d.Channels, c)
		if c.ID == channel || d.Channel.ID == "" {
			d.Channel = c
		}
	}
	d.Threads = groupThreads(p.visibleMessages(user, d.Channel.ID, since))
	if open := p.ws.listViews(user); len(open) > 0 {
		d.Modal = &open[len(open)-1]
	}
	return d, d.User.ID != "" && d.Channel.ID != ""
}

// visibleMessages returns the messages that the person sees in a channel, oldest first. It omits ephemeral messages
// older than since.
func (p *page) visibleMessages(user, channel, since string) []Message {
	all := p.ws.listMessages(channel)
	for _, m := range p.ws.listEphemerals(user) {
		if m.Channel == channel && !m.Deleted && compareTS(m.TS, since) >= 0 {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b Message) int { return compareTS(a.TS, b.TS) })
	return all
}

// groupThreads groups replies under their parent messages. A deleted parent stays while it has replies.
func groupThreads(all []Message) []thread {
	var found []thread
	at := map[string]int{}
	for _, m := range all {
		first, isReply := at[m.ThreadTS]
		switch {
		case m.isReply() && isReply && !m.Deleted:
			found[first].Replies = append(found[first].Replies, m)
		case !m.isReply():
			at[m.TS] = len(found)
			found = append(found, thread{Message: m})
		}
	}
	for i, t := range slices.Backward(found) {
		if len(t.Replies) > 0 {
			found[i].Open = true
			break
		}
	}
	shown := found[:0]
	for _, t := range found {
		if !t.Deleted || len(t.Replies) > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}

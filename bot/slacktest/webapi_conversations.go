package slacktest

import (
	"slices"
	"strconv"
	"strings"
)

// pageSize is the default number of items on a page, maxPage the maximum.
const (
	pageSize = 100
	maxPage  = 999
)

func conversationMethods() map[string]method {
	return map[string]method{
		"conversations.list":    {perMinute: tier2, run: (*webAPI).conversationsList},
		"conversations.info":    {perMinute: tier3, run: (*webAPI).conversationsInfo},
		"conversations.members": {perMinute: tier4, run: (*webAPI).conversationsMembers},
		"conversations.history": {perMinute: tier3, run: (*webAPI).conversationsHistory},
		"conversations.replies": {perMinute: tier3, run: (*webAPI).conversationsReplies},
		"conversations.open":    {scope: "im:write", perMinute: tier3, run: (*webAPI).conversationsOpen},
	}
}

// readableChannel returns a conversation if the token has the scope for its type; what is "read" or "history".
func (a *webAPI) readableChannel(id, what string) (*Channel, *apiError) {
	channel, err := a.visibleChannel(id)
	if err != nil {
		return nil, err
	}
	kind := "channels:"
	switch {
	case channel.IsIM:
		kind = "im:"
	case channel.IsPrivate:
		kind = "groups:"
	}
	if err := a.ws.options.requireScope(kind + what); err != nil {
		return nil, err
	}
	return channel, nil
}

// conversationsInfo is https://docs.slack.dev/reference/methods/conversations.info.
func (a *webAPI) conversationsInfo(c call) (object, *apiError) {
	channel, err := a.readableChannel(c.str("channel"), "read")
	if err != nil {
		return nil, err
	}
	info := conversationJSON(channel)
	if c.isTrue("include_num_members") {
		info["num_members"] = len(channel.Members)
	}
	return object{"channel": info}, nil
}

func conversationJSON(c *Channel) object {
	info := object{
		"id": c.ID, "is_im": c.IsIM, "is_archived": c.Archived, "is_private": c.IsPrivate, "context_team_id": teamID,
		"is_channel": !c.IsPrivate, "is_group": c.IsPrivate && !c.IsIM, "is_mpim": false, "created": 1_700_000_000,
		"is_shared": c.IsShared || c.IsOrg, "is_ext_shared": c.IsShared, "is_org_shared": c.IsOrg, "updated": 1_700_000_000_000,
	}
	if c.IsIM {
		info["user"] = c.User
		return info
	}
	info["name"], info["name_normalized"] = c.Name, c.Name
	info["is_member"], info["creator"], info["is_general"] = c.has(botUser), fixedUsers.Approver, false
	info["topic"], info["purpose"] = object{"value": ""}, object{"value": ""}
	return info
}

// conversationsMembers is https://docs.slack.dev/reference/methods/conversations.members.
func (a *webAPI) conversationsMembers(c call) (object, *apiError) {
	channel, err := a.readableChannel(c.str("channel"), "read")
	if err != nil {
		return nil, err
	}
	page, next, err := paginate(channel.Members, c.params)
	if err != nil {
		return nil, err
	}
	return object{"members": page, "response_metadata": object{"next_cursor": next}}, nil
}

// conversationsHistory is https://docs.slack.dev/reference/methods/conversations.history: newest first, without replies
// unless they were broadcast.
func (a *webAPI) conversationsHistory(c call) (object, *apiError) {
	channel, err := a.joinedChannel(c.str("channel"))
	if err != nil {
		return nil, err
	}
	found := newestFirst(selected(a.ws.messages.all, func(m *Message) bool {
		return m.Channel == channel.ID && !m.Deleted && (!m.isReply() || m.Broadcast) && inTimeRange(m.TS, c.params)
	}))
	return a.messagePage(found, c)
}

// conversationsReplies is https://docs.slack.dev/reference/methods/conversations.replies: the first message and its
// replies, oldest first.
func (a *webAPI) conversationsReplies(c call) (object, *apiError) {
	channel, err := a.joinedChannel(c.str("channel"))
	if err != nil {
		return nil, err
	}
	ts := c.str("ts")
	if a.ws.messages.inChannel(channel.ID, ts) == nil {
		return nil, failed("thread_not_found")
	}
	found := selected(a.ws.messages.all, func(m *Message) bool {
		belongs := m.TS == ts || m.ThreadTS == ts && inTimeRange(m.TS, c.params)
		return m.Channel == channel.ID && !m.Deleted && belongs
	})
	return a.messagePage(found, c)
}

func (a *webAPI) joinedChannel(id string) (*Channel, *apiError) {
	channel, err := a.readableChannel(id, "history")
	switch {
	case err != nil:
		return nil, err
	case !channel.has(botUser):
		return nil, failed("not_in_channel")
	}
	return channel, nil
}

func (a *webAPI) messagePage(found []Message, c call) (object, *apiError) {
	page, next, err := paginate(found, c.params)
	if err != nil {
		return nil, err
	}
	wire := make([]object, 0, len(page))
	for i := range page {
		wire = append(wire, a.ws.messageJSON(&page[i], c.isTrue("include_all_metadata")))
	}
	return object{"messages": wire, "has_more": next != "", "response_metadata": object{"next_cursor": next}}, nil
}

// inTimeRange reports whether a ts is between oldest and latest.
func inTimeRange(ts string, p params) bool {
	oldest, latest := p.str("oldest"), p.str("latest")
	if oldest != "" && oldest != "0" && !after(ts, oldest, p.isTrue("inclusive")) {
		return false
	}
	return latest == "" || after(latest, ts, p.isTrue("inclusive"))
}

func after(a, b string, orEqual bool) bool {
	order := compareTS(fullTS(a), fullTS(b))
	return order > 0 || orEqual && order == 0
}

// fullTS adds the fraction that callers may omit.
func fullTS(ts string) string {
	seconds, fraction, _ := strings.Cut(ts, ".")
	return seconds + "." + (fraction + "000000")[:6]
}

// paginate returns the page selected by limit and cursor, and the cursor of the next page.
func paginate[T any](all []T, p params) ([]T, string, *apiError) {
	from := 0
	if cursor := p.str("cursor"); cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, cursorPrefix))
		if err != nil || !strings.HasPrefix(cursor, cursorPrefix) || n < 0 || n > len(all) {
			return nil, "", failed("invalid_cursor")
		}
		from = n
	}
	limit := p.number("limit", pageSize)
	if limit == 0 {
		limit = pageSize
	}
	if limit < 0 || limit > maxPage+1 {
		return nil, "", failed("invalid_limit")
	}
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = cursorPrefix + strconv.Itoa(to)
	}
	return slices.Clone(all[from:to]), next, nil
}

// cursorPrefix makes cursors opaque, so that clients do not compute them.
const cursorPrefix = "bmV4dDo-"

package slacktest

import "strings"

// conversationsOpen is https://docs.slack.dev/reference/methods/conversations.open, for one user. It returns the same
// direct message each time.
func (a *webAPI) conversationsOpen(c call) (object, *apiError) {
	users := c.str("users")
	switch {
	case users == "":
		return nil, failed("users_list_not_supplied")
	case strings.Contains(users, ","):
		return nil, failed("method_not_supported_for_channel_type")
	}
	if err := a.checkOpen(users); err != nil {
		return nil, err
	}
	channel := a.ws.openDirectMessage(users)
	if c.isTrue("return_im") {
		return object{"channel": conversationJSON(channel)}, nil
	}
	return object{"channel": object{"id": channel.ID}}, nil
}

// checkOpen returns the error of conversations.open for a user with whom the bot cannot open a direct message. Unlike
// chat.postMessage, it refuses deactivated people.
func (a *webAPI) checkOpen(user string) *apiError {
	u := a.ws.user(user)
	switch {
	case u == nil:
		return failed("user_not_found")
	case u.IsBot:
		return failed("cannot_dm_bot")
	case u.deactivated():
		return failed("user_disabled")
	case u.isForeign():
		return failed("cannot_dm_user")
	}
	return nil
}

// postTarget returns the conversation for a message of chat.postMessage. Only this method accepts a user id, which opens
// the direct message. All direct messages need the app's Messages tab.
func (a *webAPI) postTarget(id string) (*Channel, *apiError) {
	u := a.ws.user(id)
	if u == nil {
		channel, err := a.writableChannel(id)
		if err == nil && channel.IsIM && !a.ws.messagesTab {
			err = failed("messages_tab_disabled")
		}
		return channel, err
	}
	switch {
	case u.IsBot, u.isForeign():
		return nil, failed("channel_not_found")
	case !a.ws.messagesTab:
		return nil, failed("messages_tab_disabled")
	}
	return a.ws.openDirectMessage(id), nil
}

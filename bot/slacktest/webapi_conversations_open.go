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

// checkOpen returns the error of conversations.open for a user with whom the bot cannot have a direct message.
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

// directMessageTo returns the direct message with a user for chat.postMessage, which unlike conversations.open also
// accepts deactivated people. People of other workspaces and bots have none.
func (a *webAPI) directMessageTo(u *User) (*Channel, *apiError) {
	if u.IsBot || u.isForeign() {
		return nil, failed("channel_not_found")
	}
	return a.ws.openDirectMessage(u.ID), nil
}

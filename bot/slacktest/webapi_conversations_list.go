package slacktest

import "strings"

// conversationTypes are the types of conversations.list, with the scope that each needs.
var conversationTypes = map[string]string{
	"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read",
}

// conversationsList is https://docs.slack.dev/reference/methods/conversations.list: all public channels, and the
// conversations of other types that the bot is in.
func (a *webAPI) conversationsList(c call) (object, *apiError) {
	types := c.str("types")
	if types == "" {
		types = "public_channel"
	}
	wanted := map[string]bool{}
	for kind := range strings.SplitSeq(types, ",") {
		kind = strings.TrimSpace(kind)
		scope, known := conversationTypes[kind]
		if !known {
			return nil, failed("invalid_types")
		}
		if err := a.ws.options.requireScope(scope); err != nil {
			return nil, err
		}
		wanted[kind] = true
	}
	channels := []object{}
	for _, channel := range a.ws.channels {
		if wanted[channel.kind()] && (!channel.IsPrivate || channel.has(botUser)) && (!channel.Archived || !c.isTrue("exclude_archived")) {
			channels = append(channels, conversationJSON(channel))
		}
	}
	page, next, err := paginate(channels, c.params)
	if err != nil {
		return nil, err
	}
	return object{"channels": page, "response_metadata": object{"next_cursor": next}}, nil
}

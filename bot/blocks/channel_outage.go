package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// outageNote says when the bot could not reach the channel or Slack.
func outageNote(n storage.Note) string {
	from, to := LocalTime(n.At), LocalTime(n.Until)
	if n.Kind == storage.NoteChannelBack {
		return fmt.Sprintf("The bot can post here again. It could not post from %s to %s. All messages are up to date now.", from, to)
	}
	return fmt.Sprintf("The bot was not connected to Slack from %s to %s. Buttons pressed in that time had no effect. Check the report and press again.", from, to)
}

// ChannelOutage is the direct message to an approver while nothing can be posted in the
// admin channel. Code is the error code of Slack.
func ChannelOutage(channel, code string, since time.Time) Message {
	problem, fix := channelProblem(code)
	text := fmt.Sprintf("inactivebot has been unable to post reports in <#%s> since %s: %s. Until this is fixed no report can be shown, "+
		"no one is suspended from a report that is not shown, and a running batch stops and waits for Resume. To fix it, %s. "+
		"The bot posts again as soon as it can, and says so in the channel. To use another channel, set INACTIVEBOT_CHANNEL.",
		Escape(channel), LocalTime(since), problem, fix)
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}

// channelProblem returns what Slack's error code means, and how to fix it.
func channelProblem(code string) (problem, fix string) {
	switch code {
	case "is_archived":
		return "the channel is archived", "unarchive it"
	case "not_in_channel":
		return "the bot is no longer a member of the channel", "invite it again"
	case "shared_outside":
		return "the channel is shared outside the organisation, so people from outside could read the names", "stop sharing it"
	case "public":
		return "the channel is public, so the whole workspace could read the names", "make it private"
	case "missing_scope":
		return "the bot may not read who can see the channel", "add the scopes of the manifest to the app and install it again"
	case "channel_not_found":
		return "the channel was deleted, or it is private and the bot is no longer a member", "invite the bot again"
	}
	return "a setting of the channel or the workspace does not let the bot post", "allow it to post in the settings of the channel"
}

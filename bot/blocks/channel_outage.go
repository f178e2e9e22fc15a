package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// outageNote tells from when to when people and the bot did not hear each
// other.
func outageNote(n storage.Note) string {
	from, until := Local(n.At), Local(n.Until)
	if n.Kind == storage.NoteChannelBack {
		return fmt.Sprintf("The bot can post here again. It could not from %s to %s; what happened meanwhile is up to date now.", from, until)
	}
	return fmt.Sprintf("The bot was not connected to Slack from %s to %s. Presses from that time did not count: please look at the report and press again.", from, until)
}

// NoChannel tells an approver, in a direct message, that nothing can be posted
// to the admin channel, what that means and what to do. Code is Slack's.
func NoChannel(channel, code string, since time.Time) Message {
	what, do := channelProblem(code)
	text := fmt.Sprintf("inactivebot has not been able to post in <#%s> since %s: %s. Until that is mended no report can be shown, "+
		"nobody is suspended from a report that nobody sees, and a batch under way stops and waits for Resume. To mend it: %s. "+
		"The bot posts again as soon as it can, and says so in the channel. Another channel can be named with INACTIVEBOT_CHANNEL.",
		Escape(channel), Local(since), what, do)
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}

// channelProblem is what Slack's code means, and the way out.
func channelProblem(code string) (what, do string) {
	switch code {
	case "is_archived":
		return "the channel is archived", "unarchive it"
	case "not_in_channel":
		return "the bot is no longer a member of the channel", "invite it there again"
	case "channel_not_found":
		return "the channel is gone, or it is private and the bot is no longer a member", "invite the bot there again"
	}
	return "a setting of the channel or the workspace does not let the bot post", "allow it to post under the channel's settings"
}

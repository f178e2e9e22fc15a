package doctor

import (
	"context"
	"errors"

	"github.com/slack-go/slack"
)

const channelCheck = "channel"

// channel looks at the admin channel: it must be the bot's, private, and of this
// organisation alone.
func (d *Doctor) channel(ctx context.Context) []Check {
	info, err := d.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: d.Settings.Channel})
	var said slack.SlackErrorResponse
	switch {
	case errors.As(err, &said) && (said.Err == "channel_not_found" || said.Err == "method_not_supported_for_channel_type"):
		return []Check{inSlack(channelCheck, "Slack shows the bot no channel "+d.Settings.Channel+" (INACTIVEBOT_CHANNEL).",
			"copy the id from the channel's About, and type /invite @inactivebot in the channel")}
	case err != nil:
		return []Check{slackFailed(channelCheck, err, "paste the output of `inactivebot manifest` at "+appsPage+" → App Manifest, then install the app again")}
	}
	return []Check{d.judgeChannel(info)}
}

func (d *Doctor) judgeChannel(c *slack.Channel) Check {
	public := !c.IsPrivate && !c.IsGroup && !c.IsIM && !c.IsMpIM
	switch {
	case c.IsArchived:
		return inSlack(channelCheck, "The channel (INACTIVEBOT_CHANNEL) is archived.", "take it out of the archive, or set INACTIVEBOT_CHANNEL to another")
	case c.IsExtShared || c.IsPendingExtShared || c.IsShared && !c.IsOrgShared:
		return failure(channelCheck, "The channel (INACTIVEBOT_CHANNEL) is shared outside the organisation: strangers would read the names.",
			"set INACTIVEBOT_CHANNEL to a private channel of your own")
	case public && !d.Settings.AllowPublicChannel:
		return failure(channelCheck, "The channel (INACTIVEBOT_CHANNEL) is public: everybody could read the names.",
			"make it private, or set INACTIVEBOT_ALLOW_PUBLIC_CHANNEL=true")
	case !c.IsMember:
		return inSlack(channelCheck, "The bot is not in the channel (INACTIVEBOT_CHANNEL).", "type /invite @inactivebot in the channel")
	case public:
		return warning(channelCheck, "The channel #"+c.Name+" is public, as INACTIVEBOT_ALLOW_PUBLIC_CHANNEL allows.", "make it private if not everybody should read the names")
	}
	return good(channelCheck, "#%s is private and the bot is in it.", c.Name)
}

// inSlack is a failure that somebody can mend in Slack while the bot runs.
func inSlack(name, said, fix string) Check {
	c := failure(name, said, fix)
	c.InSlack = true
	return c
}

package doctor

import (
	"context"
	"errors"

	"inactivebot/bot/slackapi"

	"github.com/slack-go/slack"
)

const channelCheck = "channel"

// channel checks that the bot is in the admin channel, and that the channel is
// private and not shared outside the organisation.
func (d *Doctor) channel(ctx context.Context) []Check {
	info, err := d.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: d.Settings.Channel})
	var said slack.SlackErrorResponse
	switch {
	case errors.As(err, &said) && (said.Err == "channel_not_found" || said.Err == "method_not_supported_for_channel_type"):
		return []Check{inSlack(channelCheck, "The bot cannot see the channel "+d.Settings.Channel+" (INACTIVEBOT_CHANNEL).",
			"copy the id from the channel's About tab, and type /invite @inactivebot in the channel")}
	case err != nil:
		return []Check{slackFailed(channelCheck, err, slackapi.AsFatal(err))}
	}
	return []Check{d.judgeChannel(info)}
}

func (d *Doctor) judgeChannel(c *slack.Channel) Check {
	public, exposed := slackapi.IsPublic(c), slackapi.Exposure(c, d.Settings.AllowPublicChannel)
	switch {
	case c.IsArchived:
		return inSlack(channelCheck, "The channel (INACTIVEBOT_CHANNEL) is archived.", "unarchive it, or set INACTIVEBOT_CHANNEL to another channel")
	case exposed == slackapi.ExposedOutside:
		return failure(channelCheck, "The channel (INACTIVEBOT_CHANNEL) is shared outside the organisation, so people from outside could read the names.",
			"set INACTIVEBOT_CHANNEL to a private channel that is not shared")
	case exposed == slackapi.ExposedPublic:
		return failure(channelCheck, "The channel (INACTIVEBOT_CHANNEL) is public, so the whole workspace could read the names.",
			"make it private, or set INACTIVEBOT_ALLOW_PUBLIC_CHANNEL=true")
	case !c.IsMember:
		return inSlack(channelCheck, "The bot is not in the channel (INACTIVEBOT_CHANNEL).", "type /invite @inactivebot in the channel")
	case public:
		return warning(channelCheck, "The channel #"+c.Name+" is public, as INACTIVEBOT_ALLOW_PUBLIC_CHANNEL allows.", "make it private unless the whole workspace may read the names")
	}
	return good(channelCheck, "#%s is private and the bot is in it.", c.Name)
}

// inSlack returns a failure that can be fixed in Slack while the bot runs.
func inSlack(name, said, fix string) Check {
	c := failure(name, said, fix)
	c.InSlack = true
	return c
}

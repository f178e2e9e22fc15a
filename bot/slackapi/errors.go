package slackapi

import (
	"errors"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// IsError reports whether err is an error of Slack with one of the codes.
func IsError(err error, codes ...string) bool {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok && slices.Contains(codes, said.Err)
}

// ChannelUnavailable returns Slack's error code if the bot cannot post to the
// channel, because it is archived, deleted or restricted, or because the bot was
// removed. It returns an empty string for any other error.
func ChannelUnavailable(err error) string {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return ""
	}
	if slices.Contains([]string{"is_archived", "not_in_channel", "channel_not_found"}, said.Err) || strings.HasPrefix(said.Err, "restricted_action") {
		return said.Err
	}
	return ""
}

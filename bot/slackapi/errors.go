package slackapi

import (
	"errors"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// IsError reports whether an error is one of these error codes of Slack.
func IsError(err error, codes ...string) bool {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok && slices.Contains(codes, said.Err)
}

// ChannelUnavailable returns Slack's error code if nothing can be posted to a
// channel (archived, deleted, closed to the bot, or the bot was removed), and
// an empty string for any other error.
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

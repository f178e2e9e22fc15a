package slackapi

import "github.com/slack-go/slack"

// The reasons why names may not be shown in a channel.
const (
	ExposedOutside = "shared_outside" // people from outside the organisation can read it.
	ExposedPublic  = "public"         // the whole workspace can read it.
)

// Exposure returns why the names of people may not be shown in a channel, and an
// empty string if they may.
func Exposure(c *slack.Channel, allowPublic bool) string {
	switch {
	case c.IsExtShared || c.IsPendingExtShared || c.IsShared && !c.IsOrgShared:
		return ExposedOutside
	case IsPublic(c) && !allowPublic:
		return ExposedPublic
	}
	return ""
}

// IsPublic reports whether the whole workspace can read a channel.
func IsPublic(c *slack.Channel) bool { return !c.IsPrivate && !c.IsGroup && !c.IsIM && !c.IsMpIM }

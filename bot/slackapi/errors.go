package slackapi

import (
	"errors"
	"slices"
	"strings"

	"inactivebot/bot/problem"

	"github.com/slack-go/slack"
)

// fatalCodes are the error codes of Slack that no retry can resolve, with their
// explanations.
var fatalCodes = map[string]string{
	"invalid_auth":           "Slack rejected the token",
	"not_authed":             "Slack received no token",
	"account_inactive":       "the token's app was removed from the workspace",
	"token_revoked":          "the token was revoked",
	"token_expired":          "the token has expired",
	"not_allowed_token_type": "the token has the wrong type: SLACK_BOT_TOKEN starts with xoxb-, SLACK_APP_TOKEN with xapp-",
	"missing_scope":          "a scope is missing: install the app again with the output of `inactivebot manifest`",
	"forbidden_team":         "the app is not allowed in this workspace",
	"link_disabled":          "Socket Mode is off for the app: turn it on at api.slack.com/apps",
}

// AsFatal returns a [problem.CredentialsError] for an error of Slack that no retry
// can resolve, and nil for any other error.
func AsFatal(err error) error {
	var said slack.SlackErrorResponse
	if !errors.As(err, &said) {
		return nil
	}
	if what, ok := fatalCodes[said.Err]; ok {
		return problem.CredentialsError{Fix: what + " (SLACK_BOT_TOKEN, SLACK_APP_TOKEN); see api.slack.com/apps"}
	}
	return nil
}

// AsFatalForSocket returns a [problem.CredentialsError] if the app-level token can
// never open a connection, and nil for any other error. The library retries most
// of these errors without end.
func AsFatalForSocket(err error) error {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return nil
	}
	what, ok := fatalCodes[said.Err]
	switch {
	case !ok:
		return nil
	case said.Err == "missing_scope":
		what = "the app-level token lacks the scope connections:write"
	}
	return problem.CredentialsError{Fix: what + " (SLACK_APP_TOKEN). Socket Mode must be on, and the token, from Basic Information → App-Level Tokens, must have the scope connections:write; see api.slack.com/apps"}
}

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

// IsFatalCode reports whether no retry can resolve an error code of Slack.
func IsFatalCode(code string) bool {
	_, ok := fatalCodes[code]
	return ok
}

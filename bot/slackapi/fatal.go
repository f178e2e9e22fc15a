package slackapi

import (
	"errors"

	"inactivebot/bot/problem"

	"github.com/slack-go/slack"
)

// AppsPage is where the owner of the app finds its settings.
const AppsPage = "api.slack.com/apps → your app"

// What to do about a problem with the bot token or its scopes.
const (
	BotTokenFix = "copy the Bot User OAuth Token from " + AppsPage + " → OAuth & Permissions into SLACK_BOT_TOKEN; install the app first if there is none"
	ScopesFix   = "paste the output of `inactivebot manifest` at " + AppsPage + " → App Manifest, then install the app again"
)

// fatalCodes describes the error codes of Slack that retrying cannot change.
var fatalCodes = map[string]string{
	"invalid_auth":           "the token is not valid",
	"not_authed":             "no token was sent",
	"account_inactive":       "the app was removed from the workspace",
	"token_revoked":          "the token was revoked",
	"token_expired":          "the token has expired",
	"not_allowed_token_type": "the token has the wrong type. SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
	"missing_scope":          "the token lacks a scope",
	"forbidden_team":         "the app may not be used in this workspace",
	"link_disabled":          "Socket Mode is off for the app",
}

// AsFatal returns an error of a request with the bot token as a
// [problem.CredentialsError] if retrying cannot help, and nil otherwise.
func AsFatal(err error) error {
	code, fatal := fatalCode(err)
	if !fatal {
		return nil
	}
	fix := BotTokenFix
	if code == "missing_scope" {
		fix = ScopesFix
	}
	return rejected("SLACK_BOT_TOKEN", code, fix)
}

// AsFatalForSocket returns an error as a [problem.CredentialsError] if the
// app-level token can never open a connection, and nil otherwise. The library
// retries most of these errors forever.
func AsFatalForSocket(err error) error {
	code, fatal := fatalCode(err)
	if !fatal {
		return nil
	}
	fix := "create a token with the scope connections:write at " + AppsPage + " → Basic Information → App-Level Tokens, and set SLACK_APP_TOKEN to it"
	if code == "link_disabled" {
		fix = "turn on Socket Mode at " + AppsPage + " → Socket Mode"
	}
	return rejected("SLACK_APP_TOKEN", code, fix)
}

func rejected(setting, code, fix string) error {
	return problem.CredentialsError{Problem: "Slack rejected " + setting + ": " + fatalCodes[code] + ".", Fix: fix}
}

// fatalCode returns Slack's error code and whether retrying cannot change it.
func fatalCode(err error) (code string, fatal bool) {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	return said.Err, ok && IsFatalCode(said.Err)
}

// IsFatalCode reports whether an error code of Slack means that the bot cannot
// work at all.
func IsFatalCode(code string) bool {
	_, ok := fatalCodes[code]
	return ok
}

package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/problem"
	"inactivebot/bot/slackapi"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

func (d *Doctor) slackChecks(ctx context.Context) (all []Check) {
	who, c := d.botToken(ctx)
	all = append(all, c, d.socketMode(ctx))
	if who == nil {
		return all
	}
	d.approvers.SetHome(who.TeamID, who.EnterpriseID)
	all = append(all, d.scopes(who))
	all = append(all, d.channel(ctx)...)
	return append(all, d.whoCanApprove(ctx)...)
}

// botToken asks Slack who the bot is. It returns nil for who if Slack does not
// answer.
func (d *Doctor) botToken(ctx context.Context) (who *slack.AuthTestResponse, c Check) {
	const name = "bot token"
	who, err := d.api.AuthTestContext(ctx)
	switch {
	case err != nil:
		return nil, slackFailed(name, err, slackapi.AsFatal(err))
	case who.BotID == "":
		return who, failure(name, "SLACK_BOT_TOKEN is not a bot token.", slackapi.BotTokenFix)
	}
	return who, good(name, "SLACK_BOT_TOKEN works: the bot is %s in the workspace %s.", who.User, who.Team)
}

// slackFailed returns the check for a failed request to Slack: a failure if final
// is a [problem.CredentialsError], otherwise a warning.
func slackFailed(name string, err, final error) Check {
	if rejected, ok := errors.AsType[problem.CredentialsError](final); ok {
		return refused(name, rejected)
	}
	cause, fix := slackCause(err)
	return warning(name, "The request to Slack failed: "+cause+".", cmp.Or(fix, "see status.slack.com, and check whether this machine can reach Slack (SLACK_API_URL, HTTPS_PROXY)"))
}

// slackCause returns why a request to Slack failed, to be read after a colon, and
// what to do, empty if that is not known.
func slackCause(err error) (cause, fix string) {
	var said slack.SlackErrorResponse
	if errors.As(err, &said) {
		return "error " + said.Err, ""
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return "rate limited for " + blocks.Duration(limited.RetryAfter), "try again later"
	}
	cause, fix = problem.NetworkCause(problem.NetworkCode(err))
	return cmp.Or(cause, err.Error()), fix
}

// ScopesCheck is the name of the check of the bot's scopes.
const ScopesCheck = "scopes"

// scopes compares the scopes in Slack's answer to auth.test with the manifest.
func (d *Doctor) scopes(who *slack.AuthTestResponse) Check {
	const name = ScopesCheck
	header := who.Header.Get("X-Oauth-Scopes")
	if header == "" {
		return warning(name, "Slack did not return the bot's scopes.", "compare them with the manifest at "+slackapi.AppsPage+" → OAuth & Permissions")
	}
	var have []string
	for s := range strings.SplitSeq(header, ",") {
		have = append(have, strings.TrimSpace(s))
	}
	wanted, err := slackapi.ScopesOf(slackapi.Manifest())
	if err != nil {
		return failure(name, "The manifest in this program cannot be read.", "install another version of the program")
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return slices.Contains(have, s) })
	if len(missing) > 0 {
		c := inSlack(name, "The bot lacks "+strings.Join(missing, ", ")+".", slackapi.ScopesFix)
		c.Missing = missing
		return c
	}
	return good(name, "The bot has all %d scopes of the manifest.", len(wanted))
}

// connectTimeout bounds each step of the test connection.
const connectTimeout = 10 * time.Second

// socketMode opens one connection and closes it. It opens none while the bot is
// running, because Slack would send presses to it that are not answered.
func (d *Doctor) socketMode(ctx context.Context) Check {
	const name = "Socket Mode"
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	_, url, err := d.api.StartSocketModeContext(ctx)
	switch {
	case err != nil:
		return slackFailed(name, err, slackapi.AsFatalForSocket(err))
	case d.running != 0:
		return good(name, "SLACK_APP_TOKEN works. No connection was opened, because the bot is running.")
	}
	conn, resp, err := d.dialer.DialContext(ctx, url, nil)
	if resp != nil && resp.Body != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return warning(name, "SLACK_APP_TOKEN works, but no WebSocket to Slack could be opened.", "allow wss:// connections from this machine to Slack, also in its proxy if it uses one")
	}
	defer conn.Close()
	return hello(name, conn)
}

// hello waits for Slack's hello message and closes the connection.
func hello(name string, conn *websocket.Conn) Check {
	deadline := time.Now().Add(connectTimeout)
	_ = conn.SetReadDeadline(deadline)
	var message struct {
		Type  string `json:"type"`
		Count int    `json:"num_connections"`
	}
	err := conn.ReadJSON(&message)
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), deadline)
	switch {
	case err != nil || message.Type != "hello":
		return warning(name, "The WebSocket opened, but Slack sent no hello message.", "see status.slack.com; if Slack works, check whether a proxy interferes with WebSockets")
	case message.Count > 1:
		return warning(name, fmt.Sprintf("The app has %d connections, including the one of this check.", message.Count), "if you run no other bot with this app, find the other one: Slack sends each press to only one connection")
	}
	return good(name, "SLACK_APP_TOKEN works; a connection was opened and closed.")
}

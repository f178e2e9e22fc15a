package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/problem"
	"inactivebot/bot/slackapi"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

// appsPage is where an app's owner finds its tokens and scopes.
const appsPage = "api.slack.com/apps → your app"

func (d *Doctor) slackChecks(ctx context.Context) (all []Check) {
	who, c := d.botToken(ctx)
	all = append(all, c, d.socketMode(ctx))
	if who == nil {
		return all
	}
	d.approvers.SetHome(who.TeamID, who.EnterpriseID)
	all = append(all, d.scopes(who))
	all = append(all, d.channel(ctx)...)
	return append(all, d.whoMayPress(ctx)...)
}

// botToken asks Slack who the bot is; who is nil where it does not say.
func (d *Doctor) botToken(ctx context.Context) (who *slack.AuthTestResponse, c Check) {
	const name = "bot token"
	who, err := d.api.AuthTestContext(ctx)
	switch {
	case err != nil:
		return nil, slackFailed(name, err, "copy the Bot User OAuth Token at "+appsPage+" → OAuth & Permissions into SLACK_BOT_TOKEN")
	case who.BotID == "":
		return who, failure(name, "SLACK_BOT_TOKEN is not a bot's token.", "copy the Bot User OAuth Token at "+appsPage+" → OAuth & Permissions into SLACK_BOT_TOKEN")
	}
	return who, good(name, "Slack knows the bot as %s in the workspace %s.", who.User, who.Team)
}

// slackFailed is a call of Slack that did not succeed: failed where Slack said
// no, a warning where it did not answer.
func slackFailed(name string, err error, fix string) Check {
	if final, ok := errors.AsType[problem.CredentialsError](slackapi.AsFatal(err)); ok {
		c := failure(name, "Slack refuses: "+final.Fix+".", fix)
		c.Refused = true
		return c
	}
	return warning(name, "Slack gives no answer: "+slackCause(err)+".", "see status.slack.com, and whether this machine reaches Slack (SLACK_API_URL, HTTPS_PROXY)")
}

// slackCause is why Slack did not do what was asked.
func slackCause(err error) string {
	var said slack.SlackErrorResponse
	if errors.As(err, &said) {
		return "it says " + said.Err
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return fmt.Sprintf("it asks to wait %s", limited.RetryAfter)
	}
	return cmp.Or(problem.NetworkText(problem.NetworkCode(err)), err.Error())
}

// ScopesCheck is the name of the check of the bot's scopes.
const ScopesCheck = "scopes"

func (d *Doctor) scopes(who *slack.AuthTestResponse) Check {
	const name = ScopesCheck
	var have []string
	for _, s := range strings.Split(who.Header.Get("X-Oauth-Scopes"), ",") {
		have = append(have, strings.TrimSpace(s))
	}
	if who.Header.Get("X-Oauth-Scopes") == "" {
		return warning(name, "Slack does not tell the bot's scopes.", "compare them with the manifest at "+appsPage+" → OAuth & Permissions")
	}
	wanted, err := slackapi.ScopesOf(slackapi.Manifest())
	if err != nil {
		return failure(name, "This program's own manifest cannot be read.", "use another version of the program")
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return slices.Contains(have, s) })
	if len(missing) > 0 {
		return inSlack(name, "The bot lacks "+strings.Join(missing, ", ")+".", "paste the output of `inactivebot manifest` at "+appsPage+" → App Manifest, then install the app again")
	}
	return good(name, "The bot has all %d scopes of the manifest.", len(wanted))
}

// connectWithin bounds the one connection that is tried.
const connectWithin = 10 * time.Second

// socketMode opens one connection and closes it. Where the bot runs none is
// opened, because it would be given presses that nobody answers.
func (d *Doctor) socketMode(ctx context.Context) Check {
	const name = "Socket Mode"
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	_, url, err := d.api.StartSocketModeContext(ctx)
	switch {
	case err != nil:
		return slackFailed(name, err, "make a token with the scope connections:write at "+appsPage+" → Basic Information → App-Level Tokens, set SLACK_APP_TOKEN to it, and see that Socket Mode is on")
	case d.running != 0:
		return good(name, "Slack takes SLACK_APP_TOKEN. No connection was opened: the bot is running and has its own.")
	}
	conn, resp, err := d.dialer.DialContext(ctx, url, nil)
	if resp != nil && resp.Body != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return warning(name, "Slack takes SLACK_APP_TOKEN, but no WebSocket to it can be opened.", "let this machine, and its proxy if there is one, open wss:// connections to Slack")
	}
	defer conn.Close()
	return hello(name, conn)
}

// hello waits for Slack's greeting on a connection and takes leave.
func hello(name string, conn *websocket.Conn) Check {
	over := time.Now().Add(connectWithin)
	_ = conn.SetReadDeadline(over)
	var greeting struct {
		Type  string `json:"type"`
		Count int    `json:"num_connections"`
	}
	err := conn.ReadJSON(&greeting)
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), over)
	switch {
	case err != nil || greeting.Type != "hello":
		return warning(name, "A WebSocket to Slack opened, and Slack did not greet.", "see status.slack.com; if it stays so, whether a proxy stands between")
	case greeting.Count > 1:
		return warning(name, fmt.Sprintf("The app has %d connections, one of them this check's.", greeting.Count), "if no bot of yours is running with this app, find the other one: each press goes to only one of them")
	}
	return good(name, "Slack takes SLACK_APP_TOKEN; a connection was opened and closed.")
}

package doctor

import (
	"context"
	"time"

	"inactivebot/bot/approvers"
	"inactivebot/bot/slackapi"

	"github.com/slack-go/slack"
)

// AtStart returns the checks that cost only a few requests to Slack: the scopes by
// Slack's answer to who the bot is, the end of the API key, the channel and
// the approvers.
func AtStart(ctx context.Context, api *slackapi.Client, who *approvers.Approvers, o Options, keyExpires time.Time, bot *slack.AuthTestResponse) []Check {
	d := &Doctor{Settings: o, APIKeyExpires: keyExpires, api: api, approvers: who}
	return append(append(d.cheap(bot), d.channel(ctx)...), d.whoMayPress(ctx)...)
}

// cheap are the checks that cost no call: whether the token has its scopes, by
// Slack's answer to who the bot is, and the end of the API key where it is set.
func (d *Doctor) cheap(who *slack.AuthTestResponse) (all []Check) {
	if who != nil {
		all = append(all, d.scopes(who))
	}
	if !d.APIKeyExpires.IsZero() {
		all = append(all, d.keyEnd(time.Now().UTC())...)
	}
	return all
}

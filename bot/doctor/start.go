package doctor

import (
	"context"
	"time"

	"inactivebot/bot/approvers"
	"inactivebot/bot/slackapi"

	"github.com/slack-go/slack"
)

// AtStart runs the checks that cost only a few requests to Slack: the scopes in
// Slack's answer to auth.test, the expiry date of the API key, the channel and the
// approvers.
func AtStart(ctx context.Context, api *slackapi.Client, who *approvers.Approvers, o Options, keyExpires time.Time, bot *slack.AuthTestResponse) []Check {
	d := &Doctor{Settings: o, APIKeyExpires: keyExpires, api: api, approvers: who, atStart: true}
	return append(append(d.offline(bot), d.channel(ctx)...), d.whoCanApprove(ctx)...)
}

// offline runs the checks that need no request. It does not report a missing
// expiry date.
func (d *Doctor) offline(who *slack.AuthTestResponse) (all []Check) {
	if who != nil {
		all = append(all, d.scopes(who))
	}
	if !d.APIKeyExpires.IsZero() {
		all = append(all, d.keyExpiry(time.Now().UTC()))
	}
	return all
}

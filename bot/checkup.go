package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// checkupWithin bounds the look-ups before the start; what is not known by then
// does not hold it up.
const checkupWithin = 20 * time.Second

// mustPost is the scope without which the bot can tell nobody anything.
const mustPost = "chat:write"

// checkup is the part of the doctor's checks that costs a few calls of Slack. A
// definite refusal or mistake is a [Refused] or [Misset]; what could not be
// looked up, and one wrong approver of several, is a line in the log.
func (b *Bot) checkup(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, checkupWithin)
	defer cancel()
	d := &Doctor{Settings: b.settings, APIKeyExpires: b.settings.APIKeyExpires, api: b.slack, approvers: b.approvers}
	for _, c := range append(append(d.cheap(b.who), d.channel(ctx)...), d.whoMayPress(ctx)...) {
		text := c.Said + " To do: " + c.Fix + "."
		switch {
		case c.Verdict == VerdictFailed && c.Refused:
			return Refused{text}
		case c.Verdict == VerdictFailed && !b.spared(c):
			return Misset{text}
		case c.Verdict != VerdictOK:
			b.log.Warn().Str("check", c.Name).Str("said", c.Said).Str("fix", c.Fix).Msg("something should be mended")
		}
	}
	return parent.Err()
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

// spared reports whether the bot can work with a mistake all the same: a group
// that is not there, where people are named beside it; a scope that is missing, as
// long as the bot can post; a key that has ended by its setting, which Atlassian
// has the last word on; or a channel in which it
// has worked before, which will work again when somebody mends it in Slack. Until
// then the approvers are told, and restores go on.
func (b *Bot) spared(c Check) bool {
	switch c.Name {
	case groupCheck:
		return len(b.settings.Approvers) > 0
	case scopesCheck:
		return !strings.Contains(c.Said, mustPost)
	case keyEndCheck:
		return true
	}
	last, ok, err := b.store.LastReport()
	return c.InSlack && err == nil && ok && last.Message.Channel == b.settings.Channel
}

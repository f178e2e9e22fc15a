package bot

import (
	"context"
	"slices"
	"time"

	"inactivebot/bot/doctor"
	"inactivebot/bot/problem"

	"github.com/rs/zerolog"
)

// preflightTimeout bounds the checks at startup. A check that does not finish in
// time does not delay the start.
const preflightTimeout = 20 * time.Second

// scopeToPost is the scope without which the bot cannot post anything.
const scopeToPost = "chat:write"

// preflight runs the doctor's checks that cost only a few requests to Slack. It
// returns a rejected token as a [problem.CredentialsError] and a certain mistake
// as a [problem.ConfigError]. It logs what could not be looked up and what the
// bot can work with.
func (b *Bot) preflight(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, preflightTimeout)
	defer cancel()
	for _, c := range doctor.AtStart(ctx, b.slack, b.approvers, b.settings.DoctorOptions(), b.settings.APIKeyExpires, b.who) {
		switch {
		case c.Verdict == doctor.VerdictFailed && c.Refused:
			return problem.CredentialsError{Problem: c.Said, Fix: c.Fix}
		case c.Verdict == doctor.VerdictFailed && !b.tolerable(c):
			return problem.ConfigError{Problem: c.Said, Fix: c.Fix}
		case c.Verdict != doctor.VerdictOK:
			zerolog.Ctx(ctx).Warn().Str("check", c.Name).Str("said", c.Said).Str("fix", c.Fix).Msg("startup check found a problem")
		}
	}
	return parent.Err()
}

// tolerable reports whether the bot can work although a check failed: a missing
// group, if approvers are listed as well; a missing scope, if the bot can still
// post; a key that has expired according to the settings, because Atlassian
// decides; and a channel that the bot has used before and that can be fixed in
// Slack. In that case the bot notifies the approvers and continues with restores.
func (b *Bot) tolerable(c doctor.Check) bool {
	switch c.Name {
	case doctor.GroupCheck:
		return len(b.settings.Approvers) > 0
	case doctor.ScopesCheck:
		return !slices.Contains(c.Missing, scopeToPost)
	case doctor.KeyExpiryCheck:
		return true
	}
	last, ok, err := b.store.LastReport()
	return c.InSlack && err == nil && ok && last.Message.Channel == b.settings.Channel
}

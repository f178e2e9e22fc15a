package bot

import (
	"context"
	"strings"
	"time"

	"inactivebot/bot/doctor"
	"inactivebot/bot/problem"

	"github.com/rs/zerolog"
)

// preflightTimeout bounds the look-ups before the start; what is not known by then
// does not hold it up.
const preflightTimeout = 20 * time.Second

// scopeToPost is the scope without which the bot can tell nobody anything.
const scopeToPost = "chat:write"

// preflight is the part of the doctor's checks that costs a few calls of Slack. A
// definite refusal or mistake is a [problem.CredentialsError] or [problem.ConfigError]; what could not be
// looked up, and one wrong approver of several, is a line in the log.
func (b *Bot) preflight(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, preflightTimeout)
	defer cancel()
	for _, c := range doctor.AtStart(ctx, b.slack, b.approvers, b.settings.DoctorOptions(), b.settings.APIKeyExpires, b.who) {
		text := c.Said + " To do: " + c.Fix + "."
		switch {
		case c.Verdict == doctor.VerdictFailed && c.Refused:
			return problem.CredentialsError{Fix: text}
		case c.Verdict == doctor.VerdictFailed && !b.tolerable(c):
			return problem.ConfigError{Fix: text}
		case c.Verdict != doctor.VerdictOK:
			zerolog.Ctx(ctx).Warn().Str("check", c.Name).Str("said", c.Said).Str("fix", c.Fix).Msg("something should be mended")
		}
	}
	return parent.Err()
}

// tolerable reports whether the bot can work with a mistake all the same: a group
// that is not there, where people are named beside it; a scope that is missing, as
// long as the bot can post; a key that has ended by its setting, which Atlassian
// has the last word on; or a channel in which it
// has worked before, which will work again when somebody mends it in Slack. Until
// then the approvers are told, and restores go on.
func (b *Bot) tolerable(c doctor.Check) bool {
	switch c.Name {
	case doctor.GroupCheck:
		return len(b.settings.Approvers) > 0
	case doctor.ScopesCheck:
		return !strings.Contains(c.Said, scopeToPost)
	case doctor.KeyEndCheck:
		return true
	}
	last, ok, err := b.store.LastReport()
	return c.InSlack && err == nil && ok && last.Message.Channel == b.settings.Channel
}

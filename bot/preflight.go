package bot

import (
	"context"
	"strings"
	"time"

	"inactivebot/bot/doctor"
	"inactivebot/bot/problem"

	"github.com/rs/zerolog"
)

// preflightTimeout bounds the checks before the start; a check that is not done
// by then does not delay it.
const preflightTimeout = 20 * time.Second

// scopeToPost is the scope without which the bot cannot post anything.
const scopeToPost = "chat:write"

// preflight runs the checks of the doctor that cost only a few requests to
// Slack. A definite refusal or mistake is returned as a
// [problem.CredentialsError] or [problem.ConfigError]; what could not be looked
// up, and one wrong approver among several, is logged.
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

// tolerable reports whether the bot can work in spite of a failed check: a
// missing group, if people are listed as well; a missing scope, as long as the
// bot can post; a key that has expired by its setting, on which Atlassian has
// the last word; or a channel in which it has worked before and which can be
// fixed in Slack. Until then the approvers are told, and restores go on.
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

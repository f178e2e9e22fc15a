package bot

import (
	"context"
	"strings"
	"time"

	"github.com/rs/zerolog"
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
	for _, c := range doctorAtStart(ctx, b.slack, b.approvers, b.settings.DoctorOptions(), b.settings.APIKeyExpires, b.who) {
		text := c.Said + " To do: " + c.Fix + "."
		switch {
		case c.Verdict == VerdictFailed && c.Refused:
			return Refused{text}
		case c.Verdict == VerdictFailed && !b.spared(c):
			return Misset{text}
		case c.Verdict != VerdictOK:
			zerolog.Ctx(ctx).Warn().Str("check", c.Name).Str("said", c.Said).Str("fix", c.Fix).Msg("something should be mended")
		}
	}
	return parent.Err()
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

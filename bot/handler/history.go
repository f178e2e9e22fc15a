package handler

import (
	"context"
	"fmt"
	"strings"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/command"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// historyLines is how many entries of the audit log /inactive history shows.
const historyLines = 20

// commandHistory shows the last entries of the audit log, for everyone or for
// one person.
func (h *Handler) commandHistory(_ context.Context, p press) receiver.Reply {
	args := command.SplitQuoted(p.value)
	if len(args) > 1 {
		return h.replyText(p, "Name one person at a time, for example `/inactive history ada@example.com`.")
	}
	return receiver.Reply{After: func(ctx context.Context) error {
		match := func(l storage.AuditEntry) bool { return l.Action != "refused" || len(args) == 0 }
		if len(args) == 1 {
			looking, cancel := context.WithTimeout(ctx, lookupTimeout)
			defer cancel()
			who, problem := h.find(looking, command.UnescapeSubject(args[0]))
			if problem != "" {
				return h.respondEphemeral(ctx, p, problem)
			}
			match = func(l storage.AuditEntry) bool { return l.Account == who.AccountID }
		}
		text, err := h.history(match)
		if err != nil {
			zerolog.Ctx(ctx).Error().Err(err).Msg("history not read")
			text = "The history could not be read. See the bot's log for the cause."
		}
		return h.respondEphemeral(ctx, p, text)
	}}
}

func (h *Handler) history(match func(storage.AuditEntry) bool) (string, error) {
	lines, err := h.store.AuditEntries(historyLines, match)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		return "There is no history yet.", nil
	}
	out := []string{fmt.Sprintf("The latest %d entries, newest first:", len(lines))}
	for _, l := range lines {
		text, err := h.historyLine(l)
		if err != nil {
			return "", err
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n"), nil
}

func (h *Handler) historyLine(l storage.AuditEntry) (string, error) {
	parts := []string{blocks.LocalTime(l.At), blocks.Mention(l.Actor), actionText(l.Action)}
	if l.Account != "" {
		who, err := h.store.Person(l.Account)
		if err != nil {
			return "", err
		}
		parts = append(parts, blocks.PersonLabel(who))
	}
	if l.Report != 0 {
		parts = append(parts, fmt.Sprintf("report %d", l.Report))
	}
	if l.Batch != 0 {
		parts = append(parts, fmt.Sprintf("batch %d", l.Batch))
	}
	if text := outcomeText(l); text != "" {
		parts = append(parts, text)
	}
	return "• " + strings.Join(parts, " · "), nil
}

// actionTexts are the actions of the audit log in words.
var actionTexts = map[string]string{
	"add rule":       "added a rule",
	"approve":        "approved",
	"approve second": "gave the second approval",
	"approvers":      "approvers recorded",
	"call":           "sent a request to Atlassian",
	"can post again": "can post in the channel again",
	"cannot post":    "cannot post in the channel",
	"cannot work":    "is blocked",
	"batch done":     "finished the batch",
	"claim":          "started the suspension",
	"close":          "closed the batch",
	"closed":         "closed the batch",
	"confirm":        "confirmed the suspension",
	"distrust":       "detected an older copy of the database",
	"exclude":        "excluded",
	"expire":         "report expired",
	"fail":           "suspension failed",
	"forget":         "removed stored personal data",
	"found active":   "found that the suspension had no effect",
	"found restored": "found the person restored by someone else",
	"import":         "imported exclusions",
	"include":        "ended the exclusion",
	"leave":          "will send no more requests",
	"list everybody": "exported the list of everyone",
	"look":           "previewed a threshold",
	"not restored":   "could not restore",
	"override":       "overrode the safety lock",
	"pause":          "paused suspensions",
	"refused":        "was refused",
	"remove rule":    "removed a rule",
	"report":         "made a report",
	"restore":        "requested a restore",
	"restored":       "confirmed the restore",
	"retry":          "will send the request again",
	"resume":         "allowed suspensions again",
	"scan":           "scan",
	"settings":       "settings changed",
	"skip":           "skipped",
	"resumed":        "resumed the batch",
	"stopped":        "stopped the batch",
	"supersede":      "report replaced by a newer one",
	"sweep":          "deleted expired data",
	"undo batch":     "requested the undo of the batch",
	"warning":        "warned",
	"warning ended":  "ended a warning",
	"withdraw":       "withdrew the approval request",
	"works again":    "works again",
}

// actionText returns an action of the audit log in words.
func actionText(action string) string {
	if text, ok := actionTexts[action]; ok {
		return text
	}
	return blocks.Escape(action)
}

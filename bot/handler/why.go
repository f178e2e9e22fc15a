package handler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/command"
	"inactivebot/bot/receiver"
)

// maxWhy is how many people /inactive why answers for at once.
const maxWhy = 10

// commandWhy shows the lane of each person, the reason and the evidence. It
// decides nothing.
func (h *Handler) commandWhy(_ context.Context, p press) receiver.Reply {
	who, rest := command.LeadingSubjects(command.SplitQuoted(p.value))
	if i := slices.IndexFunc(who, command.IsRule); i >= 0 {
		rest = who[i:]
	}
	switch {
	case len(rest) > 0:
		return h.replyText(p, command.Quoted(rest[0])+" is not an email, an account id or an @mention. Type for example `/inactive why ada@example.com`.")
	case len(who) == 0:
		return h.replyText(p, "Type an email, an account id or an @mention, for example `/inactive why ada@example.com`.")
	case len(who) > maxWhy:
		return h.replyText(p, fmt.Sprintf("You named %s. Name at most %d at a time.", blocks.People(len(who)), maxWhy))
	}
	return receiver.Reply{After: func(ctx context.Context) error {
		errFirst := h.sayLookingUp(ctx, p, who)
		looking, cancel := context.WithTimeout(ctx, lookupTimeout)
		defer cancel()
		answers := make([]string, len(who))
		for i, name := range who {
			answers[i] = h.why(looking, name)
		}
		return errors.Join(errFirst, h.respondEphemeral(ctx, p, strings.Join(answers, "\n\n")))
	}}
}

// why returns the answer about one person.
func (h *Handler) why(ctx context.Context, name string) string {
	who, problem := h.find(ctx, name)
	if problem != "" {
		return problem
	}
	w, err := h.view.Why(who)
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("why not answered")
		return blocks.PersonLabel(who) + ": the bot had an internal error. See its log for the cause."
	}
	return w.Text()
}

package handler

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/command"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// commandExclude excludes people, by person or by rule. If a person is excluded
// already, a new end or reason replaces the old one.
func (h *Handler) commandExclude(ctx context.Context, p press) receiver.Reply {
	r, mistake := command.Parse(p.value)
	if mistake != "" {
		return h.replyText(p, mistake)
	}
	return h.forEachSubject(ctx, p, r.Subjects, func(who string) (string, error) {
		err := h.decide(p).AddRule(storage.Rule{Rule: who, By: p.user, Since: time.Now().UTC(), Until: r.Until, Reason: r.Reason})
		return "Rule " + blocks.Code(who) + " added. People it matches are excluded" + blocks.ExclusionTerms(r.Until, r.Reason), err
	}, func(who storage.Person) (string, error) {
		err := h.decide(p).Exclude(storage.Exclusion{AccountID: who.AccountID, By: p.user, Since: time.Now().UTC(), Until: r.Until, Reason: r.Reason})
		if refused, ok := storage.AsRefusal(err); ok && refused.Cause == storage.CauseAlready {
			return h.excludedBefore(who, refused)
		}
		return blocks.PersonLabel(who) + " is excluded" + blocks.ExclusionTerms(r.Until, r.Reason), err
	})
}

// excludedBefore returns the answer about a person who is already excluded, with
// the end and the reason in effect.
func (h *Handler) excludedBefore(who storage.Person, r storage.Refusal) (string, error) {
	e, ok, err := h.store.Exclusion(who.AccountID, time.Now().UTC())
	if err != nil || !ok {
		return "", errors.Join(err, r)
	}
	return blocks.PersonLabel(who) + ": " + refusalText(r) + " The person is excluded" + blocks.ExclusionTerms(e.Until, e.Reason), nil
}

// commandInclude ends exclusions and rules.
func (h *Handler) commandInclude(ctx context.Context, p press) receiver.Reply {
	r, mistake := command.Parse(p.value)
	if mistake != "" {
		return h.replyText(p, strings.Replace(mistake, "exclude ada@example.com until 2030-01-31 on leave", "include ada@example.com", 1))
	}
	return h.forEachSubject(ctx, p, r.Subjects, func(who string) (string, error) {
		return "Rule " + blocks.Code(who) + " removed.", h.decide(p).RemoveRule(who, p.user, time.Now().UTC())
	}, func(who storage.Person) (string, error) {
		return blocks.PersonLabel(who) + " is no longer excluded.", h.decide(p).Include(who.AccountID, p.user, time.Now().UTC())
	})
}

// commandRestore restores people suspended by this bot.
func (h *Handler) commandRestore(ctx context.Context, p press) receiver.Reply {
	r, mistake := command.Parse(p.value)
	if mistake != "" {
		return h.replyText(p, strings.Replace(mistake, "exclude ada@example.com until 2030-01-31 on leave", "restore ada@example.com", 1))
	}
	return h.forEachSubject(ctx, p, r.Subjects, func(string) (string, error) {
		return "A rule cannot be restored. Type the email or account id of each person.", nil
	}, func(who storage.Person) (string, error) {
		_, err := h.decide(p).Restore(who.AccountID, p.user, time.Now().UTC())
		return blocks.PersonLabel(who) + " is being restored.", err
	})
}

// forEachSubject applies a decision to each person or rule in who. Decisions about
// people in the database are stored before the ack. The others are looked up at
// Slack or Atlassian after the ack. The answer has a line for each name.
func (h *Handler) forEachSubject(ctx context.Context, p press, who []string, rule func(string) (string, error), person func(storage.Person) (string, error)) receiver.Reply {
	lines := make([]string, len(who))
	var later []int
	for i, name := range who {
		if known, err := h.store.FindPeople(name); command.IsRule(name) || err == nil && len(known) > 0 {
			lines[i] = h.applyTo(ctx, p, name, rule, person)
		} else {
			later = append(later, i)
		}
	}
	return receiver.Reply{After: func(ctx context.Context) error {
		errFirst := h.sayLookingUp(ctx, p, who)
		looking, cancel := context.WithTimeout(ctx, lookupTimeout)
		defer cancel()
		for _, i := range later {
			lines[i] = h.applyTo(looking, p, who[i], rule, person)
		}
		h.wake()
		return errors.Join(errFirst, h.respondEphemeral(ctx, p, strings.Join(lines, "\n")))
	}}
}

// sayLookingUp answers at once if the full answer needs a request to Atlassian.
func (h *Handler) sayLookingUp(ctx context.Context, p press, who []string) error {
	if !h.unknownAmong(who) {
		return nil
	}
	return h.respondEphemeral(ctx, p, "Checking with Atlassian …")
}

func (h *Handler) applyTo(ctx context.Context, p press, name string, rule func(string) (string, error), person func(storage.Person) (string, error)) string {
	var text string
	var err error
	if command.IsRule(name) {
		text, err = rule(name)
	} else {
		var found storage.Person
		if found, text = h.find(ctx, name); text == "" {
			text, err = person(found)
		}
	}
	if errors.Is(err, storage.ErrDuplicate) {
		return text // as for the first delivery, whose answer may be lost.
	}
	if r, ok := storage.AsRefusal(err); ok {
		return command.Quoted(name) + ": " + refusalText(r)
	}
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("command failed")
		_, why := broken(err)
		return command.Quoted(name) + ": " + why
	}
	return text
}

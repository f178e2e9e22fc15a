package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// commandExclude leaves people alone, by person or by rule. Whoever is excluded
// already gets another end or reason where one is typed.
func (h *EventHandler) commandExclude(ctx context.Context, p press) Reply {
	r, mistake := parseRequest(p.value)
	if mistake != "" {
		return h.say(p, mistake)
	}
	return h.forEach(ctx, p, r.who, func(who string) (string, error) {
		err := h.store.AddRule(storage.Rule{Rule: who, By: p.user, Since: time.Now().UTC(), Until: r.until, Reason: r.reason})
		return "The rule " + blocks.Code(who) + " is in effect: whoever it matches is left alone" + blocks.Terms(r.until, r.reason), err
	}, func(who storage.Person) (string, error) {
		err := h.store.Exclude(storage.Exclusion{AccountID: who.AccountID, By: p.user, Since: time.Now().UTC(), Until: r.until, Reason: r.reason})
		if refused, ok := storage.AsRefusal(err); ok && refused.Cause == storage.CauseAlready {
			return h.excludedBefore(who, refused)
		}
		return blocks.Who(who) + " is excluded" + blocks.Terms(r.until, r.reason), err
	})
}

// excludedBefore tells what holds for somebody who was excluded before.
func (h *EventHandler) excludedBefore(who storage.Person, r storage.Refusal) (string, error) {
	e, ok, err := h.store.Exclusion(who.AccountID, time.Now().UTC())
	if err != nil || !ok {
		return "", errors.Join(err, r)
	}
	return blocks.Who(who) + ": " + refusalText(r) + " The exclusion holds" + blocks.Terms(e.Until, e.Reason), nil
}

// commandInclude ends exclusions and rules.
func (h *EventHandler) commandInclude(ctx context.Context, p press) Reply {
	r, mistake := parseRequest(p.value)
	if mistake != "" {
		return h.say(p, strings.Replace(mistake, "exclude ada@example.com until 2030-01-31 on leave", "include ada@example.com", 1))
	}
	return h.forEach(ctx, p, r.who, func(who string) (string, error) {
		return "The rule " + blocks.Code(who) + " is ended.", h.store.RemoveRule(who, p.user, time.Now().UTC())
	}, func(who storage.Person) (string, error) {
		return blocks.Who(who) + " is no longer excluded.", h.store.Include(who.AccountID, p.user, time.Now().UTC())
	})
}

// commandRestore gives access back to people this bot suspended.
func (h *EventHandler) commandRestore(ctx context.Context, p press) Reply {
	r, mistake := parseRequest(p.value)
	if mistake != "" {
		return h.say(p, strings.Replace(mistake, "exclude ada@example.com until 2030-01-31 on leave", "restore ada@example.com", 1))
	}
	return h.forEach(ctx, p, r.who, func(string) (string, error) {
		return "A rule cannot be restored: name the people.", nil
	}, func(who storage.Person) (string, error) {
		_, err := h.store.Restore(who.AccountID, p.user, time.Now().UTC())
		return blocks.Who(who) + " is being restored.", err
	})
}

// forEach does one thing for everybody named. Whom the database knows is decided
// about before the ack; finding the others needs Slack or Atlassian and comes
// after it. Every name gets its line in the answer, which tells what is decided.
func (h *EventHandler) forEach(ctx context.Context, p press, who []string, rule func(string) (string, error), person func(storage.Person) (string, error)) Reply {
	lines := make([]string, len(who))
	var later []int
	for i, name := range who {
		if known, err := h.store.FindPeople(name); isRule(name) || err == nil && len(known) > 0 {
			lines[i] = h.doOne(ctx, p, name, rule, person)
		} else {
			later = append(later, i)
		}
	}
	return Reply{After: func(ctx context.Context) error {
		errFirst := h.patience(ctx, p, who)
		looking, cancel := context.WithTimeout(ctx, findWithin)
		defer cancel()
		for _, i := range later {
			lines[i] = h.doOne(looking, p, who[i], rule, person)
		}
		h.wake()
		return errors.Join(errFirst, h.whisper(ctx, p, strings.Join(lines, "\n")))
	}}
}

// findWithin bounds looking people up at Atlassian for one command, so that
// time is left to answer.
const findWithin = thenWithin - 5*time.Second

// patience answers at once where the answer itself takes a call to Atlassian.
func (h *EventHandler) patience(ctx context.Context, p press, who []string) error {
	if !h.unknownAmong(who) {
		return nil
	}
	return h.whisper(ctx, p, "Looking them up at Atlassian …")
}

func (h *EventHandler) doOne(ctx context.Context, p press, name string, rule func(string) (string, error), person func(storage.Person) (string, error)) string {
	var text string
	var err error
	if isRule(name) {
		text, err = rule(name)
	} else {
		var found storage.Person
		if found, text = h.find(ctx, name); text == "" {
			text, err = person(found)
		}
	}
	if r, ok := storage.AsRefusal(err); ok {
		return quoted(name) + ": " + refusalText(r)
	}
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("command failed")
		_, why := broken(err)
		return quoted(name) + ": " + why
	}
	return text
}

// lookup finds the people that a command names.
type lookup struct {
	store     *storage.Store
	client    *atlassian.Client
	approvers *approvers
	scans     *scanService
}

// find is the one person that an email, an account id or an @mention names. In
// all other cases problem is a sentence that says what to type.
func (h *lookup) find(ctx context.Context, name string) (found storage.Person, problem string) {
	if user, ok := mentioned(name); ok {
		profile, err := h.approvers.user(ctx, user)
		if err != nil || profile.Profile.Email == "" {
			return found, "Slack does not tell the email of " + blocks.Mention(user) + ". Type the email or the account id."
		}
		name = profile.Profile.Email
	}
	all, err := h.store.FindPeople(name)
	if err == nil && len(all) == 0 {
		all, err = h.findAtAtlassian(ctx, name)
	}
	switch {
	case err != nil:
		zerolog.Ctx(ctx).Warn().Err(err).Msg("person not found")
		return found, quoted(name) + " could not be looked up at Atlassian now. Please try again, or type the account id."
	case len(all) == 0:
		return found, "Nobody has the email or account id " + quoted(name) + ". Type it exactly as at admin.atlassian.com → Directory → Users."
	case len(all) > 1:
		var ids []string
		for _, p := range all {
			ids = append(ids, p.AccountID)
		}
		slices.Sort(ids)
		return found, quoted(name) + " belongs to several accounts. Type one of the account ids: " + blocks.Escape(strings.Join(ids, ", "))
	}
	return all[0], ""
}

// findAtAtlassian looks for somebody whom no scan has met yet.
func (h *lookup) findAtAtlassian(ctx context.Context, name string) (out []storage.Person, err error) {
	directory, err := h.scans.DirectoryID(ctx)
	if err != nil {
		return nil, err
	}
	q := atlassian.Query{AccountIDs: []string{name}, Plain: true}
	if strings.Contains(name, "@") {
		q = atlassian.Query{Emails: []string{name}, Plain: true}
	}
	for u, err := range h.client.Users(atlassian.Urgent(ctx), directory, q) {
		if err != nil {
			return nil, err
		}
		if u.AccountID != name && !strings.EqualFold(u.Email, name) {
			continue
		}
		p := storage.Person{AccountID: u.AccountID, Name: u.Name, Email: u.Email}
		if err := h.store.KeepPerson(p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// request is what exclude, include and restore are asked to do.
type request struct {
	who    []string // emails, account ids, mentions and rules, as typed.
	until  time.Time
	reason string
}

// parseRequest reads who, until when, and why. Its error is a sentence for the
// person who typed.
func parseRequest(text string) (r request, mistake string) {
	args := words(text)
	for len(args) > 0 && isWho(args[0]) {
		r.who, args = append(r.who, unescapeWho(args[0])), args[1:]
	}
	if len(r.who) == 0 {
		return r, "Say who: an email, an account id or an @mention, for example `/inactive exclude ada@example.com until 2030-01-31 on leave`."
	}
	if len(args) > 0 && strings.EqualFold(args[0], "until") {
		if len(args) == 1 {
			return r, "Say until when, as in `until 2030-01-31`."
		}
		end, ok := day(args[1])
		if !ok {
			return r, "The date " + quoted(args[1]) + " is not in the form YYYY-MM-DD, as in `until 2030-01-31`."
		}
		if !end.After(now()) {
			return r, "The date " + quoted(args[1]) + " is over already. Type a later day as YYYY-MM-DD, as in `until " + now().AddDate(0, 3, 0).Format(time.DateOnly) + "`."
		}
		r.until, args = end, args[2:]
	}
	r.reason = unescape(strings.Join(args, " "))
	if len([]rune(r.reason)) > maxReason {
		return r, fmt.Sprintf("The reason is too long: at most %d characters.", maxReason)
	}
	return r, ""
}

// maxReason is how long a reason may be, in characters.
const maxReason = 300

func unescapeWho(word string) string {
	if _, ok := mentioned(word); ok {
		return word
	}
	return unescape(word)
}

func isWho(word string) bool {
	if _, ok := mentioned(word); ok {
		return true
	}
	word = unescape(word)
	return strings.Contains(word, "@") || isRule(word) || policy.IsAccountID(word) && !isDate(word)
}

func isDate(word string) bool { _, ok := day(word); return ok }

func isRule(word string) bool {
	rule, err := policy.ParseRule(word)
	return err == nil && !rule.Single()
}

// commandExclude leaves people alone, by person or by rule.
func (b *Bot) commandExclude(ctx context.Context, p press) reply {
	r, mistake := parseRequest(p.value)
	if mistake != "" {
		return b.say(p, mistake)
	}
	return b.forEach(ctx, p, r.who, func(who string) (string, error) {
		err := b.store.AddRule(storage.Rule{Rule: who, By: p.user, Since: now(), Until: r.until, Reason: r.reason})
		return "The rule " + blocks.Code(who) + " is in effect: whoever it matches is left alone.", err
	}, func(who storage.Person) (string, error) {
		err := b.store.Exclude(storage.Exclusion{AccountID: who.AccountID, By: p.user, Since: now(), Until: r.until, Reason: r.reason})
		return blocks.Who(who) + " is excluded.", err
	})
}

// commandInclude ends exclusions and rules.
func (b *Bot) commandInclude(ctx context.Context, p press) reply {
	r, mistake := parseRequest(p.value)
	if mistake != "" {
		return b.say(p, strings.Replace(mistake, "exclude ada@example.com until 2030-01-31 on leave", "include ada@example.com", 1))
	}
	return b.forEach(ctx, p, r.who, func(who string) (string, error) {
		return "The rule " + blocks.Code(who) + " is ended.", b.store.RemoveRule(who, p.user, now())
	}, func(who storage.Person) (string, error) {
		return blocks.Who(who) + " is no longer excluded.", b.store.Include(who.AccountID, p.user, now())
	})
}

// commandRestore gives access back to people this bot suspended.
func (b *Bot) commandRestore(ctx context.Context, p press) reply {
	r, mistake := parseRequest(p.value)
	if mistake != "" {
		return b.say(p, strings.Replace(mistake, "exclude ada@example.com until 2030-01-31 on leave", "restore ada@example.com", 1))
	}
	return b.forEach(ctx, p, r.who, func(string) (string, error) {
		return "A rule cannot be restored: name the people.", nil
	}, func(who storage.Person) (string, error) {
		_, err := b.store.Restore(who.AccountID, p.user, now())
		return blocks.Who(who) + " is being restored.", err
	})
}

// forEach does one thing for everybody named. Whom the database knows is decided
// about before the ack; finding the others needs Slack or Atlassian and comes
// after it. Every name gets its line in the answer, which tells what is decided.
func (b *Bot) forEach(ctx context.Context, p press, who []string, rule func(string) (string, error), person func(storage.Person) (string, error)) reply {
	lines := make([]string, len(who))
	later := map[int]string{}
	for i, name := range who {
		if known, err := b.store.FindPeople(name); isRule(name) || err == nil && len(known) > 0 {
			lines[i] = b.doOne(ctx, p, name, rule, person)
		} else {
			later[i] = name
		}
	}
	return reply{then: func(ctx context.Context) error {
		for i, name := range later {
			lines[i] = b.doOne(ctx, p, name, rule, person)
		}
		b.wakeEffects()
		b.wakeMessages()
		return b.whisper(ctx, p, strings.Join(lines, "\n"))
	}}
}

func (b *Bot) doOne(ctx context.Context, p press, name string, rule func(string) (string, error), person func(storage.Person) (string, error)) string {
	var text string
	var err error
	if isRule(name) {
		text, err = rule(name)
	} else {
		var found storage.Person
		if found, text = b.find(ctx, name); text == "" {
			text, err = person(found)
		}
	}
	if r, ok := storage.AsRefusal(err); ok {
		return quoted(name) + ": " + refusalText(r)
	}
	if err != nil {
		b.logOf(p).Error().Err(err).Str("press", p.what).Msg("command failed")
		_, why := broken(err)
		return quoted(name) + ": " + why
	}
	return text
}

// find is the one person that an email, an account id or an @mention names. In
// all other cases problem is a sentence that says what to type.
func (b *Bot) find(ctx context.Context, name string) (found storage.Person, problem string) {
	if user, ok := mentioned(name); ok {
		profile, err := b.approvers.user(ctx, user)
		if err != nil || profile.Profile.Email == "" {
			return found, "Slack does not tell the email of " + blocks.Mention(user) + ". Type the email or the account id."
		}
		name = profile.Profile.Email
	}
	all, err := b.store.FindPeople(name)
	if err == nil && len(all) == 0 {
		all, err = b.findAtAtlassian(ctx, name)
	}
	switch {
	case err != nil:
		b.logIn(ctx).Warn().Err(err).Msg("person not found")
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
func (b *Bot) findAtAtlassian(ctx context.Context, name string) (out []storage.Person, err error) {
	directory, err := b.directory(ctx)
	if err != nil {
		return nil, err
	}
	q := atlassian.Query{AccountIDs: []string{name}, Plain: true}
	if strings.Contains(name, "@") {
		q = atlassian.Query{Emails: []string{name}, Plain: true}
	}
	for u, err := range b.atlassian.Users(atlassian.Urgent(ctx), directory, q) {
		if err != nil {
			return nil, err
		}
		if u.AccountID != name && !strings.EqualFold(u.Email, name) {
			continue
		}
		p := storage.Person{AccountID: u.AccountID, Name: u.Name, Email: u.Email}
		if err := b.store.KeepPerson(p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// maxWhy is for how many people at once /inactive why answers.
const maxWhy = 10

// commandWhy tells of each person named the lane, what decided, and on what
// evidence. It decides nothing, and reads only who somebody is at Atlassian.
func (b *Bot) commandWhy(_ context.Context, p press) reply {
	who, rest := whoFirst(words(p.value))
	if i := slices.IndexFunc(who, isRule); i >= 0 {
		rest = who[i:]
	}
	switch {
	case len(rest) > 0:
		return b.say(p, quoted(rest[0])+" is not an email, an account id or an @mention. Type for example `/inactive why ada@example.com`.")
	case len(who) == 0:
		return b.say(p, "Say who: an email, an account id or an @mention, for example `/inactive why ada@example.com`.")
	case len(who) > maxWhy:
		return b.say(p, fmt.Sprintf("That is %s: name at most %d at a time.", blocks.People(len(who)), maxWhy))
	}
	return reply{then: func(ctx context.Context) error {
		errFirst := b.patience(ctx, p, who)
		looking, cancel := context.WithTimeout(ctx, findWithin)
		defer cancel()
		answers := make([]string, len(who))
		for i, name := range who {
			answers[i] = b.why(looking, name)
		}
		return errors.Join(errFirst, b.whisper(ctx, p, strings.Join(answers, "\n\n")))
	}}
}

// unknownAmong reports whether somebody must be looked up at Atlassian.
func (b *Bot) unknownAmong(who []string) bool {
	for _, name := range who {
		_, isMention := mentioned(name)
		if known, err := b.store.FindPeople(name); !isMention && !isRule(name) && err == nil && len(known) == 0 {
			return true
		}
	}
	return false
}

// why is the answer about one person.
func (b *Bot) why(ctx context.Context, name string) string {
	who, problem := b.find(ctx, name)
	if problem != "" {
		return problem
	}
	w, err := b.whyOf(who)
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("why not answered")
		return blocks.Who(who) + ": something went wrong inside the bot; its log says more."
	}
	return w.Text()
}

// whyOf gathers what is known of one person's lane.
func (b *Bot) whyOf(who storage.Person) (blocks.Why, error) {
	w := blocks.Why{Person: who, Now: time.Now().UTC()}
	var errRow, errStep, errExclusion, errScan error
	if sc, ok, err := b.store.LastScan(); ok {
		w.Scan, errScan = sc, err
		w.Row, _, errRow = b.store.Row(sc.ID, who.AccountID)
	} else {
		errScan = err
	}
	w.Step, w.Batch, _, errStep = b.store.LastStep(who.AccountID)
	if e, ok, err := b.store.Exclusion(who.AccountID, w.Now); ok {
		w.Exclusion = e // one that is over is none.
	} else {
		errExclusion = err
	}
	if err := errors.Join(errScan, errRow, errStep, errExclusion); err != nil {
		return w, err
	}
	err := b.whyRule(&w)
	w.Ended = w.Row.Lane == string(policy.Excluded) && w.Exclusion.AccountID == "" && w.Rule.Rule == ""
	return w, err
}

// whyRule finds the rule that matches the person today. The groups are known of
// candidates only: of the others, the rule that decided counts while it stands.
func (b *Bot) whyRule(w *blocks.Why) error {
	stored, err := b.store.Rules(w.Now)
	if err != nil {
		return err
	}
	decided, byRule := strings.CutPrefix(w.Row.Reason, string(policy.ByRule)+":")
	person := asUser(storage.Candidate{Row: w.Row, Person: w.Person})
	person.AccountID = w.Person.AccountID
	matches := func(r policy.Rule) bool { return r.Matches(person) || byRule && r.String() == decided }
	for _, r := range b.settings.policyFor(0).Rules {
		if matches(r) {
			w.Rule = storage.Rule{Rule: r.String()}
			return nil
		}
	}
	for _, r := range stored {
		if rule, err := policy.ParseRule(r.Rule); err == nil && matches(rule) {
			w.Rule = r
			return nil
		}
	}
	return nil
}

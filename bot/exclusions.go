package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// commandExclusions lists everybody and every rule excluded, to remove.
func (b *Bot) commandExclusions(ctx context.Context, p press) reply {
	return b.openList(ctx, p, 0, func() (slack.ModalViewRequest, error) { return b.exclusionsView(0, "") })
}

// pressExclusionsPage turns a page of the exclusions.
func (b *Bot) pressExclusionsPage(ctx context.Context, p press) reply {
	page, err := strconv.Atoi(p.value)
	if err != nil {
		return b.outcome(ctx, p, storage.ErrNotFound)
	}
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.exclusionsView(page, "") })
}

// pressRemoveExclusion ends one exclusion, of a person or by a rule. What was
// removed before, the modal says.
func (b *Bot) pressRemoveExclusion(ctx context.Context, p press) reply {
	rule, isRule := strings.CutPrefix(p.value, blocks.RulePrefix)
	var err error
	if isRule {
		err = b.store.RemoveRule(rule, p.user, time.Now().UTC())
	} else {
		err = b.store.Include(p.value, p.user, time.Now().UTC())
	}
	said := ""
	if r, ok := storage.AsRefusal(err); ok && p.view != "" {
		said, err = refusalText(r), nil
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	page := blocks.ExclusionsPage(p.private)
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.exclusionsView(page, said) })
}

func (b *Bot) exclusionsView(page int, said string) (slack.ModalViewRequest, error) {
	stored, err := b.store.Standing(time.Now().UTC())
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	all, err := b.named(stored)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	for _, r := range b.settings.Policy.Rules {
		all = append(all, blocks.Standing{Standing: storage.Standing{Rule: r.String()}, Setting: true})
	}
	return blocks.Exclusions(all, page, said), nil
}

// named adds the people to exclusions.
func (b *Bot) named(all []storage.Standing) (out []blocks.Standing, err error) {
	for _, e := range all {
		s := blocks.Standing{Standing: e}
		if e.AccountID != "" {
			if s.Person, err = b.store.Person(e.AccountID); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// reminder names the exclusions that end soon, or that stand for over a year, as
// seen from the report. What has been removed since is left out.
func (b *Bot) reminder(n storage.Note) (blocks.Message, error) {
	all, err := b.store.Standing(time.Now().UTC())
	if err != nil {
		return blocks.Message{}, err
	}
	var those []storage.Standing
	for _, e := range all {
		if n.Kind == storage.NoteEnding && e.EndsSoon(n.At) || n.Kind == storage.NoteOld && e.IsOld(n.At) {
			those = append(those, e)
		}
	}
	named, err := b.named(those)
	return blocks.Reminder(n.Kind, named), err
}

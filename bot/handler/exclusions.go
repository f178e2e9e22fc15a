package handler

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// commandExclusions lists all exclusions and rules, so that they can be
// removed.
func (h *Handler) commandExclusions(ctx context.Context, p press) receiver.Reply {
	return h.openList(ctx, p, 0, func() (slack.ModalViewRequest, error) { return h.exclusionsView(0, "") })
}

// pressExclusionsPage shows another page of the exclusions.
func (h *Handler) pressExclusionsPage(ctx context.Context, p press) receiver.Reply {
	page, err := strconv.Atoi(p.value)
	if err != nil {
		return h.outcome(ctx, p, storage.ErrNotFound)
	}
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.exclusionsView(page, "") })
}

// pressRemoveExclusion ends one exclusion or rule. If it had been removed
// before, the modal says so.
func (h *Handler) pressRemoveExclusion(ctx context.Context, p press) receiver.Reply {
	rule, isRule := strings.CutPrefix(p.value, blocks.RulePrefix)
	var err error
	if isRule {
		err = h.decide(p).RemoveRule(rule, p.user, time.Now().UTC())
	} else {
		err = h.decide(p).Include(p.value, p.user, time.Now().UTC())
	}
	said := ""
	if r, ok := storage.AsRefusal(err); ok && p.view != "" {
		said, err = refusalText(r), nil
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	page := blocks.ExclusionsPage(p.private)
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.exclusionsView(page, said) })
}

func (h *Handler) exclusionsView(page int, said string) (slack.ModalViewRequest, error) {
	stored, err := h.store.ActiveExclusions(time.Now().UTC())
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	all, err := h.view.Exclusions(stored)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	for _, r := range h.options.Rules {
		all = append(all, blocks.ExclusionEntry{ActiveExclusion: storage.ActiveExclusion{Rule: r.String()}, FromSettings: true})
	}
	return blocks.Exclusions(all, page, said), nil
}

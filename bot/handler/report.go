package handler

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// commandReport says where the current report is.
func (h *Handler) commandReport(ctx context.Context, p press) receiver.Reply {
	r, ok, err := h.store.LastReport()
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if !ok {
		return h.replyText(p, "There is no report yet. Type `/inactive scan` to make one.")
	}
	return receiver.Reply{After: func(ctx context.Context) error {
		where := fmt.Sprintf("Report %d", r.ID)
		if link := h.view.Permalink(ctx, r.ID); link != "" {
			where = fmt.Sprintf("<%s|Report %d>", link, r.ID)
		}
		return h.respondEphemeral(ctx, p, fmt.Sprintf("%s from %s lists %s and is %s. Next report: %s.",
			where, blocks.LocalTime(r.CreatedAt), blocks.People(r.Candidates), reportStates[r.State], blocks.LocalTime(h.nextReport())))
	}}
}

// commandSuspended lists the people suspended by this bot.
func (h *Handler) commandSuspended(ctx context.Context, p press) receiver.Reply {
	all, err := h.store.ActiveSuspensions(0)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if len(all) == 0 {
		return h.replyText(p, "No one is suspended by this bot.")
	}
	slices.SortFunc(all, func(x, y storage.Step) int { return y.ClaimedAt.Compare(x.ClaimedAt) })
	lines := []string{blocks.People(len(all)) + " suspended by this bot" + unclearAmong(all) + ". `/inactive restore <email>` gives access back:"}
	for _, st := range all[:min(len(all), maxLines)] {
		who, err := h.store.Person(st.AccountID)
		if err != nil {
			return h.outcome(ctx, p, err)
		}
		line := "• " + blocks.PersonLabel(who) + " · " + blocks.Date(st.ClaimedAt) + " · batch " + strconv.FormatUint(st.BatchID, 10)
		if st.Unclear() {
			line += " · unclear"
		}
		lines = append(lines, line)
	}
	return h.replyText(p, strings.Join(lines, "\n")+andMore(len(all), "type `/inactive why <who>` for one person, or press Restore a person under a finished batch to search all"))
}

// unclearAmong says for how many people it is not known whether the suspension took
// effect.
func unclearAmong(all []storage.Step) string {
	n := 0
	for _, st := range all {
		if st.Unclear() {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them unclear", n)
}

// maxLines is the most lines of one answer.
const maxLines = 30

// andMore returns how many people are not in an answer and how to see them.
func andMore(n int, way string) string {
	if n <= maxLines {
		return ""
	}
	return fmt.Sprintf("\nand %d more: %s.", n-maxLines, way)
}

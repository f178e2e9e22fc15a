package handler

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// commandStatus says whether the bot runs. Approvers see more.
func (h *Handler) commandStatus(ctx context.Context, p press) receiver.Reply {
	text := "inactivebot is running. Next report: " + blocks.LocalTime(h.nextReport()) + "."
	if h.approvers.Judge(ctx, p.user) != approvers.Allowed {
		return h.replyText(p, text)
	}
	more, err := h.statusLines(ctx)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.replyText(p, strings.Join(append([]string{text}, more...), "\n"))
}

func (h *Handler) statusLines(ctx context.Context) ([]string, error) {
	sc, scanned, errScan := h.store.LastScan()
	pause, paused, errPause := h.store.Paused()
	ours, errOurs := h.store.ActiveSuspensions(0)
	if err := errors.Join(errScan, errPause, errOurs); err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprintf("Threshold: no %s activity for %d days.", blocks.Product(h.options.Product), h.options.InactiveDays)}
	if scanned {
		lines = append(lines, fmt.Sprintf("Last scan: %s, %s inactive. %s", blocks.LocalTime(sc.EndedAt), blocks.People(sc.Candidates()), blocks.ScanMethod(sc)))
		unmatched, err := h.store.Unmatched(sc)
		if err != nil {
			return nil, err
		}
		lines = append(lines, blocks.UnmatchedLines(unmatched)...)
	}
	if since, people := h.scans.Progress(); !since.IsZero() {
		lines = append(lines, blocks.ScanProgress(since, people, sc.People))
	}
	lines = append(lines, "Suspended by this bot: "+blocks.People(len(ours))+unclearAmong(ours)+".")
	if paused {
		lines = append(lines, fmt.Sprintf("Suspensions are paused by %s since %s.", blocks.Mention(pause.By), blocks.LocalTime(pause.At)))
	}
	warnings, err := h.store.Warnings()
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		if w.Kind != storage.WarnChannel { // said in full below.
			lines = append(lines, blocks.AdviceFor(w.Kind).Text()+" (since "+blocks.LocalTime(w.Since)+")")
		}
	}
	if c, in, err := h.store.ChannelOutage(); err != nil {
		return nil, err
	} else if in {
		lines = append(lines, blocks.ChannelOutage(h.options.Channel, c.Code, c.Since).Text)
	}
	who, err := h.approvers.All(ctx)
	if err != nil {
		return append(lines, "The approvers could not be read from Slack."), nil
	}
	return append(lines, blocks.Approvers(who)), nil
}

package handler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/command"
	"inactivebot/bot/logging"
	"inactivebot/bot/problem"
	"inactivebot/bot/receiver"
	"inactivebot/bot/scan"
)

// commandScan makes a report. With fewer days than the setting it only lists.
func (h *Handler) commandScan(ctx context.Context, p press) receiver.Reply {
	days := 0
	if args := command.SplitQuoted(p.value); len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > maxDays || len(args) > 1 {
			return h.replyText(p, "The number of days is not valid. Type `/inactive scan`, or for example `/inactive scan 90`.")
		}
		days = n
	}
	return h.scanFor(ctx, p, days)
}

// maxDays is the largest threshold that can be typed, in days: ten years.
const maxDays = 3650

// scanFor runs a scan for a person, once for each delivery, and answers when it is
// done.
func (h *Handler) scanFor(ctx context.Context, p press, days int) receiver.Reply {
	if err := h.decide(p).Accept("scan"); err != nil {
		return h.outcome(ctx, p, err)
	}
	if days > 0 && days < h.options.InactiveDays {
		return h.inBackground(p, "Checking …", func(ctx context.Context) (string, error) { return h.previewText(ctx, p.user, days) })
	}
	return h.inBackground(p, "Scan started. The report will be posted when it finishes.", func(ctx context.Context) (string, error) {
		r, err := h.scans.Run(ctx, p.user, "asked by "+p.user+" at "+time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z"), days)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("Report %d is ready: %s inactive. Posting it in <#%s>.", r.ID, blocks.People(r.Candidates), h.options.Channel), nil
	})
}

// inBackground runs long work after a first answer, and answers again at the
// end, never before the first answer is out. The work ends with the program.
func (h *Handler) inBackground(p press, first string, work func(context.Context) (string, error)) receiver.Reply {
	return receiver.Reply{After: func(ctx context.Context) error {
		told := make(chan struct{})
		defer close(told)
		h.background(func(life context.Context) {
			ctx := logging.Continue(life, ctx)
			text, err := work(ctx)
			switch {
			case errors.Is(err, scan.ErrRunning):
				text = "A scan is already running. Its report will be posted when it finishes."
			case err != nil:
				zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("scan failed")
				text = "No new report: " + problem.Text(problem.Code(err)) + " The last report stays as it is."
			}
			<-told
			if err := h.respondEphemeral(ctx, p, text); err != nil && ctx.Err() == nil {
				zerolog.Ctx(ctx).Warn().Err(err).Msg("answer not delivered")
			}
		})
		return h.respondEphemeral(ctx, p, first)
	}}
}

// previewText lists the people who would be inactive under a smaller threshold.
func (h *Handler) previewText(ctx context.Context, by string, days int) (string, error) {
	seen, err := h.scans.Preview(ctx, by, days, blocks.VisibleRows)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s would be listed with a threshold of %d days, the longest inactive first. This is a preview: no one can be suspended from it.", blocks.People(seen.Inactive), days)
	if seen.Unknown > 0 {
		text += " " + blocks.People(seen.Unknown) + " could not be checked."
	}
	for _, j := range seen.Longest {
		text += "\n• " + blocks.PersonLabel(j.Person()) + " · " + blocks.Date(j.Decision.LastActive)
	}
	if left := seen.Inactive - len(seen.Longest); left > 0 {
		text += fmt.Sprintf("\nand %d more: run `inactivebot scan --inactive-days %d` to list them all.", left, days)
	}
	return text, nil
}

// pressScanAgain makes a new report.
func (h *Handler) pressScanAgain(ctx context.Context, p press) receiver.Reply {
	return h.scanFor(ctx, p, 0)
}

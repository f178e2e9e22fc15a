package bot

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// tellApprovers notes in a report's thread who may press, where that has
// changed. A look-up that fails leaves it to the next report.
func (b *Bot) tellApprovers(ctx context.Context, report uint64) {
	who, err := b.approvers.others(ctx, "")
	if err == nil {
		err = b.store.Approvers(report, who, time.Now().UTC())
	}
	if err != nil && ctx.Err() == nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("approvers not compared")
	}
}

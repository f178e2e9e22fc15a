package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

const (
	// lineAtMost is how long a batch waits for its turn at Atlassian's rate limit
	// before somebody has to look, …
	lineAtMost = 5 * time.Minute
	// … and lineTimes how often in a row.
	lineTimes = 6
)

func turnKey(batch uint64) string { return fmt.Sprintf("turn of batch %d", batch) }

// waitTurn puts a batch off until Atlassian takes its calls again. Nothing waits
// with its request decided: when the turn has come everything is looked at anew,
// and restores, Stop and a pause go ahead meanwhile.
func (e *Executor) waitTurn(ctx context.Context, batch storage.Batch, limited error) error {
	wait := time.Second
	if refused, ok := errors.AsType[*atlassian.Error](limited); ok {
		wait = max(wait, refused.RetryAfter)
	}
	e.state.inLine[batch.ID]++
	if wait > lineAtMost || e.state.inLine[batch.ID] >= lineTimes {
		delete(e.state.inLine, batch.ID)
		return errors.Join(limited, e.store.Stop(batch.ID, storage.Bot, "rate_limited", time.Now().UTC()))
	}
	e.state.again.after(turnKey(batch.ID), wait)
	zerolog.Ctx(ctx).Info().Uint64("batch", batch.ID).Dur("wait", wait).Msg("rate limited; the batch waits for its turn")
	return nil
}

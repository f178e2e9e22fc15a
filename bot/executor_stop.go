package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// mustStop is why a batch may not go on without somebody looking, empty where it
// may. Unseen tells that nothing can be shown in the admin channel.
func (e *Executor) mustStop(batch storage.Batch, unseen bool) string {
	skew, _ := e.client.ClockSkew()
	switch {
	case unseen:
		return "no_channel"
	case e.options.ReportOnly:
		return "report_only"
	case time.Now().UTC().Sub(batch.GoneOn) > awayFor:
		return "away"
	case batch.Taken >= manyAfter && batch.Refused*100 >= manyPercent*batch.Taken:
		return "many_failed"
	case skew.Abs() > policy.MaxSkew:
		return "clock_off"
	}
	return ""
}

// countFailure stops a batch after several failures in a row that are not about
// the people.
func (e *Executor) countFailure(batch storage.Batch, taken int, cause error) (bool, error) {
	n, err := e.store.Failed(batch.ID, taken)
	if err != nil || n < stopAfter {
		return err == nil, errors.Join(cause, err)
	}
	return false, errors.Join(cause, e.store.Stop(batch.ID, storage.Bot, "failures", time.Now().UTC()))
}

// keyRefused stops a batch because Atlassian no longer takes the key, and tells
// the channel.
func (e *Executor) keyRefused(batch storage.Batch) error {
	e.state.again.after(troubleKey, troubleEvery)
	return errors.Join(e.store.Stop(batch.ID, storage.Bot, "key_refused", time.Now().UTC()), e.store.SetTrouble("key_refused", time.Now().UTC()))
}

// troublePass looks from time to time whether Atlassian takes the key again.
func (e *Executor) troublePass(ctx context.Context) error {
	if due, _ := e.state.again.due(troubleKey); !due {
		return nil
	}
	e.state.again.after(troubleKey, troubleEvery)
	if t, in, err := e.store.Trouble(); err != nil || !in || t.Code != "key_refused" {
		return err
	}
	if _, err := FindDirectory(ctx, e.client, e.options.DirectoryID); err != nil {
		return err
	}
	defer e.wakeMessages()
	return e.store.EndTrouble(time.Now().UTC())
}

const (
	// awayFor is how old an approval may be before somebody has to look again.
	awayFor = 24 * time.Hour
	// manyPercent of the steps may not fail, from manyAfter steps on.
	manyAfter, manyPercent = 10, 20
	// stopAfter is how many failures in a row that are not about the person stop
	// a batch.
	stopAfter = 3
)

const (
	troubleKey = "trouble"
	// troubleEvery is how often the bot looks whether it can work again.
	troubleEvery = time.Hour
)

func isDefinite(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	return ok && e.Definite()
}

func refusesKey(err error) bool {
	kind := atlassian.KindOf(err)
	return kind == atlassian.KindUnauthorized || kind == atlassian.KindForbidden
}

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

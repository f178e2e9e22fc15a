package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"

	"inactivebot/bot/logging"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// hourly is how often a failed scheduled scan is retried and a heartbeat is
// recorded.
const hourly = "@every 1h"

// runSchedule makes the scheduled reports until ctx ends. Slots that were missed
// while the bot was not running are made up for with one report.
func (b *Bot) runSchedule(ctx context.Context) error {
	log := cronLog{b.log}
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log), cron.WithChain(cron.Recover(log), cron.SkipIfStillRunning(log)))
	for _, spec := range []string{b.settings.Schedule, hourly} {
		if _, err := c.AddFunc(spec, func() { b.catchUp(ctx) }); err != nil {
			return fmt.Errorf("schedule %q: %w", spec, err)
		}
	}
	for _, work := range []func(context.Context){b.heartbeat, b.sweep} {
		if _, err := c.AddFunc(hourly, func() { work(ctx) }); err != nil {
			return fmt.Errorf("hourly work: %w", err)
		}
	}
	c.Start()
	b.catchUp(ctx)
	<-ctx.Done()
	<-c.Stop().Done()
	return nil
}

// heartbeat records the current time in the database, and forgets old
// deliveries. A heartbeat that is too old at startup identifies a database
// restored from an older backup.
func (b *Bot) heartbeat(ctx context.Context) {
	now := time.Now().UTC()
	if err := errors.Join(b.store.Heartbeat(now), b.store.ForgetDeliveries(now)); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("heartbeat failed")
	}
}

// sweepEvery is how often expired data is deleted.
const sweepEvery = 24 * time.Hour

// sweep deletes data older than the retention, once a day. It deletes nothing
// while the clock is known to be wrong.
func (b *Bot) sweep(ctx context.Context) {
	last, err := b.store.LastSweep()
	skew, _ := b.atlassian.ClockSkew()
	if b.settings.Retention == 0 || skew.Abs() > policy.MaxSkew || err == nil && within(sweepEvery, last, time.Now().UTC()) {
		return
	}
	var n storage.SweepResult
	if err == nil {
		n, err = b.store.Sweep(time.Now().UTC().Add(-b.settings.Retention), time.Now().UTC())
	}
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("sweep failed")
		return
	}
	b.publisher.Wake()
	zerolog.Ctx(ctx).Info().Int("reports", n.Reports).Int("people", n.People).Int("texts", n.Texts).Msg("swept")
}

// within reports whether at is less than d before now. It reports false for a
// time in the future, which was written with a wrong clock.
func within(d time.Duration, at, now time.Time) bool {
	return !at.After(now) && now.Sub(at) < d
}

// catchUp makes the report of the latest slot that is due, unless it exists.
func (b *Bot) catchUp(ctx context.Context) {
	b.runSlot(ctx, func() (time.Time, bool, error) { return b.dueSlot(time.Now().UTC()) })
}

// RunSlot makes the report of a slot now, exactly as the schedule does. It may
// be called while [Bot.Run] runs. The demo calls it instead of waiting for the
// schedule.
func (b *Bot) RunSlot(ctx context.Context, slot time.Time) {
	b.runSlot(b.log.WithContext(ctx), func() (time.Time, bool, error) { return slot.UTC(), true, nil })
}

// runSlot makes the report of the slot that find returns, if one is due and no
// other is being handled.
func (b *Bot) runSlot(ctx context.Context, find func() (slot time.Time, due bool, err error)) {
	if !b.slotMu.TryLock() {
		return
	}
	defer b.slotMu.Unlock()
	ctx = logging.WithRequestID(ctx)
	slot, due, err := find()
	if err == nil && due {
		err = b.scheduled(ctx, slot)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, scan.ErrRunning) {
		zerolog.Ctx(ctx).Error().Err(err).Time("slot", slot).Msg("scheduled report failed")
	}
}

// dueSlot returns the latest slot that became due since the last one handled. On
// the first start there is none. A last slot in the future, set with a wrong
// clock, is replaced, because it would block all slots until then.
func (b *Bot) dueSlot(now time.Time) (slot time.Time, due bool, err error) {
	last, err := b.store.LastSlot()
	if err != nil {
		return slot, false, err
	}
	if last.IsZero() || last.After(now) {
		return slot, false, b.store.SetLastSlot(now)
	}
	for next := b.schedule.Next(last); !next.IsZero() && !next.After(now); next = b.schedule.Next(next) {
		slot, due = next, true
	}
	return slot.UTC(), due, nil
}

func (b *Bot) scheduled(ctx context.Context, slot time.Time) error {
	name := slot.Format(time.RFC3339)
	taken, err := b.store.SlotTaken(name)
	if err != nil {
		return err
	}
	if !taken {
		last, err := b.store.LastSlot()
		if err != nil {
			return err
		}
		report, err := b.scans.Run(ctx, storage.Bot, name, 0)
		if err != nil {
			return errors.Join(err, b.recordFailure(ctx, err))
		}
		b.warnMissedReports(ctx, report.ID, last, slot)
		b.publisher.Wake()
	}
	return b.store.SetLastSlot(slot)
}

// recordFailure stores why there is no report. The publisher posts it to the
// channel in one message.
func (b *Bot) recordFailure(ctx context.Context, cause error) error {
	if ctx.Err() != nil || errors.Is(cause, scan.ErrRunning) {
		return nil
	}
	defer b.publisher.Wake()
	return b.store.SetIncident(problem.Code(cause), time.Now().UTC())
}

// nextReport returns when the schedule makes the next report.
func (b *Bot) nextReport() time.Time { return b.schedule.Next(time.Now().UTC()) }

// cronLog writes messages of the cron library to the log.
type cronLog struct{ log zerolog.Logger }

func (l cronLog) Info(msg string, _ ...any) { l.log.Debug().Str("cron", msg).Msg("schedule") }

func (l cronLog) Error(err error, msg string, _ ...any) {
	l.log.Error().Err(err).Str("cron", msg).Msg("schedule")
}

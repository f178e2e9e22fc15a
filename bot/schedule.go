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

// hourly is how often a scheduled scan that did not work is tried again, and a
// sign of life is left in the database.
const hourly = "@every 1h"

// runSchedule makes the scheduled reports until ctx ends. A slot that was
// missed while the bot was away is caught up once.
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

// heartbeat leaves a sign of life, by which an older copy of the database is
// known as one.
func (b *Bot) heartbeat(ctx context.Context) {
	if err := b.store.Heartbeat(time.Now().UTC()); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("heartbeat failed")
	}
}

// sweepEvery is how often it is looked for what need not be kept any longer.
const sweepEvery = 24 * time.Hour

// sweep deletes once a day what is older than the retention. By a clock that is
// known to be wrong nothing is deleted.
func (b *Bot) sweep(ctx context.Context) {
	last, err := b.store.LastSweep()
	skew, _ := b.atlassian.ClockSkew()
	if b.settings.Retention == 0 || skew.Abs() > policy.MaxSkew || err == nil && within(sweepEvery, last, time.Now().UTC()) {
		return
	}
	var n storage.Swept
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

// within reports whether something happened less than d ago. What lies ahead was
// written by a clock that was wrong, and does not count.
func within(d time.Duration, at, now time.Time) bool {
	return !at.After(now) && now.Sub(at) < d
}

// catchUp makes the report of the latest slot that has come and has none.
func (b *Bot) catchUp(ctx context.Context) {
	b.runSlot(ctx, func() (time.Time, bool, error) { return b.dueSlot(time.Now().UTC()) })
}

// RunSlot makes the report of a slot now, exactly as the schedule does when its
// time comes. It may be called while [Bot.Run] works. The demo calls it, so that
// nobody has to wait for Monday.
func (b *Bot) RunSlot(ctx context.Context, slot time.Time) {
	b.runSlot(b.log.WithContext(ctx), func() (time.Time, bool, error) { return slot.UTC(), true, nil })
}

// runSlot makes the report of the slot that find tells, if one is due and no
// other is being dealt with.
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

// dueSlot is the latest moment of the schedule that has come since the last one
// dealt with. On the very first start there is none: the past is not ours. One
// that lies ahead was set by a clock that was wrong, and would hold up all others
// until it comes.
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

// recordFailure says in the channel, in one message, that and why there is no report.
func (b *Bot) recordFailure(ctx context.Context, cause error) error {
	if ctx.Err() != nil || errors.Is(cause, scan.ErrRunning) {
		return nil
	}
	defer b.publisher.Wake()
	return b.store.SetTrouble(problem.Code(cause), time.Now().UTC())
}

// nextReport is when the schedule makes the next report.
func (b *Bot) nextReport() time.Time { return b.schedule.Next(time.Now().UTC()) }

// cronLog hands what cron has to say to the log.
type cronLog struct{ log zerolog.Logger }

func (l cronLog) Info(msg string, _ ...any) { l.log.Debug().Str("cron", msg).Msg("schedule") }

func (l cronLog) Error(err error, msg string, _ ...any) {
	l.log.Error().Err(err).Str("cron", msg).Msg("schedule")
}

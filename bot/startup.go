package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"inactivebot/bot/problem"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"

	"github.com/rs/zerolog"
)

// start updates the database for this run, and checks Slack and Atlassian. It
// retries during an outage and fails on a definite refusal.
func (b *Bot) start(ctx context.Context) error {
	if err := b.store.DropUnfinished(time.Now().UTC()); err != nil {
		return err
	}
	if _, err := b.store.Greet(time.Now().UTC()); err != nil {
		return err
	}
	if !b.settings.Table {
		if err := b.store.SetTableRefused(false); err != nil {
			return err
		}
	}
	if _, err := b.store.RecordSettings(b.settings.digests(), time.Now().UTC()); err != nil {
		return err
	}
	if behind, err := b.store.InvalidateIfRolledBack(time.Now().UTC()); err != nil {
		return err
	} else if behind > 0 {
		zerolog.Ctx(ctx).Warn().Dur("behind", behind).Msg("the database may have been restored from an older backup")
	}
	if err := b.store.Heartbeat(time.Now().UTC()); err != nil {
		return err
	}
	if err := b.recordAPIKey(); err != nil {
		return err
	}
	if err := b.untilAnswered(ctx, "slack", b.identify); err != nil {
		return err
	}
	if err := b.preflight(ctx); err != nil {
		return err
	}
	if err := b.compareOnce(ctx); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("the newest messages were not compared with the database; no one is suspended until they are")
	}
	return b.untilAnswered(ctx, "atlassian", func(ctx context.Context) error {
		_, err := b.scans.DirectoryID(ctx)
		return err
	})
}

// untilAnswered calls ask until it succeeds or ctx ends. It returns early with
// an error that no retry can resolve.
func (b *Bot) untilAnswered(ctx context.Context, who string, ask func(context.Context) error) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := ask(ctx)
		if err == nil || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if final := problem.AsFatal(err); final != nil {
			return final
		}
		if final := slackapi.AsFatal(err); final != nil {
			return final
		}
		zerolog.Ctx(ctx).Warn().Err(err).Str("service", who).Dur("again_in", wait).Msg("no answer at start")
		if err := reconcile.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// identify asks Slack which workspace the bot is in.
func (b *Bot) identify(ctx context.Context) error {
	who, err := b.slack.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("ask Slack who the bot is: %w", err)
	}
	b.approvers.SetHome(who.TeamID, who.EnterpriseID)
	b.who = who
	return nil
}

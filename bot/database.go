package bot

import (
	"context"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// betweenComparisons is the wait after the newest messages could not be read.
const betweenComparisons = 30 * time.Second

// setAside saves what this bot had stored beside the file that replaced its
// database, and says in the channel that the bot has stopped. It returns the error
// that ends the program.
func (b *Bot) setAside(parent context.Context, replaced storage.ErrReplaced) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), slackapi.Timeout)
	defer cancel()
	saved, err := b.store.SetAside(time.Now().UTC())
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("the data of the replaced database was not saved")
		saved = ""
	}
	replaced.SavedAs = saved
	if saved != "" {
		saved = filepath.Base(saved)
	}
	if err := b.publisher.AnnounceReplaced(ctx, saved); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("the channel was not told that the bot has stopped")
	}
	return replaced
}

// compareWithSlack reads the newest messages of the bot until that succeeds. A
// message that is newer than the database shows that the database is an older copy.
// No one is suspended before.
func (b *Bot) compareWithSlack(ctx context.Context) error {
	for !b.compared.Load() {
		err := b.compareOnce(ctx)
		if damaged := b.fatal(ctx, err); err != nil && damaged != nil {
			return damaged
		}
		if err == nil {
			b.Changed()
			return nil
		}
		zerolog.Ctx(ctx).Warn().Err(err).Msg("the newest messages were not compared with the database; no one is suspended until they are")
		if reconcile.Sleep(ctx, betweenComparisons) != nil {
			return nil
		}
	}
	return nil
}

// compareOnce compares the newest messages with the database.
func (b *Bot) compareOnce(ctx context.Context) error {
	shown, err := b.publisher.ShownEntries(ctx, b.who.UserID)
	if err != nil {
		return err
	}
	overtaken, err := b.store.InvalidateIfOvertaken(shown, time.Now().UTC())
	if err != nil {
		return err
	}
	if overtaken {
		zerolog.Ctx(ctx).Warn().Msg("a message in the admin channel is newer than the database, which may be an older copy")
	}
	b.compared.Store(true)
	return nil
}

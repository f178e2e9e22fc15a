package bot

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

const (
	// backupEvery is how old the newest copy may become before there is a new one.
	backupEvery = 24 * time.Hour
	// backupTime is the time in a copy's name, in UTC: names sort by age.
	backupTime = "20060102T150405Z"
	// backupRetry is how often it is seen whether a copy is due.
	backupRetry = time.Hour
)

// Changed has the bot look at once at what somebody else has changed in its
// database.
func (b *Bot) Changed() {
	b.executor.Wake()
	b.publisher.Wake()
}

// runBackups makes a copy of the database every day, where the settings name a
// directory for it, until ctx ends. One that does not succeed is tried again
// every hour.
func (b *Bot) runBackups(ctx context.Context) error {
	if b.settings.BackupDir == "" {
		return nil
	}
	tick := time.NewTicker(backupRetry)
	defer tick.Stop()
	for {
		if err := b.backUpDaily(ctx, time.Now().UTC()); err != nil {
			zerolog.Ctx(ctx).Error().Err(err).Msg("daily copy failed")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// backUpDaily makes a copy where there is none of the last day, and then removes the
// oldest beyond those to keep.
func (b *Bot) backUpDaily(ctx context.Context, now time.Time) error {
	have, err := b.backups()
	if err != nil {
		return err
	}
	if err := b.removePartialCopies(); err != nil {
		return err
	}
	for _, path := range have {
		if at := b.backedUpAt(path); within(backupEvery-time.Minute, at, now) {
			b.metrics.BackupMade(at)
			return nil
		}
	}
	path := b.backupPrefix() + now.UTC().Format(backupTime) + ".db"
	if err := b.store.SaveCopy(path, false, now); err != nil {
		return err
	}
	b.metrics.BackupMade(now)
	zerolog.Ctx(ctx).Info().Msg("daily copy made")
	have = append(have, path)
	for _, old := range have[:max(0, len(have)-b.settings.BackupKeep)] {
		err = errors.Join(err, os.Remove(old))
	}
	return err
}

// removePartialCopies removes what a copy that broke off with the program has left. Nobody
// else makes daily copies of a database that this process has open.
func (b *Bot) removePartialCopies() (err error) {
	digits := func(n int) string { return strings.Repeat("[0-9]", n) }
	parts, _ := filepath.Glob(escapeGlob(b.backupPrefix()) + digits(8) + "T" + digits(6) + "Z.db.*.part") // the pattern is one.
	for _, part := range parts {
		err = errors.Join(err, os.Remove(part))
	}
	return err
}

// escapeGlob is a path as a pattern for itself.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// backups are the daily backups there are, oldest first.
func (b *Bot) backups() (paths []string, err error) {
	entries, err := os.ReadDir(b.settings.BackupDir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(b.settings.BackupDir, e.Name())
		if e.Type().IsRegular() && !b.backedUpAt(path).IsZero() {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths, nil
}

// backupPrefix is how the path of every daily copy of this database begins.
func (b *Bot) backupPrefix() string {
	name := filepath.Base(b.store.Path())
	return filepath.Join(b.settings.BackupDir, strings.TrimSuffix(name, filepath.Ext(name))+"-")
}

// backedUpAt is when a daily copy was made, by its name; zero for any other file.
func (b *Bot) backedUpAt(path string) time.Time {
	at, ok := strings.CutPrefix(path, b.backupPrefix())
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse(backupTime+".db", at)
	if err != nil {
		return time.Time{}
	}
	return t
}

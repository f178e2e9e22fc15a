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
	// backupEvery is the age of the newest backup from which a new one is written.
	backupEvery = 24 * time.Hour
	// backupTime is the format of the time in a backup's name, in UTC: names
	// sort by age.
	backupTime = "20060102T150405Z"
	// backupRetry is how often the bot checks whether a backup is due.
	backupRetry = time.Hour
)

// Changed starts the next pass of the loops. It is called after a change of the
// database.
func (b *Bot) Changed() {
	b.executor.Wake()
	b.publisher.Wake()
}

// runBackups backs the database up every day, if the settings name a directory
// for it, until ctx ends. A failed backup is retried every hour.
func (b *Bot) runBackups(ctx context.Context) error {
	if b.settings.BackupDir == "" {
		return nil
	}
	tick := time.NewTicker(backupRetry)
	defer tick.Stop()
	for {
		if err := b.backUpDaily(ctx, time.Now().UTC()); err != nil {
			zerolog.Ctx(ctx).Error().Err(err).Msg("daily backup failed")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// backUpDaily writes a backup if the newest one is a day old, and then removes
// the oldest backups beyond BackupKeep.
func (b *Bot) backUpDaily(ctx context.Context, now time.Time) error {
	have, err := b.backups()
	if err != nil {
		return err
	}
	if err := b.removePartialBackups(); err != nil {
		return err
	}
	for _, path := range have {
		if at := b.backedUpAt(path); within(backupEvery-time.Minute, at, now) {
			b.metrics.BackupMade(at)
			return nil
		}
	}
	path := b.backupPrefix() + now.UTC().Format(backupTime) + ".db"
	if err := b.store.Backup(path, false, now); err != nil {
		return err
	}
	b.metrics.BackupMade(now)
	zerolog.Ctx(ctx).Info().Msg("daily backup written")
	have = append(have, path)
	for _, old := range have[:max(0, len(have)-b.settings.BackupKeep)] {
		err = errors.Join(err, os.Remove(old))
	}
	return err
}

// removePartialBackups removes the files of backups that were interrupted. No
// other process makes daily backups of a database that this one has open.
func (b *Bot) removePartialBackups() (err error) {
	digits := func(n int) string { return strings.Repeat("[0-9]", n) }
	parts, _ := filepath.Glob(escapeGlob(b.backupPrefix()) + digits(8) + "T" + digits(6) + "Z.db.*.part") // fails only for a malformed pattern.
	for _, part := range parts {
		err = errors.Join(err, os.Remove(part))
	}
	return err
}

// escapeGlob returns a pattern that matches only this path.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// backups returns the paths of the daily backups, oldest first.
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

// backupPrefix returns the beginning of the path of every daily backup of this
// database.
func (b *Bot) backupPrefix() string {
	name := filepath.Base(b.store.Path())
	return filepath.Join(b.settings.BackupDir, strings.TrimSuffix(name, filepath.Ext(name))+"-")
}

// backedUpAt returns the time in the name of a daily backup, and the zero time
// for any other file.
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

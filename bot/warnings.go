package bot

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/doctor"
	"inactivebot/storage"
)

const (
	// largeDatabase is from how many bytes on the database is spoken of.
	largeDatabase = 1 << 30
	// keyAgeWarning is after how long a key of which nobody has said when it ends is spoken
	// of: Atlassian's keys live a year at most, and 30 days of it are left then.
	keyAgeWarning = 335 * 24 * time.Hour
	// minMissed is how many scheduled reports in a row must be missing.
	minMissed = 2
)

// afterReport adds to the thread of a new report what approvers should know.
func (b *Bot) afterReport(ctx context.Context, report uint64) {
	b.noteApprovers(ctx, report)
	b.addWarnings(ctx, report)
	b.publisher.Wake()
}

// addWarnings notes in a new report's thread what will keep the bot from working
// one day, while there is time to see to it.
func (b *Bot) addWarnings(ctx context.Context, report uint64) {
	b.warnKeyExpiry(ctx, report)
	if refused := b.metrics.TakeRefused(); refused != "" {
		b.addNote(ctx, storage.Note{Kind: storage.NoteCallsRefused, ReportID: report, At: time.Now().UTC(), Text: refused})
	}
	if figures, err := b.store.Figures(); err == nil && figures.Size > cmp.Or(b.settings.LargeDatabase, largeDatabase) {
		b.addNote(ctx, storage.Note{Kind: storage.NoteLarge, ReportID: report, At: time.Now().UTC(), Text: blocks.Bytes(uint64(figures.Size))})
	}
}

// recordAPIKey keeps since when this API key is in use.
func (b *Bot) recordAPIKey() error {
	if b.settings.APIKeyDigest == "" {
		return nil
	}
	_, err := b.store.KeySince(b.settings.APIKeyDigest, time.Now().UTC())
	return err
}

// warnKeyExpiry speaks of the API key's end: by the setting, or without one by its age.
func (b *Bot) warnKeyExpiry(ctx context.Context, report uint64) {
	if end := b.settings.APIKeyExpires; !end.IsZero() {
		if end.Sub(time.Now().UTC()) <= doctor.KeyEndsSoon {
			b.addNote(ctx, storage.Note{Kind: storage.NoteKeyEnds, ReportID: report, At: time.Now().UTC(), Until: end})
		}
		return
	}
	if b.settings.APIKeyDigest == "" {
		return
	}
	since, err := b.store.KeySince(b.settings.APIKeyDigest, time.Now().UTC())
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("age of the key not known")
		return
	}
	if time.Now().UTC().Sub(since) >= keyAgeWarning {
		b.addNote(ctx, storage.Note{Kind: storage.NoteKeyOld, ReportID: report, At: time.Now().UTC(), Until: since})
	}
}

// warnMissedReports notes in a scheduled report's thread that there was none at the
// moments of the schedule before it, where two or more are missing.
func (b *Bot) warnMissedReports(ctx context.Context, report uint64, last, slot time.Time) {
	missed := 0
	for next := b.schedule.Next(last); !last.IsZero() && !next.IsZero() && next.Before(slot); next = b.schedule.Next(next) {
		missed++
	}
	if missed >= minMissed {
		b.addNote(ctx, storage.Note{Kind: storage.NoteMissed, ReportID: report, At: time.Now().UTC(), Text: fmt.Sprint(missed), Until: last})
	}
}

func (b *Bot) addNote(ctx context.Context, n storage.Note) {
	if err := b.store.AddNote(n); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Str("note", string(n.Kind)).Msg("note not kept")
	}
}

// noteApprovers notes in a report's thread who may press, where that has
// changed. A look-up that fails leaves it to the next report.
func (b *Bot) noteApprovers(ctx context.Context, report uint64) {
	who, err := b.approvers.Others(ctx, "")
	if err == nil {
		err = b.store.Approvers(report, who, time.Now().UTC())
	}
	if err != nil && ctx.Err() == nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("approvers not compared")
	}
}

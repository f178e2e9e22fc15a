package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/doctor"
	"inactivebot/storage"
)

const (
	// largeDatabase is the size in bytes from which a warning is posted.
	largeDatabase = 1 << 30
	// keyAgeWarning is the age from which a key without a configured expiry
	// date is reported: keys are valid for at most a year, which leaves 30
	// days.
	keyAgeWarning = 335 * 24 * time.Hour
	// minMissed is how many scheduled reports in a row must be missing for a
	// warning.
	minMissed = 2
)

// afterReport adds the notes for approvers to the thread of a new report.
func (b *Bot) afterReport(ctx context.Context, report uint64) {
	b.noteApprovers(ctx, report)
	b.addWarnings(ctx, report)
	b.publisher.Wake()
}

// addWarnings adds notes to a new report's thread about problems that will stop
// the bot if no one acts.
func (b *Bot) addWarnings(ctx context.Context, report uint64) {
	b.warnKeyExpiry(ctx, report)
	b.addStoredWarnings(ctx, report)
	if refused := b.metrics.TakeRefused(); refused != "" {
		b.addNote(ctx, storage.Note{Kind: storage.NoteCallsRefused, ReportID: report, At: time.Now().UTC(), Text: refused})
	}
	if figures, err := b.store.Stats(); err == nil && figures.Size > cmp.Or(b.settings.LargeDatabase, largeDatabase) {
		b.addNote(ctx, storage.Note{Kind: storage.NoteLargeDatabase, ReportID: report, At: time.Now().UTC(), Text: blocks.Bytes(uint64(figures.Size))})
	}
}

// addStoredWarnings adds the stored warnings that are not shown elsewhere: a lock is shown in
// the report, and an outage of the channel by direct messages.
func (b *Bot) addStoredWarnings(ctx context.Context, report uint64) {
	all, err := b.store.Warnings()
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("warnings not read")
	}
	for _, w := range all {
		if w.Kind == storage.WarnOtherProgram {
			b.addNote(ctx, storage.Note{Kind: storage.NoteWarning, ReportID: report, At: time.Now().UTC(), Text: string(w.Kind)})
		}
	}
}

// recordAPIKey stores when this API key was first used.
func (b *Bot) recordAPIKey() error {
	if b.settings.APIKeyDigest == "" {
		return nil
	}
	_, err := b.store.KeyFirstSeen(b.settings.APIKeyDigest, time.Now().UTC())
	return err
}

// warnKeyExpiry adds a warning before the API key expires. If the expiry date is
// not set, the warning depends on the age of the key.
func (b *Bot) warnKeyExpiry(ctx context.Context, report uint64) {
	if end := b.settings.APIKeyExpires; !end.IsZero() {
		if end.Sub(time.Now().UTC()) <= doctor.KeyExpiryWarning {
			b.addNote(ctx, storage.Note{Kind: storage.NoteKeyExpires, ReportID: report, At: time.Now().UTC(), Until: end})
		}
		return
	}
	if b.settings.APIKeyDigest == "" {
		return
	}
	since, err := b.store.KeyFirstSeen(b.settings.APIKeyDigest, time.Now().UTC())
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("age of the API key not read")
		return
	}
	if time.Now().UTC().Sub(since) >= keyAgeWarning {
		b.addNote(ctx, storage.Note{Kind: storage.NoteKeyOld, ReportID: report, At: time.Now().UTC(), Until: since})
	}
}

// warnMissedReports adds a note to a scheduled report's thread if at least
// minMissed reports before it are missing.
func (b *Bot) warnMissedReports(ctx context.Context, report uint64, last, slot time.Time) {
	missed := 0
	for next := b.schedule.Next(last); !last.IsZero() && !next.IsZero() && next.Before(slot); next = b.schedule.Next(next) {
		missed++
	}
	if missed >= minMissed {
		b.addNote(ctx, storage.Note{Kind: storage.NoteMissedReports, ReportID: report, At: time.Now().UTC(), Text: fmt.Sprint(missed), Until: last})
	}
}

func (b *Bot) addNote(ctx context.Context, n storage.Note) {
	if err := b.store.AddNote(n); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Str("note", string(n.Kind)).Msg("note not stored")
	}
}

// noteApprovers adds notes to a report's thread if the approvers have changed, or
// those whose own accounts cannot be recognised. Until all profiles were read, the
// next report adds them.
func (b *Bot) noteApprovers(ctx context.Context, report uint64) {
	who, hidden, complete, err := b.approvers.Known(ctx)
	if err == nil && complete {
		err = errors.Join(b.store.RecordApprovers(report, who, time.Now().UTC()), b.store.RecordHiddenEmails(report, hidden, time.Now().UTC()))
	}
	if err != nil && ctx.Err() == nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("approvers not compared with the last report")
	}
}

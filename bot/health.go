package bot

import (
	"inactivebot/storage"
)

// largeDatabase is from how many bytes on the database is spoken of.
const largeDatabase = 1 << 30

// tellHealth notes in a new report's thread what will keep the bot from working
// one day, while there is time to see to it.
func (b *Bot) tellHealth(report uint64) {
	if end := b.settings.APIKeyExpires; !end.IsZero() && end.Sub(now()) <= keyEndsSoon {
		b.tell(storage.Note{Kind: storage.NoteKeyEnds, ReportID: report, At: now(), Until: end})
	}
	if figures, err := b.store.Figures(); err == nil && figures.Size > largeDatabase {
		b.tell(storage.Note{Kind: storage.NoteLarge, ReportID: report, At: now(), Text: size(uint64(figures.Size))})
	}
}

func (b *Bot) tell(n storage.Note) {
	if err := b.store.AddNote(n); err != nil {
		b.log.Error().Err(err).Str("note", string(n.Kind)).Msg("note not kept")
	}
}

package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// IsFile reports whether the note is a list that is uploaded as a file.
func (k NoteKind) IsFile() bool { return k == NoteList || k == NoteEverybody }

// AskForSheet plans the list of everybody in a report's thread. It does so once:
// the refusal of a second time tells who asked and when. A scan whose rows are
// no longer kept is refused with the cause forgotten.
func (s *Store) AskForSheet(id uint64, by string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		switch {
		case err != nil:
			return err
		case r.Sheet.By != "":
			return Refusal{Cause: CauseAlready, By: r.Sheet.By, At: r.Sheet.At}
		case rows.in(r.ScanID).bucket(tx) == nil:
			return Refusal{Cause: CauseForgotten}
		}
		r.Sheet = Approval{By: by, At: now}
		if err := reports.put(tx, num(id), r); err != nil {
			return err
		}
		if err := record(tx, Line{At: now, Actor: by, Action: "list everybody", Report: id}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteEverybody, ReportID: id, By: by, At: now})
	})
}

// FileRefused says that a list cannot be uploaded and is done with. Somebody who
// asked for it is told so in the thread, and may ask again.
func (s *Store) FileRefused(n Note, code string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if err := notes.delete(tx, num(n.ID)); err != nil || n.Kind != NoteEverybody {
			return err
		}
		r, err := report(tx, n.ReportID)
		if err != nil {
			return err
		}
		r.Sheet = Approval{}
		if err := reports.put(tx, num(r.ID), r); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteNoFile, ReportID: r.ID, By: n.By, At: now, Text: code})
	})
}

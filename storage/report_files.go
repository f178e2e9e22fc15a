package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// IsFile reports whether the note is a list that is uploaded as a file, or the
// end of one.
func (k NoteKind) IsFile() bool { return k == NoteList || k == NoteEverybody || k == NoteUnlist }

// Lists reports whether the report's lists may stand in its thread: not once it
// was superseded, has expired, or was forgotten.
func (r Report) Lists() bool {
	return r.State != ReportSuperseded && r.State != ReportExpired && r.SweptAt.IsZero()
}

// FileShared says that a list is in the report's thread under an id. Where the
// report has ended meanwhile the list is to go again.
func (s *Store) FileShared(n Note, file string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, n.ReportID)
		if err != nil {
			return err
		}
		r.Files = append(r.Files, file)
		if !r.Lists() {
			err = deleteFiles(tx, &r, now)
		}
		return errors.Join(err, reports.put(tx, numberKey(r.ID), r), notes.delete(tx, numberKey(n.ID)))
	})
}

// deleteFiles plans that a report's lists go from its thread: the names in them are
// kept nowhere longer than in the message. The caller stores the report.
func deleteFiles(tx *bolt.Tx, r *Report, now time.Time) error {
	for _, file := range r.Files {
		if err := addNote(tx, Note{Kind: NoteUnlist, ReportID: r.ID, At: now, Text: file}); err != nil {
			return err
		}
	}
	r.Files = nil
	return nil
}

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
		if err := reports.put(tx, numberKey(id), r); err != nil {
			return err
		}
		if err := appendAudit(tx, Line{At: now, Actor: by, Action: "list everybody", Report: id}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteEverybody, ReportID: id, By: by, At: now})
	})
}

// FileRefused says that a list cannot be uploaded and is done with. Somebody who
// asked for it is told so in the thread, and may ask again.
func (s *Store) FileRefused(n Note, code string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if err := notes.delete(tx, numberKey(n.ID)); err != nil || n.Kind != NoteEverybody {
			return err
		}
		r, err := report(tx, n.ReportID)
		if err != nil {
			return err
		}
		r.Sheet = Approval{}
		if err := reports.put(tx, numberKey(r.ID), r); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteNoFile, ReportID: r.ID, By: n.By, At: now, Text: code})
	})
}

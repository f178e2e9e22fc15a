package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// IsFile reports whether the note uploads a list as a file or deletes one.
func (k NoteKind) IsFile() bool {
	return k == NoteCandidateList || k == NoteFullList || k == NoteDeleteFile
}

// MayHaveFiles reports whether the report's lists may stay in its thread: not
// after it was superseded, expired or swept.
func (r Report) MayHaveFiles() bool {
	return r.State != ReportSuperseded && r.State != ReportExpired && r.SweptAt.IsZero()
}

// MarkFileShared records that a list was uploaded to the thread of its report.
// If the report has ended meanwhile, it plans the deletion of the list.
func (s *Store) MarkFileShared(n Note, file string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		r, err := report(tx, n.ReportID)
		if err != nil {
			return err
		}
		r.Files = append(r.Files, file)
		if !r.MayHaveFiles() {
			err = deleteFiles(tx, &r, now)
		}
		return errors.Join(err, reports.put(tx, numberKey(r.ID), r), notes.delete(tx, numberKey(n.ID)))
	})
}

// deleteFiles plans the deletion of the lists in the thread of a report: names
// must not stay in them longer than in the message. The caller stores the
// report.
func deleteFiles(tx *bolt.Tx, r *Report, now time.Time) error {
	for _, file := range r.Files {
		if err := addNote(tx, Note{Kind: NoteDeleteFile, ReportID: r.ID, At: now, Text: file}); err != nil {
			return err
		}
	}
	r.Files = nil
	return nil
}

// RequestFullList plans the list of all people in a report's thread, once. A
// second request is refused and says who asked and when. If the rows of the
// scan are no longer stored, the cause is forgotten.
func (s *Store) RequestFullList(id uint64, by string, now time.Time) error {
	return s.decide(reportObject(id)+"/list", by, func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		switch {
		case err != nil:
			return err
		case r.FullListRequest.By != "":
			return Refusal{Cause: CauseAlready, By: r.FullListRequest.By, At: r.FullListRequest.At}
		case rows.in(r.ScanID).bucket(tx) == nil:
			return Refusal{Cause: CauseNotKept}
		}
		r.FullListRequest = Approval{By: by, At: now}
		if err := reports.put(tx, numberKey(id), r); err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "list everybody", Report: id}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteFullList, ReportID: id, By: by, At: now})
	})
}

// MarkFileRefused gives up a list that cannot be uploaded. If a person asked
// for it, a note in the thread says so and the list can be requested again.
func (s *Store) MarkFileRefused(n Note, code string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if err := notes.delete(tx, numberKey(n.ID)); err != nil || n.Kind != NoteFullList {
			return err
		}
		r, err := report(tx, n.ReportID)
		if err != nil {
			return err
		}
		r.FullListRequest = Approval{}
		if err := reports.put(tx, numberKey(r.ID), r); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteFileRefused, ReportID: r.ID, By: n.By, At: now, Text: code})
	})
}

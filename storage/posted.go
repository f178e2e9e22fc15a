package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var posted = table[PostedNote]{name: "posted"}

// PostedNote is a note with buttons that was posted. A press counts only on the
// message that is stored.
type PostedNote struct {
	Kind     NoteKind  `json:"kind"`
	ReportID uint64    `json:"report_id,omitempty"`
	BatchID  uint64    `json:"batch_id,omitempty"`
	At       time.Time `json:"at"` // when the note was planned.
}

// MarkNoteWithButtonsPosted deletes a note that was posted and keeps where its
// message is.
func (s *Store) MarkNoteWithButtonsPosted(n Note, m Message) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if err := posted.put(tx, []byte(m.TS), PostedNote{Kind: n.Kind, ReportID: n.ReportID, BatchID: n.BatchID, At: n.At}); err != nil {
			return err
		}
		return notes.delete(tx, numberKey(n.ID))
	})
}

// PostedNote returns the note whose message has the timestamp. It reports false
// if no note with buttons is there.
func (s *Store) PostedNote(ts string) (n PostedNote, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		n, ok, err = posted.get(tx, []byte(ts))
		return err
	})
	return n, ok, err
}

// RedrawMessage marks the report whose message has the timestamp as stale. It
// reports false if no report and no note with buttons is there.
func (s *Store) RedrawMessage(ts string) (stored bool, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		if stored = posted.has(tx, []byte(ts)); stored {
			return nil
		}
		id, ok, err := reportAt(tx, ts)
		if stored = ok; err != nil || !ok {
			return err
		}
		return markStale(tx, id)
	})
	return stored, err
}

// reportAt returns the report whose message has the timestamp.
func reportAt(tx *bolt.Tx, ts string) (id uint64, ok bool, err error) {
	for r, err := range reports.newestFirst(tx) {
		if err != nil || r.Message.TS == ts && ts != "" {
			return r.ID, err == nil, err
		}
	}
	return 0, false, nil
}

// IsReportMessage reports whether the message with the timestamp is a report's.
func (s *Store) IsReportMessage(ts string) (bool, error) {
	return view(s, func(tx *bolt.Tx) (bool, error) {
		_, stored, err := reportAt(tx, ts)
		return stored, err
	})
}

// IsNoteBeingPosted reports whether a note of this kind may have been posted
// without an answer so far.
func (s *Store) IsNoteBeingPosted(kind NoteKind) (bool, error) {
	all, err := s.Notes()
	for _, n := range all {
		if n.Kind == kind && !n.AttemptedAt.IsZero() {
			return true, nil
		}
	}
	return false, err
}

// sweepPosted forgets the notes of reports whose lists were deleted.
func (s *Store) sweepPosted(before time.Time) error {
	return sweepOld(s, posted, func(n PostedNote) bool { return n.ReportID != 0 && n.At.Before(before) })
}

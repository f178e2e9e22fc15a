package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var notes = table[Note]{name: "notes"}

// NoteKind is the subject of a note.
type NoteKind string

// The kinds of notes.
const (
	NoteGreeting         NoteKind = "greeting"
	NoteExcluded         NoteKind = "excluded"
	NoteIncluded         NoteKind = "included"
	NoteExclusionUpdated NoteKind = "explained"
	NoteRuleAdded        NoteKind = "rule_added"
	NoteRuleRemoved      NoteKind = "rule_removed"
	NoteApproved         NoteKind = "approved"
	NoteBatchDone        NoteKind = "batch_done"
	NoteStopped          NoteKind = "stopped"
	NoteResumed          NoteKind = "resumed"
	NoteClosed           NoteKind = "closed"
	NoteRestoring        NoteKind = "restoring"
	NoteRestored         NoteKind = "restored"
	NoteNotRestored      NoteKind = "not_restored"
	NotePaused           NoteKind = "paused"
	NoteUnpaused         NoteKind = "unpaused"
	NoteSecondRequested  NoteKind = "second_wanted"
	NoteWithdrawn        NoteKind = "withdrawn"
	NoteOverride         NoteKind = "override"
	NoteApprovers        NoteKind = "approvers"
	NoteRolledBack       NoteKind = "behind"
	NoteUnmatched        NoteKind = "unmatched_rules" // the scan of the report has the rules and entries.
	NoteSource           NoteKind = "source"
	NoteKeyExpires       NoteKind = "key_ends"
	NoteKeyOld           NoteKind = "key_old"
	NoteMissedReports    NoteKind = "missed_reports"
	NoteCallsRefused     NoteKind = "calls_refused"
	NoteLargeDatabase    NoteKind = "large_database"
	NoteCharts           NoteKind = "picture"
	NoteCandidateList    NoteKind = "list"      // a file: the report's candidates.
	NoteFullList         NoteKind = "everybody" // a file: all people of the scan.
	NoteDeleteFile       NoteKind = "unlist"    // a file to delete; Text is its id.
	NoteFileRefused      NoteKind = "no_file"
	NoteEndingExclusions NoteKind = "exclusions_ending"
	NoteOldExclusions    NoteKind = "exclusions_old"
	NoteDisconnected     NoteKind = "absent"
	NoteChannelBack      NoteKind = "channel_back"
	NoteNewerMessage     NoteKind = "newer_message"
	NoteHiddenEmails     NoteKind = "hidden_emails" // Text has the ids of approvers.
	NoteWarning          NoteKind = "warning"       // Text is the kind of the [Warning].
)

// Note is a message that is still to be posted: in the thread of a report, or
// in the admin channel if ReportID is 0. It contains ids; names are looked up
// when it is posted.
type Note struct {
	ID          uint64    `json:"id"`
	Kind        NoteKind  `json:"kind"`
	ReportID    uint64    `json:"report_id,omitempty"`
	BatchID     uint64    `json:"batch_id,omitempty"`
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at"`
	Accounts    []string  `json:"accounts,omitempty"`
	Text        string    `json:"text,omitempty"`
	Comment     string    `json:"said,omitempty"` // a comment that an approver typed.
	AuditHead   string    `json:"head,omitempty"` // the audit log's last hash when it was planned.
	Until       time.Time `json:"until,omitzero"`
	AttemptedAt time.Time `json:"tried_at,omitzero"` // a post was started and its result is unknown.
}

func addNote(tx *bolt.Tx, n Note) error {
	id, err := notes.next(tx)
	if err != nil {
		return err
	}
	n.ID = id
	return notes.put(tx, numberKey(id), n)
}

// AddNote stores a note that is to be posted.
func (s *Store) AddNote(n Note) error {
	return s.db.Update(func(tx *bolt.Tx) error { return addNote(tx, n) })
}

// Notes returns the messages still to be posted, oldest first.
func (s *Store) Notes() ([]Note, error) {
	return view(s, func(tx *bolt.Tx) ([]Note, error) { return collect(notes.all(tx, nil), nil) })
}

// MarkNoteAttempted records, before the request, that a note is about to be
// posted.
func (s *Store) MarkNoteAttempted(id uint64, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		n, ok, err := notes.get(tx, numberKey(id))
		if !ok || err != nil {
			return err
		}
		n.AttemptedAt = now
		return notes.put(tx, numberKey(id), n)
	})
}

// MarkNotePosted deletes a note that was posted.
func (s *Store) MarkNotePosted(id uint64) error {
	return s.db.Update(func(tx *bolt.Tx) error { return notes.delete(tx, numberKey(id)) })
}

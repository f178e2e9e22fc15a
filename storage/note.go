package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var notes = table[Note]{name: "notes"}

// NoteKind is what a note tells.
type NoteKind string

// The kinds of notes.
const (
	NoteGreeting     NoteKind = "greeting"
	NoteExcluded     NoteKind = "excluded"
	NoteIncluded     NoteKind = "included"
	NoteExplained    NoteKind = "explained"
	NoteRuleAdded    NoteKind = "rule_added"
	NoteRuleRemoved  NoteKind = "rule_removed"
	NoteApproved     NoteKind = "approved"
	NoteBatchDone    NoteKind = "batch_done"
	NoteStopped      NoteKind = "stopped"
	NoteResumed      NoteKind = "resumed"
	NoteClosed       NoteKind = "closed"
	NoteRestoring    NoteKind = "restoring"
	NoteRestored     NoteKind = "restored"
	NoteNotRestored  NoteKind = "not_restored"
	NotePaused       NoteKind = "paused"
	NoteUnpaused     NoteKind = "unpaused"
	NoteSecondWanted NoteKind = "second_wanted"
	NoteWithdrawn    NoteKind = "withdrawn"
	NoteOverride     NoteKind = "override"
	NoteApprovers    NoteKind = "approvers"
	NoteBehind       NoteKind = "behind"
	NoteUnmatched    NoteKind = "unmatched_rules"
	NoteSource       NoteKind = "source"
	NoteKeyEnds      NoteKind = "key_ends"
	NoteKeyOld       NoteKind = "key_old"
	NoteMissed       NoteKind = "missed_reports"
	NoteCallsRefused NoteKind = "calls_refused"
	NoteLarge        NoteKind = "large_database"
	NotePicture      NoteKind = "picture"
	NoteList         NoteKind = "list"      // a file: the report's candidates.
	NoteEverybody    NoteKind = "everybody" // a file: everybody the scan met.
	NoteUnlist       NoteKind = "unlist"    // a file that is to go; Text is its id.
	NoteNoFile       NoteKind = "no_file"
	NoteEnding       NoteKind = "exclusions_ending"
	NoteOld          NoteKind = "exclusions_old"
	NoteAbsent       NoteKind = "absent"
	NoteChannelBack  NoteKind = "channel_back"
)

// Note is a message still to be posted: in a report's thread, or in the admin
// channel itself where ReportID is 0. It holds ids; names are looked up when it
// is written out.
type Note struct {
	ID       uint64    `json:"id"`
	Kind     NoteKind  `json:"kind"`
	ReportID uint64    `json:"report_id,omitempty"`
	BatchID  uint64    `json:"batch_id,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
	Accounts []string  `json:"accounts,omitempty"`
	Text     string    `json:"text,omitempty"`
	Said     string    `json:"said,omitempty"` // what somebody typed about it.
	Head     string    `json:"head,omitempty"` // the audit log's last hash when it was planned.
	Until    time.Time `json:"until,omitzero"`
	TriedAt  time.Time `json:"tried_at,omitzero"` // a post was begun and its answer is not known.
}

func addNote(tx *bolt.Tx, n Note) error {
	id, err := notes.next(tx)
	if err != nil {
		return err
	}
	n.ID = id
	return notes.put(tx, numberKey(id), n)
}

// AddNote plans a message.
func (s *Store) AddNote(n Note) error {
	return s.db.Update(func(tx *bolt.Tx) error { return addNote(tx, n) })
}

// Notes are the messages still to be posted, oldest first.
func (s *Store) Notes() ([]Note, error) {
	return view(s, func(tx *bolt.Tx) ([]Note, error) { return collect(notes.all(tx, nil), nil) })
}

// NoteTried says that posting a note is about to begin.
func (s *Store) NoteTried(id uint64, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		n, ok, err := notes.get(tx, numberKey(id))
		if !ok || err != nil {
			return err
		}
		n.TriedAt = now
		return notes.put(tx, numberKey(id), n)
	})
}

// NotePosted says that a note was posted and is done with.
func (s *Store) NotePosted(id uint64) error {
	return s.db.Update(func(tx *bolt.Tx) error { return notes.delete(tx, numberKey(id)) })
}

package storage

import (
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// LockNewerMessage is the kind of the lock of the reports after
// [Store.InvalidateIfOvertaken]. It ends when it is overridden.
const LockNewerMessage = "newer_message"

// InvalidateIfOvertaken handles audit entries that messages of this bot in Slack
// show. An entry that the database does not have was written by a later state of
// it: it is an older copy, and decisions may be missing. Everything open is closed
// as by [Store.InvalidateIfRolledBack], and later reports are locked until one is
// overridden. An entry counts once. It reports whether that happened.
func (s *Store) InvalidateIfOvertaken(shown []AuditHead, now time.Time) (overtaken bool, err error) {
	unknown, err := s.unknownEntries(shown)
	if err != nil || len(unknown) == 0 {
		return false, err
	}
	err = s.db.Update(func(tx *bolt.Tx) error {
		handled, _, err := getMeta[[]AuditHead](tx, keyOvertaken)
		if err != nil {
			return err
		}
		last, _, err := getMeta[time.Time](tx, keyHeartbeat)
		if err != nil {
			return err
		}
		if err := errors.Join(distrust(tx, last, now), setWarning(tx, WarnNewerMessage, now)); err != nil {
			return err
		}
		if err := replaceRolledBackNote(tx, now); err != nil {
			return err
		}
		return setMeta(tx, keyOvertaken, append(handled, unknown...))
	})
	return err == nil, errors.Join(err, s.loadInstallation())
}

// replaceRolledBackNote plans the note about it, instead of a less certain one that
// was not posted yet.
func replaceRolledBackNote(tx *bolt.Tx, now time.Time) error {
	waiting, err := collect(notes.all(tx, nil), func(n Note) bool { return n.Kind == NoteRolledBack && n.AttemptedAt.IsZero() })
	if err != nil {
		return err
	}
	for _, n := range waiting {
		if err := notes.delete(tx, numberKey(n.ID)); err != nil {
			return err
		}
	}
	return addNote(tx, Note{Kind: NoteNewerMessage, At: now})
}

// unknownEntries returns the entries that the audit log does not have and that
// were not handled before.
func (s *Store) unknownEntries(shown []AuditHead) (unknown []AuditHead, err error) {
	handled, _, err := readMeta[[]AuditHead](s, keyOvertaken)
	if err != nil {
		return nil, err
	}
	for _, head := range shown {
		has, err := s.HasAuditEntry(head)
		if err != nil {
			return nil, err
		}
		if !has && !slices.Contains(handled, head) && !slices.Contains(unknown, head) {
			unknown = append(unknown, head)
		}
	}
	return unknown, nil
}

// Overtaken reports whether new reports must be locked because a message in Slack
// is newer than the database.
func (s *Store) Overtaken() (bool, error) {
	all, err := s.Warnings()
	return slices.ContainsFunc(all, func(w Warning) bool { return w.Kind == WarnNewerMessage }), err
}

// endOvertaken ends that lock: an approver's override was about it.
func endOvertaken(tx *bolt.Tx, r Report, now time.Time) error {
	if !slices.ContainsFunc(r.Locks, func(l Lock) bool { return l.Kind == LockNewerMessage }) {
		return nil
	}
	return clearWarning(tx, WarnNewerMessage, now)
}

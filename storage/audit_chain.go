package storage

import (
	"fmt"
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ErrAuditBroken reports an audit log that differs from what was written: an
// entry was changed, removed or inserted, or the end is missing.
type ErrAuditBroken struct {
	Seq  uint64 // the first wrong entry; 0 if a known hash is missing.
	What string
}

func (e ErrAuditBroken) Error() string {
	if e.Seq == 0 {
		return "audit log broken: " + e.What
	}
	return fmt.Sprintf("audit log broken at line %d: %s", e.Seq, e.What)
}

// VerifyAudit checks the hash chain of the audit log from the first entry to
// the last. If known is not empty, it is a hash from a message in Slack that
// one of the entries must have. VerifyAudit returns the number of entries. The
// error is an [ErrAuditBroken] that names the first wrong entry.
func (s *Store) VerifyAudit(known string) (lines int, err error) {
	prev, found := "", known == ""
	for line, err := range s.AuditLog(time.Time{}) {
		if err != nil {
			return lines, err
		}
		lines++
		if err := line.follows(prev, uint64(lines)); err != nil {
			return lines, err
		}
		prev, found = line.Hash, found || line.Hash == known
	}
	if !found {
		return lines, ErrAuditBroken{What: fmt.Sprintf("no line has the hash %s; the log ends at line %d, so it was truncated or replaced", known, lines)}
	}
	return lines, nil
}

// follows checks an entry against the one before it.
func (l AuditEntry) follows(prev string, seq uint64) error {
	want, err := l.hash()
	switch {
	case err != nil:
		return err
	case l.Seq != seq:
		return ErrAuditBroken{seq, "the line is missing"}
	case l.Prev != prev:
		return ErrAuditBroken{seq, "the line does not continue the previous line"}
	case l.Hash != want:
		return ErrAuditBroken{seq, "the line was changed"}
	}
	return nil
}

// AuditLog ranges over the audit entries from since on, oldest first. It holds
// a read transaction during the loop; the caller must not write to the store.
func (s *Store) AuditLog(since time.Time) iter.Seq2[AuditEntry, error] {
	return iterate(s, func(tx *bolt.Tx, yield func(AuditEntry) bool) error {
		for line, err := range audit.all(tx, nil) {
			if err != nil || !line.At.Before(since) && !yield(line) {
				return err
			}
		}
		return nil
	})
}

// AuditText returns a free text that an audit entry refers to. It reports false
// if the text was deleted.
func (s *Store) AuditText(hash string) (text string, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		text, ok, err = texts.get(tx, []byte(hash))
		return err
	})
	return text, ok, err
}

package storage

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// TestVerifyNamesTheFirstBrokenLine tampers with a log of five entries as a
// person with the file and the source code could.
func TestVerifyNamesTheFirstBrokenLine(t *testing.T) {
	edit := func(seq uint64, change func(*AuditEntry)) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			l, _, err := audit.get(tx, numberKey(seq))
			if err != nil {
				return err
			}
			change(&l)
			return audit.put(tx, numberKey(seq), l)
		}
	}
	rehash := func(l *AuditEntry) { l.Hash, _ = l.hash() }
	tests := map[string]struct {
		tamper func(*bolt.Tx) error
		broken uint64 // the expected entry; 0 for a missing hash.
	}{
		"actor changed":       {edit(2, func(l *AuditEntry) { l.Actor = "U0SOMEBODY" }), 2},
		"changed and hashed":  {edit(2, func(l *AuditEntry) { l.Actor = "U0SOMEBODY"; rehash(l) }), 3},
		"moment changed":      {edit(5, func(l *AuditEntry) { l.At = l.At.Add(time.Second) }), 5},
		"first line removed":  {func(tx *bolt.Tx) error { return audit.delete(tx, numberKey(1)) }, 1},
		"middle line removed": {func(tx *bolt.Tx) error { return audit.delete(tx, numberKey(3)) }, 3},
		"last line removed":   {func(tx *bolt.Tx) error { return audit.delete(tx, numberKey(5)) }, 0},
		"last line replaced":  {edit(5, func(l *AuditEntry) { l.Actor = "U0SOMEBODY"; rehash(l) }), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := Open(filepath.Join(t.TempDir(), "audit.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for range 5 {
				if err := s.AppendAudit(AuditEntry{At: time.Unix(1_800_000_000, 0), Actor: "U0APPROVER1", Action: "refused"}); err != nil {
					t.Fatal(err)
				}
			}
			last, err := s.AuditEntries(1, func(AuditEntry) bool { return true })
			if err != nil {
				t.Fatal(err)
			}
			if n, err := s.VerifyAudit(last[0].Hash); n != 5 || err != nil {
				t.Fatalf("VerifyAudit = %d, %v before the change", n, err)
			}
			if err := s.db.Update(test.tamper); err != nil {
				t.Fatal(err)
			}
			_, err = s.VerifyAudit(last[0].Hash)
			if broken, ok := errors.AsType[ErrAuditBroken](err); !ok || broken.Seq != test.broken {
				t.Errorf("VerifyAudit = %v, want line %d", err, test.broken)
			}
		})
	}
}

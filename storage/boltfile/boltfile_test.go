package boltfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// newFile opens an empty database.
func newFile(t *testing.T) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "bot.db"))
	must(t, err)
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatCannotBeWrittenIsNoDecision checks that a failed commit is an error
// and changes nothing.
func TestWhatCannotBeWrittenIsNoDecision(t *testing.T) {
	db := newFile(t)
	must(t, db.file.Close())
	err := db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("y"))
		return err
	})
	if _, ok := errors.AsType[ErrNotWritten](err); !ok {
		t.Errorf("got %v, want ErrNotWritten", err)
	}
	must(t, db.View(func(tx *bolt.Tx) error {
		if tx.Bucket([]byte("y")) != nil {
			t.Error("the bucket exists")
		}
		return nil
	}))
	if err := db.Close(); err == nil {
		t.Error("the file was not closed before")
	}
}

// TestOnlyANewDatabaseIsUnmade checks that only an incomplete new file is
// emptied, not a complete one or one that another process has open.
func TestOnlyANewDatabaseIsUnmade(t *testing.T) {
	db := newFile(t)
	path := db.Path()
	whole, err := os.ReadFile(path)
	must(t, err)
	truncateIncomplete(path)
	must(t, db.Close())
	truncateIncomplete(path)
	if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, whole) {
		t.Errorf("a database of %d bytes now has %d: %v", len(whole), len(left), err)
	}
	incomplete := filepath.Join(t.TempDir(), "incomplete.db")
	must(t, os.WriteFile(incomplete, whole[:2*os.Getpagesize()], 0o600))
	truncateIncomplete(incomplete)
	if !isEmpty(incomplete) {
		t.Error("the incomplete file was not emptied")
	}
}

package boltfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// newFile opens an empty file.
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

// TestWhatCannotBeWrittenIsNoDecision: an error of the commit is the caller's, and
// what was to be written is not there.
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
			t.Error("the bucket is there")
		}
		return nil
	}))
	if err := db.Close(); err == nil {
		t.Error("the file was not closed before")
	}
}

// TestOnlyANewDatabaseIsUnmade: what another process has open, and what is
// complete, is left alone; the beginning of a new one is not.
func TestOnlyANewDatabaseIsUnmade(t *testing.T) {
	db := newFile(t)
	path := db.Path()
	whole, err := os.ReadFile(path)
	must(t, err)
	truncateIncomplete(path)
	must(t, db.Close())
	truncateIncomplete(path)
	if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, whole) {
		t.Errorf("a database of %d bytes has %d after it: %v", len(whole), len(left), err)
	}
	begun := filepath.Join(t.TempDir(), "begun.db")
	must(t, os.WriteFile(begun, whole[:2*os.Getpagesize()], 0o600))
	truncateIncomplete(begun)
	if !isEmpty(begun) {
		t.Error("the beginning of a database is still there")
	}
}

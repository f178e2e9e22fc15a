package boltfile

import (
	"errors"
	"os"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// TestReplacedFile replaces, moves and removes the file of an open database, and
// overwrites it in place. Nothing is written after that.
func TestReplacedFile(t *testing.T) {
	tests := map[string]func(path, copied string) error{
		"replaced":             func(path, copied string) error { return os.Rename(copied, path) },
		"moved":                func(path, _ string) error { return os.Rename(path, path+".old") },
		"removed":              func(path, _ string) error { return os.Remove(path) },
		"overwritten in place": overwrite,
	}
	for name, replace := range tests {
		t.Run(name, func(t *testing.T) {
			db := newFile(t)
			write := func() error {
				return db.Update(func(tx *bolt.Tx) error {
					_, err := tx.CreateBucketIfNotExists([]byte("x"))
					return err
				})
			}
			copied := db.Path() + ".copy"
			must(t, write())
			must(t, db.View(func(tx *bolt.Tx) error { return tx.CopyFile(copied, 0o600) }))
			must(t, write())
			must(t, db.CheckReplaced())
			must(t, replace(db.Path(), copied))
			if replaced, ok := errors.AsType[ErrReplaced](write()); !ok || replaced.Path != db.Path() {
				t.Errorf("a write returns %v, want ErrReplaced", replaced)
			}
			if name != "overwritten in place" {
				must(t, db.View(func(tx *bolt.Tx) error { return tx.CopyFile(copied, 0o600) }))
				saved, err := Open(copied)
				must(t, err)
				must(t, saved.View(func(tx *bolt.Tx) error {
					if tx.ID() != 3 {
						t.Errorf("the copy is of transaction %d, want what this process wrote", tx.ID())
					}
					return nil
				}))
				must(t, saved.Close())
			}
			must(t, db.Close())
		})
	}
}

func overwrite(path, with string) error {
	body, err := os.ReadFile(with)
	if err != nil {
		return err
	}
	return os.WriteFile(path, body, 0o600)
}

// TestFailedWriteIsNoReplacement checks that a transaction that fails does not make
// the next one look like one of another process.
func TestFailedWriteIsNoReplacement(t *testing.T) {
	db := newFile(t)
	for range 3 {
		if err := db.Update(func(*bolt.Tx) error { return os.ErrInvalid }); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("%v, want the error of the transaction", err)
		}
		must(t, db.Update(func(*bolt.Tx) error { return nil }))
	}
	must(t, db.Close())
}

// TestManyWritersAreNoReplacement checks that transactions of several goroutines
// do not look like those of another process.
func TestManyWritersAreNoReplacement(t *testing.T) {
	db := newFile(t)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 200 {
				if err := db.Update(func(*bolt.Tx) error { return nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	must(t, db.Close())
}

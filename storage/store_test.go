package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

// TestOpenLocked waits for the lock in virtual time.
func TestOpenLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	s := reopen(t, path)
	synctest.Test(t, func(t *testing.T) {
		_, err := Open(path)
		locked, ok := errors.AsType[ErrLocked](err)
		if !ok || locked.Path != path || !strings.Contains(locked.Holder, fmt.Sprintf("process %d ", os.Getpid())) {
			t.Errorf("got %v, want ErrLocked by process %d", err, os.Getpid())
		}
		must(t, os.WriteFile(holderPath(path), []byte("{"), 0o600))
		if _, err = Open(path); !strings.Contains(err.Error(), "in use by another process") {
			t.Errorf("got %v, want another process", err)
		}
	})
	must(t, s.Close())
	must(t, reopen(t, path).Close())
	if _, err := os.Stat(holderPath(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the holder file still exists: %v", err)
	}
}

func TestOpenMakesAPrivateFile(t *testing.T) {
	s := newStore(t)
	for _, path := range []string{s.Path(), holderPath(s.Path())} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want mode 0600", path, info.Mode(), err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	corrupt := func(err error) bool { _, ok := errors.AsType[ErrCorrupt](err); return ok }
	newer := func(err error) bool {
		e, ok := errors.AsType[ErrNewer](err)
		return ok && e.Schema == schema+1 && e.SupportedSchema == schema
	}
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  func(error) bool
	}{
		{"a later schema", func(t *testing.T, path string) {
			changeFile(t, path, func(tx *bolt.Tx) error { return setMeta(tx, keySchema, schema+1) })
		}, newer},
		{"a damaged schema", func(t *testing.T, path string) {
			changeFile(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte(keySchema), []byte("....1")) })
		}, corrupt},
		{"no database", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("this is a text file\n", 2000)), 0o600))
		}, corrupt},
		{"a short file", func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("short"), 0o600)) }, corrupt},
		{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, func(err error) bool { return err != nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bot.db")
			c.spoil(t, path)
			s, err := Open(path)
			if !c.want(err) {
				t.Errorf("got %v", err)
			}
			if s != nil {
				t.Error("the store is open")
			}
		})
	}
}

// changeFile creates a database and changes it directly.
func changeFile(t *testing.T, path string, change func(*bolt.Tx) error) {
	t.Helper()
	s := reopen(t, path)
	must(t, s.db.Update(change))
	must(t, s.Close())
}

// TestReopenKeepsEverything compares all buckets byte for byte.
func TestReopenKeepsEverything(t *testing.T) {
	s := busyStore(t)
	before := dump(t, s)
	must(t, s.Close())
	s.db = reopen(t, s.Path()).db
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Error(diff)
	}
	checkConsistent(t, s)
}

// busyStore returns a database with values in every bucket.
func busyStore(t *testing.T) *Store {
	t.Helper()
	s := newStore(t)
	_, err := s.Greet(t0)
	must(t, err)
	must(t, s.SetLastSlot(t0))
	paused(t, s, true)
	must(t, s.SavePerson(Person{AccountID: "a", Name: "Ada", Email: "ada@example.com"}))
	must(t, s.SaveActivity([]CachedActivity{{AccountID: "a", LastActive: t0, CheckAfter: t0}}))
	must(t, s.Exclude(Exclusion{AccountID: "e", By: ada, Since: t0, Reason: "on leave"}))
	must(t, s.AddRule(Rule{Rule: "group:design", By: ada, Since: t0}))
	paused(t, s, false)
	r := published(t, s, t0, "a", "b", "c", "d", "e")
	approved(t, s, r, t0, "a", "b", "c", "d")
	suspended(t, s, r, "a", t0)
	suspended(t, s, r, "b", t0)
	_, err = s.Restore("b", bob, t0)
	must(t, err)
	claimed(t, s, r, "c", t0)
	sc := scanned(t, s, t0)
	must(t, s.AddRows(sc.ID, ScanChunk{RestoredElsewhere: []string{"x"}, At: t0}))
	paused(t, s, true)
	return s
}

// TestEveryBucketIsInUse checks that busyStore fills every bucket and that
// doc.go lists it.
func TestEveryBucketIsInUse(t *testing.T) {
	s := busyStore(t)
	doc, err := os.ReadFile("doc.go")
	must(t, err)
	must(t, s.db.View(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if k, _ := tx.Bucket([]byte(name)).Cursor().First(); k == nil {
				t.Errorf("%s is empty", name)
			}
			if !strings.Contains(string(doc), "//\t"+name+" ") {
				t.Errorf("%s is not in doc.go", name)
			}
		}
		return nil
	}))
}

package storage

import (
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

var freeze = flag.Bool("freeze", false, "make testdata of this schema version where there is none; never changes one")

// released returns the database of a schema version, as the program of its time
// wrote it.
func released(t *testing.T, version int) string {
	t.Helper()
	file, err := os.Open(frozen(version))
	must(t, err)
	defer file.Close()
	unzip, err := gzip.NewReader(file)
	must(t, err)
	body, err := io.ReadAll(unzip)
	must(t, err)
	path := filepath.Join(t.TempDir(), "old.db")
	must(t, os.WriteFile(path, body, 0o600))
	return path
}

func frozen(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("schema%d.db.gz", version))
}

// TestFreeze keeps a database of this version for the versions to come:
// go test ./storage -run TestFreeze -freeze, once for each new one.
func TestFreeze(t *testing.T) {
	if _, err := os.Stat(frozen(schema)); err == nil || !*freeze {
		must(t, err)
		return
	}
	s := busyStore(t)
	file, err := os.Create(frozen(schema))
	must(t, err)
	zip := gzip.NewWriter(file)
	_, err = s.WriteTo(zip)
	must(t, errors.Join(err, zip.Close(), file.Close()))
}

// TestReleasedDatabasesOpen: one of every version there ever was is brought up to
// date with all that is in it, and agrees with itself.
func TestReleasedDatabasesOpen(t *testing.T) {
	if len(migrations) != schema {
		t.Fatalf("%d migrations, want %d", len(migrations), schema)
	}
	for have := 1; have <= schema; have++ {
		path := released(t, have)
		s := reopen(t, path)
		agree(t, s)
		if e, ok, err := s.Exclusion("e", t0); err != nil || !ok || e.Reason != "on leave" {
			t.Errorf("schema %d: the exclusion is %+v, %v", have, e, err)
		}
		if _, err := s.VerifyAudit(""); err != nil {
			t.Errorf("schema %d: %v", have, err)
		}
		must(t, s.Close())
		if _, err := os.Stat(OldPath(path, have)); (err == nil) != (have < schema) {
			t.Errorf("schema %d: the copy of before: %v", have, err)
		}
	}
}

// later returns a program of two versions on: one adds a bucket, the next fills
// it.
func later(order *[]int) []migration {
	return append(slices.Clone(migrations),
		migration{newBuckets: []string{"wishes"}, upgrade: func(*bolt.Tx) error {
			*order = append(*order, schema)
			return nil
		}},
		migration{upgrade: func(tx *bolt.Tx) error {
			*order = append(*order, schema+1)
			return table[string]{name: "wishes"}.put(tx, []byte("k"), "v")
		}})
}

func TestMigrationsGoInOrderAfterACopy(t *testing.T) {
	path := released(t, schema)
	var order []int
	for range 2 {
		s, err := open(path, later(&order))
		must(t, err)
		must(t, s.Close())
	}
	if diff := cmp.Diff([]int{schema, schema + 1}, order); diff != "" {
		t.Errorf("each once and in order: %s", diff)
	}
	wantMode(t, OldPath(path, schema), 0o600)
	old := reopen(t, OldPath(path, schema))
	if _, ok, err := old.IsBackup(); err != nil || !ok {
		t.Errorf("the copy is not marked: %v", err)
	}
	agree(t, old)
	must(t, old.Close())
	_, err := Open(path)
	if newer, is := errors.AsType[ErrNewer](err); !is || newer.Schema != schema+2 || newer.SupportedSchema != schema {
		t.Errorf("the program of before: %v, want ErrNewer with both versions", err)
	}
}

// TestMigrationThatFailsChangesNothing: the old program can go on.
func TestMigrationThatFailsChangesNothing(t *testing.T) {
	path := released(t, schema)
	var order []int
	broken := later(&order)
	broken[len(broken)-1].upgrade = func(*bolt.Tx) error { return errors.New("broken") }
	for range 2 {
		if s, err := open(path, broken); err == nil {
			t.Error("it opened", s.Close())
		}
	}
	s := reopen(t, path)
	agree(t, s)
	must(t, s.Close())
}

// TestNoMigrationWithoutACopy: where none can be made nothing is changed.
func TestNoMigrationWithoutACopy(t *testing.T) {
	path := released(t, schema)
	must(t, os.MkdirAll(filepath.Join(OldPath(path, schema), "in the way"), 0o700))
	var order []int
	if s, err := open(path, later(&order)); err == nil || len(order) > 0 {
		t.Errorf("migrations %v went without a copy: %v %v", order, s, err)
	}
	must(t, reopen(t, path).Close())
}

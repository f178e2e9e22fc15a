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

	"inactivebot/storage/storagetest"
)

var freeze = flag.Bool("freeze", false, "create the test data of this schema version if it is missing")

// releasedFile returns the path of a database that the release with this schema
// version wrote.
func releasedFile(t *testing.T, version int) string {
	t.Helper()
	file, err := os.Open(frozenPath(version))
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

func frozenPath(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("schema%d.db.gz", version))
}

// TestFreeze stores a database of the current schema version as test data for
// later versions. Run it once for each new version: go test ./storage -run
// TestFreeze -freeze
func TestFreeze(t *testing.T) {
	if _, err := os.Stat(frozenPath(schema)); err == nil || !*freeze {
		must(t, err)
		return
	}
	s := busyStore(t)
	file, err := os.Create(frozenPath(schema))
	must(t, err)
	zip := gzip.NewWriter(file)
	_, err = s.WriteTo(zip)
	must(t, errors.Join(err, zip.Close(), file.Close()))
}

// TestReleasedDatabasesOpen checks that a database of every released version is
// upgraded without loss and is consistent.
func TestReleasedDatabasesOpen(t *testing.T) {
	if len(migrations) != schema {
		t.Fatalf("%d migrations, want %d", len(migrations), schema)
	}
	for have := 1; have <= schema; have++ {
		path := releasedFile(t, have)
		s := reopen(t, path)
		checkConsistent(t, s)
		if e, ok, err := s.Exclusion("e", t0); err != nil || !ok || e.Reason != "on leave" {
			t.Errorf("schema %d: the exclusion is %+v, %v", have, e, err)
		}
		if _, err := s.VerifyAudit(""); err != nil {
			t.Errorf("schema %d: %v", have, err)
		}
		must(t, s.Close())
		if _, err := os.Stat(OldPath(path, have)); (err == nil) != (have < schema) {
			t.Errorf("schema %d: the backup before the migration: %v", have, err)
		}
	}
}

// laterMigrations returns the migrations of a later release with two more
// versions: one adds a bucket, the next one fills it.
func laterMigrations(order *[]int) []migration {
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
	path := releasedFile(t, schema)
	var order []int
	for range 2 {
		s, err := open(path, laterMigrations(&order))
		must(t, err)
		must(t, s.Close())
	}
	if diff := cmp.Diff([]int{schema, schema + 1}, order); diff != "" {
		t.Errorf("want each once and in order: %s", diff)
	}
	storagetest.WantMode(t, OldPath(path, schema), 0o600)
	old := reopen(t, OldPath(path, schema))
	if _, ok, err := old.IsBackup(); err != nil || !ok {
		t.Errorf("the backup is not marked: %v", err)
	}
	checkConsistent(t, old)
	must(t, old.Close())
	_, err := Open(path)
	if newer, is := errors.AsType[ErrNewer](err); !is || newer.Schema != schema+2 || newer.SupportedSchema != schema {
		t.Errorf("the old release: %v, want ErrNewer with both versions", err)
	}
}

// TestMigrationThatFailsChangesNothing checks that the old release can still
// open the database.
func TestMigrationThatFailsChangesNothing(t *testing.T) {
	path := releasedFile(t, schema)
	var order []int
	broken := laterMigrations(&order)
	broken[len(broken)-1].upgrade = func(*bolt.Tx) error { return errors.New("broken") }
	for range 2 {
		if s, err := open(path, broken); err == nil {
			t.Error("it opened", s.Close())
		}
	}
	s := reopen(t, path)
	checkConsistent(t, s)
	must(t, s.Close())
}

// TestNoMigrationWithoutACopy checks that nothing changes if the backup fails.
func TestNoMigrationWithoutACopy(t *testing.T) {
	path := releasedFile(t, schema)
	must(t, os.MkdirAll(filepath.Join(OldPath(path, schema), "in the way"), 0o700))
	var order []int
	if s, err := open(path, laterMigrations(&order)); err == nil || len(order) > 0 {
		t.Errorf("migrations %v ran without a backup: %v %v", order, s, err)
	}
	must(t, reopen(t, path).Close())
}

package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

func TestSaveCopyHasEverythingAndAMark(t *testing.T) {
	s := busyStore(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	must(t, s.Backup(path, false, t0))
	wantMode(t, path, 0o600)
	wantNoParts(t, path)
	c := reopen(t, path)
	if at, ok, err := c.IsBackup(); err != nil || !ok || !at.Equal(t0) {
		t.Errorf("IsCopy = %v %v %v, want a copy of %v", at, ok, err, t0)
	}
	want, got := everything(t, s), everything(t, c)
	delete(got, `meta/"copy"`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	must(t, c.Close())
	if _, ok, err := s.IsBackup(); err != nil || ok {
		t.Errorf("the database itself counts as a copy (%v)", err)
	}
}

func TestSaveCopyOverwritesOnlyWhenTold(t *testing.T) {
	s := newStore(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	must(t, os.WriteFile(path, []byte("mine"), 0o600))
	_, is := errors.AsType[ErrExists](s.Backup(path, false, t0))
	if body, err := os.ReadFile(path); !is || string(body) != "mine" || err != nil {
		t.Errorf("the file was overwritten: %q %v", body, err)
	}
	must(t, s.Backup(path, true, t0))
	must(t, reopen(t, path).Close())
	wantNoParts(t, path)
}

// TestPublishLeavesALateFileAlone: a file that comes to be while the copy is
// written is not overwritten either.
func TestPublishLeavesALateFileAlone(t *testing.T) {
	dir := t.TempDir()
	part, path := filepath.Join(dir, "part"), filepath.Join(dir, "copy.db")
	must(t, errors.Join(os.WriteFile(part, []byte("copy"), 0o600), os.WriteFile(path, []byte("mine"), 0o600)))
	if _, is := errors.AsType[ErrExists](renameInto(part, path, false)); !is {
		t.Error("the file was overwritten")
	}
}

// TestStartOnACopyTrustsNothing: however fresh its last heartbeat is.
func TestStartOnACopyTrustsNothing(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	must(t, s.Heartbeat(t0))
	path := filepath.Join(t.TempDir(), "copy.db")
	must(t, s.Backup(path, false, t0))
	c := reopen(t, path)
	behind, err := c.InvalidateIfRolledBack(t0.Add(time.Minute))
	if err != nil || behind != time.Minute {
		t.Errorf("Distrust = %v, %v, want a minute", behind, err)
	}
	wantReport(t, c, r.ID, ReportSuperseded)
	if behind, err := c.InvalidateIfRolledBack(t0.Add(time.Minute)); err != nil || behind != 0 {
		t.Errorf("Distrust = %v, %v at the second start, want 0", behind, err)
	}
	if behind, err := s.InvalidateIfRolledBack(t0.Add(time.Minute)); err != nil || behind != 0 {
		t.Errorf("Distrust = %v, %v of the database itself, want 0", behind, err)
	}
	must(t, c.Close())
}

func TestSealFindsDamage(t *testing.T) {
	s := busyStore(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	must(t, s.Backup(path, false, t0))
	changeFile(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte(people.name)).Put([]byte("a"), []byte("1234{}")) })
	if _, is := errors.AsType[ErrCorrupt](markBackup(path, t0, migrations)); !is {
		t.Error("the damage was not found")
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	must(t, err)
	if info.Mode().Perm() != want {
		t.Errorf("%s has mode %o, want %o", filepath.Base(path), info.Mode().Perm(), want)
	}
}

// wantNoParts fails where something unfinished lies beside the file.
func wantNoParts(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") || strings.HasPrefix(e.Name(), ".s") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

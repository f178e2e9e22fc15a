package storage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"inactivebot/storage/storagetest"
)

func TestSaveCopyHasEverythingAndAMark(t *testing.T) {
	s := busyStore(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	must(t, s.Backup(path, false, t0))
	storagetest.WantMode(t, path, 0o600)
	storagetest.WantNoTempFiles(t, path)
	c := reopen(t, path)
	if at, ok, err := c.IsBackup(); err != nil || !ok || !at.Equal(t0) {
		t.Errorf("IsBackup = %v %v %v, want a backup of %v", at, ok, err, t0)
	}
	want, got := dump(t, s), dump(t, c)
	delete(got, `meta/"copy"`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	must(t, c.Close())
	if _, ok, err := s.IsBackup(); err != nil || ok {
		t.Errorf("the database itself is marked as a backup (%v)", err)
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
	storagetest.WantNoTempFiles(t, path)
}

// TestPublishLeavesALateFileAlone checks that a file is not overwritten if it
// is created while the backup is written.
func TestPublishLeavesALateFileAlone(t *testing.T) {
	dir := t.TempDir()
	part, path := filepath.Join(dir, "part"), filepath.Join(dir, "copy.db")
	must(t, errors.Join(os.WriteFile(part, []byte("copy"), 0o600), os.WriteFile(path, []byte("mine"), 0o600)))
	if _, is := errors.AsType[ErrExists](renameInto(part, path, false)); !is {
		t.Error("the file was overwritten")
	}
}

// TestStartOnACopyTrustsNothing checks that a backup is invalidated even with a
// recent heartbeat.
func TestStartOnACopyTrustsNothing(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	must(t, s.Heartbeat(t0))
	path := filepath.Join(t.TempDir(), "copy.db")
	must(t, s.Backup(path, false, t0))
	c := reopen(t, path)
	behind, err := c.InvalidateIfRolledBack(t0.Add(time.Minute))
	if err != nil || behind != time.Minute {
		t.Errorf("InvalidateIfRolledBack = %v, %v, want a minute", behind, err)
	}
	wantReport(t, c, r.ID, ReportSuperseded)
	if behind, err := c.InvalidateIfRolledBack(t0.Add(time.Minute)); err != nil || behind != 0 {
		t.Errorf("InvalidateIfRolledBack = %v, %v at the second start, want 0", behind, err)
	}
	if behind, err := s.InvalidateIfRolledBack(t0.Add(time.Minute)); err != nil || behind != 0 {
		t.Errorf("InvalidateIfRolledBack = %v, %v of the database itself, want 0", behind, err)
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

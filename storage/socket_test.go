package storage

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// withDoor is a store with its door open, and how often it was told of a change.
func withDoor(t *testing.T, s *Store) *atomic.Int32 {
	t.Helper()
	changes := new(atomic.Int32)
	d, err := s.OpenDoor(func() { changes.Add(1) })
	must(t, err)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the door: %v", err)
		}
	})
	return changes
}

func TestReadWhileItRuns(t *testing.T) {
	s := busyStore(t)
	withDoor(t, s)
	wantMode(t, socketPath(s.Path()), 0o600)
	c, err := OpenToRead(s.Path())
	must(t, err)
	if diff := cmp.Diff(everything(t, s), everything(t, c)); diff != "" {
		t.Error(diff)
	}
	must(t, c.Exclude(Exclusion{AccountID: "x", By: ada, Since: t0}))
	must(t, c.Close())
	if _, there, err := s.Exclusion("x", t0); there || err != nil {
		t.Errorf("what was written to the copy is in the database (%v)", err)
	}
	wantNoParts(t, s.Path())
	if _, err := os.Stat(holderPath(s.Path())); err != nil {
		t.Errorf("the note of the holder: %v", err)
	}
}

func TestReadWhatNobodyHolds(t *testing.T) {
	s := busyStore(t)
	want := everything(t, s)
	must(t, s.Close())
	c, err := OpenToRead(s.Path())
	must(t, err)
	if diff := cmp.Diff(want, everything(t, c)); diff != "" {
		t.Error(diff)
	}
	s.db = c.db
}

// TestStaleSocketIsReplaced: one that a killed process has left is in nobody's
// way.
func TestStaleSocketIsReplaced(t *testing.T) {
	s := newStore(t)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketPath(s.Path()), Net: "unix"})
	must(t, err)
	l.SetUnlinkOnClose(false)
	must(t, l.Close())
	if _, ok := knock(s.Path()); ok {
		t.Error("somebody is at a door that nobody opened")
	}
	withDoor(t, s)
	if _, ok := knock(s.Path()); !ok {
		t.Error("nobody is at the door")
	}
}

func TestDoorLeavesFilesAlone(t *testing.T) {
	s := newStore(t)
	must(t, os.WriteFile(socketPath(s.Path()), []byte("mine"), 0o600))
	_, err := s.OpenDoor(func() {})
	if _, is := errors.AsType[ErrSocket](err); !is || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("OpenDoor = %v, want that a file is in the way", err)
	}
	if body, err := os.ReadFile(socketPath(s.Path())); err != nil || string(body) != "mine" {
		t.Errorf("the file is %q, %v", body, err)
	}
}

func TestPathTooLongForASocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 25))
	must(t, os.Mkdir(dir, 0o700))
	s := reopen(t, filepath.Join(dir, "bot.db"))
	_, err := s.OpenDoor(func() {})
	if err == nil || !strings.Contains(err.Error(), "a shorter path") {
		t.Errorf("OpenDoor = %v, want what to do", err)
	}
	wantNoParts(t, s.Path())
	synctest.Test(t, func(t *testing.T) { // The lock is waited for.
		if _, err := OpenToRead(s.Path()); err == nil || !strings.Contains(err.Error(), "a shorter path") || !strings.Contains(err.Error(), "in use by") {
			t.Errorf("OpenToRead = %v, want who holds it and what to do", err)
		}
	})
	must(t, s.Close())
}

func TestClosedDoorIsGone(t *testing.T) {
	s := newStore(t)
	d, err := s.OpenDoor(func() {})
	must(t, err)
	must(t, d.Close())
	if _, err := os.Lstat(socketPath(s.Path())); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}

// TestForgetNobody: that nothing is known of somebody is the same answer while a
// bot runs.
func TestForgetNobody(t *testing.T) {
	s := busyStore(t)
	withDoor(t, s)
	if err := ForgetIn(s.Path(), "nobody", t0); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
}

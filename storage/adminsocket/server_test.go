package adminsocket

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/storage"
	"inactivebot/storage/storagetest"
)

// serve starts the server of a store. It returns a counter of the calls of
// changed.
func serve(t *testing.T, s *storage.Store) *atomic.Int32 {
	t.Helper()
	changes := new(atomic.Int32)
	d, err := Serve(s, func() { changes.Add(1) })
	must(t, err)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return changes
}

func TestReadWhileItRuns(t *testing.T) {
	s := busyStore(t)
	serve(t, s)
	storagetest.WantMode(t, socketPath(s.Path()), 0o600)
	c, err := Open(s.Path())
	must(t, err)
	if diff := cmp.Diff(dump(t, s), dump(t, c)); diff != "" {
		t.Error(diff)
	}
	must(t, c.Exclude(storage.Exclusion{AccountID: "x", By: ada, Since: t0}))
	must(t, c.Close())
	if _, there, err := s.Exclusion("x", t0); there || err != nil {
		t.Errorf("a write to the copy reached the database (%v)", err)
	}
	storagetest.WantNoTempFiles(t, s.Path())
	if _, err := os.Stat(s.Path() + ".holder"); err != nil {
		t.Errorf("the holder file: %v", err)
	}
}

func TestReadWhatNobodyHolds(t *testing.T) {
	s := busyStore(t)
	want := dump(t, s)
	must(t, s.Close())
	c, err := Open(s.Path())
	must(t, err)
	if diff := cmp.Diff(want, dump(t, c)); diff != "" {
		t.Error(diff)
	}
	must(t, c.Close())
}

// TestStaleSocketIsReplaced covers the socket file of a killed process.
func TestStaleSocketIsReplaced(t *testing.T) {
	s := newStore(t)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketPath(s.Path()), Net: "unix"})
	must(t, err)
	l.SetUnlinkOnClose(false)
	must(t, l.Close())
	if _, ok := dial(s.Path()); ok {
		t.Error("dial connects to a stale socket")
	}
	serve(t, s)
	if _, ok := dial(s.Path()); !ok {
		t.Error("dial does not connect")
	}
}

func TestDoorLeavesFilesAlone(t *testing.T) {
	s := newStore(t)
	must(t, os.WriteFile(socketPath(s.Path()), []byte("mine"), 0o600))
	_, err := Serve(s, func() {})
	if _, is := errors.AsType[ErrSocket](err); !is || !strings.Contains(err.Error(), "move that file away") {
		t.Errorf("Serve = %v, want an error about the existing file", err)
	}
	if body, err := os.ReadFile(socketPath(s.Path())); err != nil || string(body) != "mine" {
		t.Errorf("the file is %q, %v", body, err)
	}
}

func TestPathTooLongForASocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 25))
	must(t, os.Mkdir(dir, 0o700))
	s, err := storage.Open(filepath.Join(dir, "bot.db"))
	must(t, err)
	_, err = Serve(s, func() {})
	if err == nil || !strings.Contains(err.Error(), "a shorter path") {
		t.Errorf("Serve = %v, want how to fix it", err)
	}
	storagetest.WantNoTempFiles(t, s.Path())
	synctest.Test(t, func(t *testing.T) { // Open waits for the lock.
		if _, err := Open(s.Path()); err == nil || !strings.Contains(err.Error(), "a shorter path") || !strings.Contains(err.Error(), "in use by") {
			t.Errorf("Open = %v, want the holder and how to fix it", err)
		}
	})
	must(t, s.Close())
}

func TestClosedDoorIsGone(t *testing.T) {
	s := newStore(t)
	d, err := Serve(s, func() {})
	must(t, err)
	must(t, d.Close())
	if _, err := os.Lstat(socketPath(s.Path())); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}

// TestImportWhileItRuns checks that the running bot imports the list and calls
// changed.
func TestImportWhileItRuns(t *testing.T) {
	s := newStore(t)
	changes := serve(t, s)
	list, want := []storage.ExclusionEntry{{Who: "new", Reason: "on leave"}}, []storage.ImportResult{{Who: "new", Outcome: storage.ImportAdded}}
	for _, apply := range []bool{false, true} {
		done, err := Import(s.Path(), list, apply, t0)
		must(t, err)
		if diff := cmp.Diff(want, done); diff != "" {
			t.Error(diff)
		}
		if _, there, err := s.Exclusion("new", t0); err != nil || there != apply || changes.Load() != map[bool]int32{true: 1}[apply] {
			t.Errorf("apply %v: excluded %v, changed was called %d times, %v", apply, there, changes.Load(), err)
		}
	}
}

// TestForgetNobody checks that an unknown person is the same error while a bot
// runs.
func TestForgetNobody(t *testing.T) {
	s := busyStore(t)
	serve(t, s)
	if err := Forget(s.Path(), "nobody", t0); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
}

// TestCopyHoldsUpNoDecision checks that decisions are stored while a client
// does not read the copy that it requested, even if the file has to grow.
func TestCopyHoldsUpNoDecision(t *testing.T) {
	s := newStore(t)
	serve(t, s)
	fill := func(from, to int) (err error) {
		for i := from; i < to && err == nil; i++ {
			err = s.Exclude(storage.Exclusion{AccountID: fmt.Sprint(i), By: ada, Since: t0, Reason: strings.Repeat("x", 200_000)})
		}
		return err
	}
	must(t, fill(0, 20)) // more than the buffer of the socket.
	conn, err := net.Dial("unix", socketPath(s.Path()))
	must(t, err)
	_, err = fmt.Fprint(conn, "GET /copy HTTP/1.1\r\nHost: inactivebot\r\n\r\n")
	must(t, err)
	_, err = io.ReadFull(conn, make([]byte, 1<<10))
	must(t, err)
	decided := make(chan error, 1)
	go func() { decided <- fill(20, 60) }()
	select {
	case err := <-decided:
		must(t, err)
	case <-time.After(time.Minute): // otherwise it would block forever.
		t.Error("a decision waits for the client")
	}
	must(t, conn.Close())
}

// TestUnmatchedWhileItRuns checks that the running bot tells what its last scan did
// not match, with the names, as the file does.
func TestUnmatchedWhileItRuns(t *testing.T) {
	s := busyStore(t)
	sc, err := s.BeginScan(storage.Scan{By: storage.Bot, StartedAt: t0})
	must(t, err)
	sc.EndedAt, sc.UnmatchedRules, sc.Protect = t0, []string{"group:pilots"}, []storage.ProtectEntry{{Entry: "x@example.com", Earlier: []string{"a"}}}
	must(t, s.EndScan(sc))
	want := storage.Unmatched{Rules: sc.UnmatchedRules, Protect: sc.Protect, People: []storage.Person{{AccountID: "a", Name: "Ada", Email: "ada@example.com"}}}
	d, err := Serve(s, func() {})
	must(t, err)
	running, err := Inspect(s.Path())
	must(t, errors.Join(err, d.Close(), s.Close()))
	stopped, err := Inspect(s.Path())
	must(t, err)
	for name, got := range map[string]storage.Info{"running": running, "stopped": stopped} {
		if diff := cmp.Diff(want, got.Unmatched); diff != "" || (got.PID != 0) != (name == "running") {
			t.Errorf("%s, process %d: %s", name, got.PID, diff)
		}
	}
}

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"inactivebot/storage"
)

// unprivileged returns a user to whom file permissions apply if root runs the
// tests; nil is the current user.
func unprivileged(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	binary(t, "inactivebot")
	if err := os.Chmod(built.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534, NoSetGroups: true}
}

// refusesUnwritable checks that the bot refuses a database that it cannot
// write, because it could not keep decisions.
func (h *history) refusesUnwritable(t *testing.T) {
	who := unprivileged(t)
	uid := os.Getuid()
	if who != nil {
		uid = int(who.Uid)
	}
	tests := map[string]struct {
		dir, file os.FileMode // 0: there is no file.
	}{
		"the file":                   {0o777, 0o444},
		"its owner's file":           {0o777, 0o400},
		"the directory, no file":     {0o555, 0},
		"the file and the directory": {0o555, 0o444},
	}
	for name, mode := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // another user needs access.
				t.Fatal(err)
			}
			if mode.file != 0 {
				h.place(t, dir, mode.file)
			}
			if err := os.Chmod(dir, mode.dir); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // so that the test can remove it.
			p := launchAs(t, who, dir, h.settings(endsAtOnce), "inactivebot", "serve")
			checkRefusal(t, p.waitExit(exitTimeout), p.out.String(), fmt.Sprintf("cannot be written by user id %d", uid), "chown", "INACTIVEBOT_DATABASE")
		})
	}
}

// place puts the database into a directory.
func (h *history) place(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	err := os.WriteFile(h.database(dir), h.file, 0o600)
	if err == nil {
		err = os.Chmod(h.database(dir), mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestUnwritableDatabase checks that a bot that cannot keep decisions does not
// start.
func TestUnwritableDatabase(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	check := h.checkNoRequests()
	t.Run("not allowed", h.refusesUnwritable)
	t.Run("no space", h.refusesFullDisk)
	check()
}

// refusesFullDisk checks that the bot reports a full disk, and that the old or
// new database works once there is space again.
func (h *history) refusesFullDisk(t *testing.T) {
	tests := map[string]struct {
		file   []byte
		blocks int // of 512 bytes.
	}{
		"not a byte":             {h.file, 0},
		"a few pages":            {h.file, 16},
		"a new database":         {nil, 0},
		"half of a new database": {nil, 16},
		"no room for buckets":    {nil, 40},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := h.dirWith(t, test.file)
			ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
			defer cancel()
			p := exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf(`ulimit -S -f %d && exec "$0" serve`, test.blocks), binary(t, "inactivebot"))
			p.Dir, p.Env = dir, h.settings(endsAtOnce)
			said, err := p.CombinedOutput()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok {
				t.Fatalf("it ended with %v: %s", err, said)
			} else {
				checkRefusal(t, exit.ExitCode(), lastLine(said), "cannot be written", "nothing was changed", "check whether the disk is full")
			}
			s, err := storage.Open(h.database(dir))
			if err != nil {
				t.Fatalf("when there is room again: %v", err)
			}
			_, wrong := s.VerifyAudit("")
			if err := errors.Join(wrong, s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// lastLine returns the last line of a program's output.
func lastLine(said []byte) string {
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	return lines[len(lines)-1]
}

// noFileLimit is a file size that no test reaches.
const noFileLimit = 1 << 40

// limitFileSize sets the maximum size in bytes of files that the process
// writes.
func (p *process) limitFileSize(bytes uint64) {
	p.t.Helper()
	var have syscall.Rlimit
	if err := prlimit(p.cmd.Process.Pid, nil, &have); err != nil {
		p.t.Fatal(err)
	}
	have.Cur = min(bytes, have.Max)
	if err := prlimit(p.cmd.Process.Pid, &have, nil); err != nil {
		p.t.Fatal(err)
	}
}

// prlimit changes or reads another process's limit on file sizes. See
// https://man7.org/linux/man-pages/man2/prlimit.2.html.
func prlimit(pid int, want, have *syscall.Rlimit) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE,
		uintptr(unsafe.Pointer(want)), uintptr(unsafe.Pointer(have)), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// diskFullTexts are the parts of the answer while the disk is full.
var diskFullTexts = []string{"cannot write its database", "the disk is full", "when there is room"}

// TestFullDisk checks that each press is answered with the reason and changes
// nothing while the disk is full, also later, and that decisions acknowledged
// afterwards are kept.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	h := &history{simulation: newSimulation(t, "--users", "60", "--candidates", "10")}
	ada := h.addresses.Users.Approver
	p := h.serve()
	h.command(ada, "scan")
	h.rows, h.listed = h.waitReport()
	h.press(ada, "suspend_all", "")
	h.waitModal(ada, "suspend_confirm")

	p.limitFileSize(0)
	h.submit(ada, "suspend_confirm")
	h.until("the modal to say so", func() bool {
		all := h.views(ada)
		return len(all) == 1 && containsAll(fmt.Sprint(all[0].Blocks), diskFullTexts)
	})
	for _, words := range []string{"pause", "exclude " + h.listed[1], "scan"} {
		h.waitDiskFull(ada, func() { h.command(ada, words) })
	}
	h.waitDiskFull(ada, func() { h.press(ada, "exclude", h.rows[2]) })
	h.checkSuspended(nil)

	p.limitFileSize(noFileLimit)
	h.press(ada, "exclude", h.rows[0])
	h.press(ada, "suspend_all", "")
	h.addFault(fields{"route": "POST users/search", "count": 1, "hold": true}) // no re-check finishes before the kill.
	h.submit(ada, "suspend_confirm")
	p.kill()
	ask[fields](h.simulation, http.MethodDelete, h.addresses.AtlassianControl+"/faults", nil)
	post[fields](h.simulation, h.addresses.AtlassianControl+"/release", fields{})
	h.acknowledged(p)
	h.addFault(fields{"route": "POST suspend", "skip": 1, "count": 1, "hold": true, "cut": "after"})
	h.fullWhileItWorks(sorted(h.listed[1:]))
}

// waitDiskFull fails unless the user is told that nothing could be written.
func (h *history) waitDiskFull(user string, act func()) {
	h.t.Helper()
	before := len(h.ephemeralTexts(user))
	act()
	h.until("the reason why nothing was done", func() bool {
		return slices.ContainsFunc(h.ephemeralTexts(user)[before:], func(text string) bool { return containsAll(text, diskFullTexts) })
	})
}

// acknowledged checks that a killed bot's database has what it acknowledged and
// nothing that it refused.
func (h *history) acknowledged(p *process) {
	h.t.Helper()
	if !p.exited() {
		h.t.Fatal("the bot still runs")
	}
	s, err := storage.Open(h.database(h.dir))
	if err != nil {
		h.t.Fatal(err)
	}
	all, errAll := s.Exclusions(time.Now())
	b, errBatch := s.Batch(1)
	_, paused, errPaused := s.Paused()
	_, errLog := s.VerifyAudit("")
	if err := errors.Join(errAll, errBatch, errPaused, errLog, s.Close()); err != nil {
		h.t.Fatal(err)
	}
	if len(all) != 1 || all[0].AccountID != h.listed[0] || b.ReportID != 1 || paused {
		h.t.Errorf("exclusions %+v, batch %+v, paused %t; want the one exclusion and the batch that were acknowledged", all, b, paused)
	}
}

// fullWhileItWorks fills the disk during a suspend request, so that the bot can
// store neither the response nor anything after it. Once there is space again,
// the bot continues from its last stored state.
func (h *history) fullWhileItWorks(approved []string) {
	h.t.Helper()
	p := h.serve("INACTIVEBOT_SETTLE=1s")
	held := h.waitHeld()
	p.limitFileSize(0)
	post[fields](h.simulation, h.addresses.AtlassianControl+"/release", fields{})
	h.until("the bot to notice", func() bool { return strings.Contains(p.out.String(), `"loop":"effects"`) })
	if n := len(h.suspended()); n > 2 {
		h.t.Errorf("%d people are suspended although only two claims are on disk", n)
	}
	p.limitFileSize(noFileLimit)
	h.waitBatchDone(h.listed)
	h.checkSuspended(approved)
	if n := h.orgState()[held].SuspendRequests; n != 1 {
		h.t.Errorf("%d requests were sent for the person who was suspended while the disk was full, want 1", n)
	}
}

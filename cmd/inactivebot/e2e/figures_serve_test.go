package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Limits of the program.
const (
	maxBinaryMB  = 25 // MB, built as in the image.
	maxIdleMB    = 40 // MB, resident.
	maxReadyTime = 300 * time.Millisecond
)

// TestFiguresOfRunning prints the size of the image's binary, the time from
// start to ready, and the resident memory when idle. README has the results of
// `go test ./cmd/inactivebot/e2e -run FiguresOfRunning -v -large`. Memory is
// always checked; size and time only with -large, when no other test runs.
func TestFiguresOfRunning(t *testing.T) {
	starts := 1
	if *large {
		starts = 11
		size := imageBinary(t)
		if t.Logf("binary: %.1f MB", size); size > maxBinaryMB {
			t.Errorf("the binary is %.1f MB, want at most %d", size, maxBinaryMB)
		}
	}
	s := newSimulation(t)
	var ready []time.Duration
	for range starts {
		took, idle := s.startToReady()
		ready = append(ready, took)
		t.Logf("ready after %d ms, %.1f MB when idle", took.Milliseconds(), idle)
		if idle > maxIdleMB && !racing() {
			t.Errorf("the idle bot uses %.1f MB, want at most %d", idle, maxIdleMB)
		}
	}
	slices.Sort(ready)
	median := ready[len(ready)/2]
	t.Logf("ready: %d ms at the median of %d starts", median.Milliseconds(), starts)
	if *large && median > maxReadyTime {
		t.Errorf("ready after %s, want at most %s", median, maxReadyTime)
	}
}

// imageBinary returns the size in MB of the binary, built as the Dockerfile
// does.
func imageBinary(t *testing.T) float64 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inactivebot")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size()) / 1e6
}

// startToReady starts the bot, polls it until it is ready, measures its memory
// and stops it.
func (s *simulation) startToReady() (took time.Duration, megabytes float64) {
	s.t.Helper()
	address := freeAddress(s.t)
	began := time.Now()
	p := launch(s.t, s.dir, s.settings("INACTIVEBOT_LISTEN="+address), "inactivebot", "serve")
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ready := false; !ready; <-tick.C {
		if time.Since(began) > waitTimeout {
			s.t.Fatalf("not ready after %s", waitTimeout)
		}
		resp, err := http.Get("http://" + address + "/readyz")
		if err == nil {
			ready = resp.StatusCode == http.StatusOK
			_ = resp.Body.Close()
		}
	}
	took = time.Since(began)
	megabytes = resident(s.t, p.cmd.Process.Pid)
	p.terminate()
	s.waitConnections(0)
	return took, megabytes
}

// freeAddress returns an unused loopback address.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// resident returns a process's resident memory in MB, as ps reports it.
func resident(t *testing.T, pid int) float64 {
	t.Helper()
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatal(fmt.Errorf("ps: %w", err))
	}
	kib, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return float64(kib) * 1024 / 1e6
}

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

// What the program may be at most.
const (
	binaryFor = 25 // MB, as the image has it.
	idleFor   = 40 // MB of resident memory.
	readyFor  = 300 * time.Millisecond
)

// TestFiguresOfRunning prints how large the binary of the image is, how long the
// bot takes from its start until it is ready, and what it uses while it waits:
// the figures of README are those of
// `go test ./cmd/inactivebot/e2e -run FiguresOfRunning -v -large`. The memory is held
// to its limit; size and time only with -large, when nothing else runs here.
func TestFiguresOfRunning(t *testing.T) {
	starts := 1
	if *large {
		starts = 11
		size := imageBinary(t)
		if t.Logf("binary: %.1f MB", size); size > binaryFor {
			t.Errorf("the binary has %.1f MB, want at most %d", size, binaryFor)
		}
	}
	s := newSimulation(t)
	var ready []time.Duration
	for range starts {
		took, idle := s.startToReady()
		ready = append(ready, took)
		t.Logf("ready after %d ms, %.1f MB while it waits", took.Milliseconds(), idle)
		if idle > idleFor && !racing() {
			t.Errorf("it uses %.1f MB, want at most %d", idle, idleFor)
		}
	}
	slices.Sort(ready)
	median := ready[len(ready)/2]
	t.Logf("ready: %d ms at the median of %d starts", median.Milliseconds(), starts)
	if *large && median > readyFor {
		t.Errorf("it is ready after %s, want at most %s", median, readyFor)
	}
}

// imageBinary returns the size in MB of the binary built as the Dockerfile
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

// startToReady starts the bot, asks it again and again until it is ready, and
// looks at the memory it has then. Then it stops it.
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

// freeAddress returns a free address on loopback.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// resident returns a process's resident memory in MB, as ps prints it.
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

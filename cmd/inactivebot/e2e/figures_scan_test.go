package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

var large = flag.Bool("large", false, "measure the memory for 100,000 and 1,000,000 people too")

// maxScanMB is the maximum memory in MB for a scan of up to 100,000 people.
const maxScanMB = 80

// TestFiguresOfMemory prints the peak resident memory of a scan, as time -v
// prints it. README has the results of `go test ./cmd/inactivebot/e2e -run
// Figures -v -large`.
func TestFiguresOfMemory(t *testing.T) {
	sizes := []int{20_000}
	if *large {
		sizes = []int{20_000, 100_000, 1_000_000}
	} else {
		t.Parallel() // other tests affect the time but not the memory.
	}
	for _, people := range sizes {
		t.Run(strconv.Itoa(people), func(t *testing.T) {
			s := newSimulation(t, "--users", strconv.Itoa(people))
			post[fields](s, s.addresses.AtlassianControl+"/limits", fields{"route": "POST users/search", "per_minute": 0})
			got := s.measureScan(t)
			t.Logf("%7d people: %5.1f MB at the peak, %5.1f s", people, got.megabytes, got.took.Seconds())
			if got.lines != people+1 {
				t.Errorf("%d lines are printed, want one for each of %d people and the header", got.lines, people)
			}
			if people <= 100_000 && got.megabytes > maxScanMB && !racing() {
				t.Errorf("the scan used %.1f MB, want at most %d", got.megabytes, maxScanMB)
			}
		})
	}
}

// cost is what a scan used.
type cost struct {
	megabytes float64 // the peak of the resident memory.
	took      time.Duration
	lines     int
}

// measureScan runs a scan and counts the lines that it prints.
func (s *simulation) measureScan(t *testing.T) (c cost) {
	t.Helper()
	scan := exec.CommandContext(t.Context(), binary(t, "inactivebot"), "scan", "--output=csv")
	scan.Dir, scan.Env, scan.Stderr = s.dir, s.settings(), os.Stderr
	out, err := scan.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := scan.Start(); err != nil {
		t.Fatal(err)
	}
	if c.lines, err = countLinesOf(out); err != nil {
		t.Error(err)
	}
	if err := scan.Wait(); err != nil {
		t.Fatal(err)
	}
	c.took = time.Since(began)
	c.megabytes = megabytes(scan.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	return c
}

// megabytes converts ru_maxrss, in KiB or on macOS in bytes, to MB.
func megabytes(maxrss int64) float64 {
	if runtime.GOOS != "darwin" {
		maxrss <<= 10
	}
	return float64(maxrss) / 1e6
}

func countLinesOf(r io.Reader) (n int, err error) {
	lines := bufio.NewReader(r)
	for {
		part, err := lines.ReadSlice('\n')
		n += bytes.Count(part, []byte("\n"))
		switch {
		case err == nil, errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return n, nil
		default:
			return n, err
		}
	}
}

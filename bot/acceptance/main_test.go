package acceptance_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets the tests of this package, which write hundreds of databases and
// throw away most of what they allocate, use memory instead of time: databases
// are on a disk in memory where there is one, and garbage is collected less often.
func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	dir, err := os.MkdirTemp("/dev/shm", "bot-tests-")
	if err != nil {
		return m.Run() // on the disk, then.
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Setenv("TMPDIR", dir); err != nil {
		panic(err)
	}
	return m.Run()
}

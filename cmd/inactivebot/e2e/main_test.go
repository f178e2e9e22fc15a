package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
)

// parallelTests returns the number of tests that run at a time. It does not
// depend on the number of cores, because their processes mostly wait. With the
// race detector, which needs more CPU, it is smaller.
func parallelTests() string {
	if racing() {
		return "6"
	}
	return "10"
}

// built holds the programs under test. The first test that needs them builds
// them.
var built struct {
	dir  string
	once sync.Once
	err  error
}

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "inactivebot-e2e")
	if err == nil {
		err = flag.Set("test.parallel", parallelTests())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	built.dir = dir
	return m.Run()
}

// binary returns the path of a program of this module, built from the current
// sources, with the race detector if the tests have it.
func binary(t *testing.T, name string) string {
	t.Helper()
	built.once.Do(func() {
		args := []string{"build", "-o", built.dir + string(filepath.Separator)}
		if racing() {
			args = append(args, "-race")
		}
		out, err := exec.Command("go", append(args, "../../demo", "..")...).CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, name)
}

func racing() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

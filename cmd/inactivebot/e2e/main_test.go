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

// parallelTests is how many tests run at a time. Their processes mostly wait, so
// it does not depend on the number of cores. The race detector needs more of the
// CPU; with it fewer tests run at a time.
func parallelTests() string {
	if racing() {
		return "6"
	}
	return "10"
}

// built is where the programs under test are, made by the first test that needs
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

// binary is the path of a program of this module, built from the sources as
// they are, with the race detector where the tests have it.
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

package e2e

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// stopTimeout is how long a program may take to stop.
	stopTimeout = 10 * time.Second
	// waitTimeout bounds each wait of a test.
	waitTimeout = time.Minute
)

// exitMistake is the exit code for a mistake in the configuration or command
// line.
const exitMistake = 2

// process is a program under test while it runs.
type process struct {
	t    *testing.T
	name string
	cmd  *exec.Cmd
	out  output // standard output and standard error.
	done chan struct{}
	code int // the exit code, once done is closed; -1 after a signal.
}

// launch starts a program in a directory with only these environment variables.
// When the test ends it stops the program, which must obey.
func launch(t *testing.T, dir string, env []string, name string, args ...string) *process {
	t.Helper()
	return launchAs(t, nil, dir, env, name, args...)
}

// launchAs starts a program as another user; nil is the current user.
func launchAs(t *testing.T, who *syscall.Credential, dir string, env []string, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, cmd: exec.Command(binary(t, name), args...), done: make(chan struct{})}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	p.cmd.Dir, p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = dir, env, &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		var exit *exec.ExitError
		if err := p.cmd.Wait(); errors.As(err, &exit) {
			p.code = exit.ExitCode()
		}
	}()
	t.Cleanup(func() {
		p.terminate()
		if t.Failed() {
			t.Logf("%s %s printed:\n%s", name, strings.Join(args, " "), p.out.String())
		}
	})
	return p
}

// terminate sends SIGTERM. The program must stop in time with code 0. If it has
// already ended, terminate does nothing.
func (p *process) terminate() {
	p.t.Helper()
	if p.exited() {
		return
	}
	asked := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have just ended.
	select {
	case <-p.done:
	case <-time.After(stopTimeout):
		p.t.Errorf("%s did not stop within %s of SIGTERM", p.name, stopTimeout)
		p.kill()
		return
	}
	tooEarly := p.code == -1 && p.out.String() == "" // it did not handle signals yet.
	if p.code != 0 && !tooEarly {
		p.t.Errorf("%s stopped with code %d after %s, want 0", p.name, p.code, time.Since(asked).Round(time.Millisecond))
	}
}

// kill ends the program without warning, like a power cut.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have just ended.
	<-p.done
}

// waitExit waits until the program ends by itself and returns its exit code.
func (p *process) waitExit(within time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(within):
		p.t.Fatalf("%s is still running after %s", p.name, within)
	}
	return p.code
}

func (p *process) exited() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// output collects what a program prints. It is safe for concurrent use.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements [io.Writer].
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String returns the output so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

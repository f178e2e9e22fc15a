package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSubcommandsWhileTheBotRuns checks that subcommands read a copy that the
// running bot provides, that an import goes through the bot, and that the
// socket is removed at shutdown. The socket of a killed bot does not prevent a
// start.
func TestSubcommandsWhileTheBotRuns(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	s.serve().kill()
	running := s.serve()
	socket := filepath.Join(s.dir, "inactivebot.db.sock")
	if info, err := os.Lstat(socket); err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("the socket is %v, %v; want 0600", info, err)
	}
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("who,reason\n712020:x,on leave\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ command, want string }{
		{"doctor", "is open in the running bot"},
		{"import exclusions --apply " + list, "1 of 1 entries imported"},
		{"export exclusions", "712020:x,,on leave"},
		{"forget 712020:x", "are deleted"},
		{"backup copy.db", "Backup written and verified"},
		{"audit verify", "is intact"},
		{"audit export", `"action":"import"`},
		{"scan", "are applied"},
	} {
		p := launch(t, s.dir, s.settings(), "inactivebot", strings.Fields(test.command)...)
		if code := p.waitExit(waitTimeout); code != 0 || !strings.Contains(p.out.String(), test.want) {
			t.Errorf("%s: exit code %d, want 0 and %q in %q", test.command, code, test.want, p.out.String())
		}
	}
	running.terminate()
	if _, err := os.Lstat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}
}

// TestPublicChannelIsRefused checks that serve ends at startup with
// instructions.
func TestPublicChannelIsRefused(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	post[fields](s, s.addresses.SlackControl+"/channels", fields{"id": s.addresses.Channel, "is_private": false})
	p := launch(t, t.TempDir(), s.settings(), "inactivebot", "serve")
	if code := p.waitExit(waitTimeout); code != exitMistake || !strings.Contains(p.out.String(), "INACTIVEBOT_ALLOW_PUBLIC_CHANNEL=true") {
		t.Errorf("exit code %d, want 2 and instructions in %q", code, p.out.String())
	}
	s.serve("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL=true")
}

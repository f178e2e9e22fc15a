package e2e

import (
	"strings"
	"testing"
)

// TestSeveralDirectories checks that both subcommands require a directory id
// and list the directories.
func TestSeveralDirectories(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60")
	post[fields](s, s.addresses.AtlassianControl+"/org", fields{"directories": []fields{
		{"directoryId": s.addresses.DirectoryID, "name": "Staff"}, {"directoryId": "second-directory", "name": "Contractors"},
	}})
	for _, subcommand := range []string{"serve", "scan"} {
		p := launch(t, t.TempDir(), s.settings(), "inactivebot", subcommand)
		if got := p.waitExit(exitTimeout); got != exitMistake {
			t.Errorf("%s: exit code %d, want %d", subcommand, got, exitMistake)
		}
		for _, want := range []string{"ATLASSIAN_DIRECTORY_ID", s.addresses.DirectoryID, "Staff", "second-directory", "Contractors"} {
			if !strings.Contains(p.out.String(), want) {
				t.Errorf("the output of %s does not contain %q", subcommand, want)
			}
		}
	}
	p := launch(t, s.dir, s.settings("ATLASSIAN_DIRECTORY_ID=second-directory"), "inactivebot", "scan")
	if got := p.waitExit(waitTimeout); got != 0 || !strings.Contains(p.out.String(), "Total users processed: 20\n") {
		t.Errorf("exit code %d, want 0 and the 20 people of the second directory", got)
	}
}

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScanOptions checks scan's exclusions and the flags of the seed script.
func TestScanOptions(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "90")
	inactive := s.inactive(180)
	email := s.orgState()[inactive[1]].Email
	tests := map[string]struct {
		args []string
		code int
		want []string // the candidates if the code is 0.
		says string
	}{
		"by account id and email": {
			args: []string{"--exclude-user", inactive[0], "--exclude-user", strings.ToUpper(email)}, want: inactive[2:],
		},
		"by name": {
			args: []string{"--exclude-user", "Kim Lee"}, code: 2, says: "an account id or an email",
		},
		"dry run": {
			args: []string{"--dry-run"}, want: inactive,
		},
		"no dry run": {
			args: []string{"--no-dry-run"}, code: 1, says: "suspending happens in Slack",
		},
		"another threshold": {
			args: []string{"--inactive-days", "400"}, want: s.inactive(400),
		},
		"another form": {
			args: []string{"--output", "yaml"}, code: 2, says: "json",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := launch(t, t.TempDir(), s.settings(), "inactivebot", append([]string{"scan", "--output=json"}, test.args...)...)
			if got := p.waitExit(waitTimeout); got != test.code {
				t.Fatalf("exit code %d, want %d", got, test.code)
			}
			if !strings.Contains(p.out.String(), test.says) {
				t.Errorf("the output does not contain %q", test.says)
			}
			if test.code != 0 {
				return
			}
			var got scanOutput
			if err := json.Unmarshal([]byte(p.out.String()), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.listed()); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestScanHonoursTheDatabase checks that scan leaves out people excluded in
// Slack, and says so.
func TestScanHonoursTheDatabase(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60")
	p := s.serve()
	s.command(s.addresses.Users.Approver, "scan")
	rows, listed := s.waitReport()
	s.press(s.addresses.Users.Approver, "exclude", rows[0])
	s.until("the exclusion", func() bool { return len(s.report().buttons("undo_exclude")) == 1 })
	want := fmt.Sprintf("Inactive: %d\nInactive", len(listed)-1)
	for _, state := range []string{"running", "stopped"} {
		got := s.scan(t)
		if note := "exclusions in inactivebot.db are applied"; !strings.Contains(got, note) || !strings.Contains(got, want) {
			t.Errorf("with the bot %s the output does not contain %q and %q", state, note, want)
		}
		p.terminate()
	}
}

// TestScanHonoursStoredRules checks that scan leaves out people matched by a
// rule added in Slack.
func TestScanHonoursStoredRules(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60")
	p := s.serve()
	ada := s.addresses.Users.Approver
	s.command(ada, "exclude domain:example.com")
	s.waitEphemeral(ada, "domain:example.com", "added")
	var want []string
	orgState := s.orgState()
	for _, account := range s.inactive(180) {
		if !strings.HasSuffix(strings.ToLower(orgState[account].Email), "@example.com") {
			want = append(want, account)
		}
	}
	for _, state := range []string{"running", "stopped"} {
		var got scanOutput
		_, object, _ := strings.Cut(s.scan(t, "--output=json"), "\n") // below the note on stderr.
		if err := json.Unmarshal([]byte(object), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.listed()); diff != "" {
			t.Errorf("candidates with the bot %s (-want +got):\n%s", state, diff)
		}
		p.terminate()
	}
}

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// exitTimeout is how long a program that cannot start may take to end.
const exitTimeout = time.Minute

// TestStartThatCannotWork checks that all configuration errors are printed at
// once with instructions, and that the exit code distinguishes their kind.
func TestStartThatCannotWork(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	tests := map[string]struct {
		args     []string
		settings []string
		code     int
		want     []string // each on its own line.
	}{
		"nothing set": {
			code: 2, want: []string{
				"SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set", "ATLASSIAN_ORG_ID is not set", "ATLASSIAN_API_KEY is not set",
				"INACTIVEBOT_CHANNEL is not set", "INACTIVEBOT_APPROVERS or INACTIVEBOT_APPROVER_GROUP must be set",
			},
		},
		"much set wrongly": {
			settings: s.settings("SLACK_BOT_TOKEN=xapp-mistaken", "INACTIVEBOT_SCHEDULE=mistaken", "INACTIVEBOT_INACTIVE_DAYS=2",
				"INACTIVEBOT_CHANNEL=#mistaken", "INACTIVEBOT_EXCLUDE=mistaken name", "INACTIVEBOT_SETTLE=mistaken"),
			code: 2, want: []string{
				"SLACK_BOT_TOKEN must", "INACTIVEBOT_SCHEDULE must", "INACTIVEBOT_INACTIVE_DAYS must", "INACTIVEBOT_CHANNEL must",
				"INACTIVEBOT_EXCLUDE must", "INACTIVEBOT_SETTLE must",
			},
		},
		"another directory": {
			settings: s.settings("ATLASSIAN_DIRECTORY_ID=another"), code: 2,
			want: []string{s.addresses.DirectoryID},
		},
		"a refused key": {
			settings: s.settings("ATLASSIAN_API_KEY=mistaken"), code: 3,
			want: []string{"ATLASSIAN_API_KEY"},
		},
		"another organisation": {
			settings: s.settings("ATLASSIAN_ORG_ID=another"), code: 3,
			want: []string{"ATLASSIAN_ORG_ID"},
		},
		"a refused bot token": {
			settings: s.settings("SLACK_BOT_TOKEN=xoxb-mistaken"), code: 3,
			want: []string{"SLACK_BOT_TOKEN"},
		},
		"a refused app token": {
			settings: s.settings("SLACK_APP_TOKEN=xapp-mistaken"), code: 3,
			want: []string{"SLACK_APP_TOKEN"},
		},
		"an unknown subcommand": {
			args: []string{"suspend"}, settings: s.settings(), code: 2,
			want: []string{"inactivebot --help"},
		},
		"an unknown flag": {
			args: []string{"serve", "--force"}, settings: s.settings(), code: 2,
			want: []string{"inactivebot --help"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			args := test.args
			if args == nil {
				args = []string{"serve"}
			}
			p := launch(t, t.TempDir(), test.settings, "inactivebot", args...)
			if got := p.waitExit(exitTimeout); got != test.code {
				t.Errorf("exit code %d, want %d", got, test.code)
			}
			lines := strings.Split(p.out.String(), "\n")
			for _, want := range test.want {
				if n := countLines(lines, want); n != 1 {
					t.Errorf("%d lines contain %q, want 1", n, want)
				}
			}
			if strings.Contains(p.out.String(), "mistaken") {
				t.Error("the output contains a value")
			}
		})
	}
	if got := s.requests("GET directories")["401"]; got != 1 {
		t.Errorf("the refused key was tried %d times, want once", got)
	}
	if got := s.calls("apps.connections.open", "invalid_auth"); got != 1 {
		t.Errorf("the refused app token was tried %d times, want once", got)
	}
}

func countLines(lines []string, part string) (n int) {
	for _, line := range lines {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}

// TestTokensThatSlackRefuses checks that each permanent error from Slack ends
// the bot at startup without a retry.
func TestTokensThatSlackRefuses(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	for _, method := range []string{"auth.test", "apps.connections.open"} {
		for _, answer := range []string{"invalid_auth", "account_inactive", "token_revoked", "token_expired", "missing_scope", "not_allowed_token_type", "forbidden_team", "link_disabled"} {
			t.Run(method+" "+answer, func(t *testing.T) {
				post[fields](s, s.addresses.SlackControl+"/faults", fields{"method": method, "count": -1, "error": answer})
				p := launch(t, t.TempDir(), s.settings(), "inactivebot", "serve")
				if got := p.waitExit(exitTimeout); got != 3 {
					t.Errorf("exit code %d, want 3", got)
				}
				if want := "api.slack.com/apps"; !strings.Contains(p.out.String(), want) {
					t.Errorf("the output does not contain %q", want)
				}
				if got := s.calls(method, answer); got != 1 {
					t.Errorf("the call was tried %d times, want once", got)
				}
				ask[fields](s, http.MethodDelete, s.addresses.SlackControl+"/faults", nil)
			})
		}
	}
}

// TestSocketModeTurnedOff checks that a running bot ends with instructions when
// Socket Mode is turned off for the app.
func TestSocketModeTurnedOff(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	p := s.serve()
	post[fields](s, s.addresses.SlackControl+"/disconnect", fields{"reason": "link_disabled"})
	if got := p.waitExit(exitTimeout); got != 3 {
		t.Errorf("exit code %d, want 3", got)
	}
	if want := "Socket Mode is off for the app"; !strings.Contains(p.out.String(), want) {
		t.Errorf("the output does not contain %q", want)
	}
}

// calls returns how often a Slack method ended with an error.
func (s *simulation) calls(method, mistake string) (n int) {
	s.t.Helper()
	for _, c := range get[[]struct {
		Method string `json:"method"`
		Error  string `json:"error"`
	}](s, s.addresses.SlackControl+"/calls") {
		if c.Method == method && c.Error == mistake {
			n++
		}
	}
	return n
}

// TestDatabaseInUse checks that a second bot on the same database does not
// start and names the process that uses it.
func TestDatabaseInUse(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	first := s.serve()
	second := launch(t, s.dir, s.settings(), "inactivebot", "serve")
	if got := second.waitExit(exitTimeout); got != 1 {
		t.Errorf("exit code %d, want 1", got)
	}
	for _, want := range []string{"inactivebot.db is in use by", fmt.Sprintf("process %d ", first.cmd.Process.Pid), "INACTIVEBOT_DATABASE"} {
		if !strings.Contains(second.out.String(), want) {
			t.Errorf("the output of the second bot does not contain %q", want)
		}
	}
	if first.exited() {
		t.Error("the first bot has ended")
	}
}

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// marked are secrets in the format of real ones. They must never be printed.
var marked = map[string]string{
	"SLACK_BOT_TOKEN":   "xoxb-1-MARKEDbot",
	"SLACK_APP_TOKEN":   "xapp-1-MARKEDapp",
	"ATLASSIAN_API_KEY": "ATATT3xFfGF0MARKEDkey",
}

// TestSecretsInWrongPlaces puts each secret into every setting that is meant
// for something else, into a flag, and where a file name is expected. The
// program ends with a list of errors, or is refused, and prints no secret.
func TestSecretsInWrongPlaces(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for of, secret := range marked {
		tests := map[string]struct {
			env  []string
			args []string
		}{
			"the only setting":               {env: []string{of + "=" + secret}},
			"refused":                        {env: s.settings(of + "=" + secret)},
			"refused, at debug level":        {env: s.settings(of+"="+secret, "INACTIVEBOT_LOG_LEVEL=debug", "INACTIVEBOT_LOG_FORMAT=console")},
			"with a line break":              {env: s.settings(of + "=" + secret + "\nmore-" + secret)},
			"twice, and in a file":           {env: s.settings(of+"="+secret, of+"_FILE="+file("twice", secret))},
			"in place of the name of a file": {env: s.settings(of+"=", of+"_FILE="+secret)},
			"in a file with more":            {env: s.settings(of+"=", of+"_FILE="+file("more", secret+"\n"+secret))},
			"as an unknown flag":             {env: s.settings(), args: []string{"serve", "--" + strings.ToLower(strings.ReplaceAll(of, "_", "-")) + "=" + secret}},
			"as an argument":                 {env: s.settings(), args: []string{"serve", secret}},
			"as a subcommand":                {env: s.settings(), args: []string{secret}},
			"as a scan":                      {env: s.settings(of + "=" + secret), args: []string{"scan"}},
		}
		for _, name := range settingNames {
			if name != of {
				tests["in "+name] = struct {
					env  []string
					args []string
				}{env: s.settings(name + "=" + secret)}
			}
		}
		for name, test := range tests {
			t.Run(of+" "+name, func(t *testing.T) {
				args := test.args
				if args == nil {
					args = []string{"serve"}
				}
				p := launch(t, t.TempDir(), test.env, "inactivebot", args...)
				s.until("an end, or a connection", func() bool { return p.exited() || strings.Contains(p.out.String(), "connected to slack") })
				if *long && !p.exited() {
					<-time.After(time.Second)
				}
				p.terminate()
				if strings.Contains(p.out.String(), "MARKED") {
					t.Errorf("the program printed a secret: %s", p.out.String())
				}
			})
		}
	}
}

// settingNames are the names of all settings, including the secrets.
var settingNames = []string{
	"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "ATLASSIAN_ORG_ID", "ATLASSIAN_API_KEY", "ATLASSIAN_API_URL", "ATLASSIAN_DIRECTORY_ID",
	"ATLASSIAN_API_KEY_EXPIRES", "INACTIVEBOT_CHANNEL", "INACTIVEBOT_APPROVERS", "INACTIVEBOT_APPROVER_GROUP", "INACTIVEBOT_SCHEDULE",
	"INACTIVEBOT_INACTIVE_DAYS", "INACTIVEBOT_PRODUCT", "INACTIVEBOT_SITES", "INACTIVEBOT_EXCLUDE", "INACTIVEBOT_PROTECT", "INACTIVEBOT_OTHER_APPS",
	"INACTIVEBOT_IDP_MANAGED", "INACTIVEBOT_MAX_SUSPEND", "INACTIVEBOT_MAX_SUSPEND_PERCENT", "INACTIVEBOT_REPORT_TTL", "INACTIVEBOT_REPORT_ONLY",
	"INACTIVEBOT_LAYOUT", "INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "INACTIVEBOT_RETENTION", "INACTIVEBOT_SETTLE", "INACTIVEBOT_LISTEN",
	"INACTIVEBOT_LOG_LEVEL", "INACTIVEBOT_LOG_FORMAT",
}

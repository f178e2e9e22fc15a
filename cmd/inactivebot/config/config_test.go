package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
)

// complete returns an environment that serve accepts.
func complete() map[string]string {
	return map[string]string{
		"SLACK_BOT_TOKEN":       "xoxb-bot",
		"SLACK_APP_TOKEN":       "xapp-app",
		"ATLASSIAN_ORG_ID":      "0a1b-2c3d",
		"ATLASSIAN_API_KEY":     "ATCTT-key",
		"INACTIVEBOT_CHANNEL":   "C0ADMINS",
		"INACTIVEBOT_APPROVERS": "U0ADA",
	}
}

// sources returns sources with this environment, these flags and these files.
func sources(env, flags, files map[string]string) Sources {
	return Sources{
		Flags: flags,
		Env:   func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		ReadFile: func(name string) ([]byte, error) {
			if content, ok := files[name]; ok {
				return []byte(content), nil
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		},
	}
}

// with returns the complete environment with one variable set.
func with(name, value string) Sources {
	env := complete()
	env[name] = value
	return sources(env, nil, nil)
}

// mustLoad loads a valid configuration.
func mustLoad(t *testing.T, need Need, from Sources) Config {
	t.Helper()
	c, err := Load(need, from)
	if err != nil {
		t.Fatalf("Load() = %v, want no error", err)
	}
	return c
}

// mistakesOf loads an invalid configuration and returns its errors.
func mistakesOf(t *testing.T, need Need, from Sources) Mistakes {
	t.Helper()
	_, err := Load(need, from)
	mistakes, ok := errors.AsType[Mistakes](err)
	if !ok {
		t.Fatalf("Load() = %v, want Mistakes", err)
	}
	return mistakes
}

func names(mistakes Mistakes) []string {
	var all []string
	for _, m := range mistakes {
		all = append(all, m.Setting)
	}
	return all
}

func TestDefaults(t *testing.T) {
	got := mustLoad(t, NeedEverything, sources(complete(), nil, nil))
	want := Config{
		SlackBotToken: NewSecret("xoxb-bot"),
		SlackAppToken: NewSecret("xapp-app"),
		SlackAPIURL:   "https://slack.com/api/",
		OrgID:         "0a1b-2c3d", APIKey: NewSecret("ATCTT-key"),
		AtlassianURL: "https://api.atlassian.com",
		Channel:      "C0ADMINS", Approvers: []string{"U0ADA"},
		Schedule:     "CRON_TZ=UTC 0 9 * * MON",
		InactiveDays: 180, Product: "confluence",
		OtherApps: "protect", IDPManaged: "list",
		MaxSuspend: 50, MaxSuspendPercent: 25,
		ReportTTL: 168 * time.Hour, Layout: "classic",
		Database: "inactivebot.db", Retention: 9600 * time.Hour, BackupKeep: 7,
		Settle: time.Minute, LogLevel: zerolog.InfoLevel, LogFormat: "json",
	}
	reveal := cmp.Comparer(func(a, b Secret) bool { return a.Reveal() == b.Reveal() })
	if diff := cmp.Diff(want, got, reveal); diff != "" {
		t.Errorf("Load() with the required settings alone (-want +got):\n%s", diff)
	}
}

func TestWhatEachNeedCannotDoWithout(t *testing.T) {
	atlassian := []string{"ATLASSIAN_ORG_ID", "ATLASSIAN_API_KEY"}
	everything := []string{
		"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ATLASSIAN_ORG_ID", "ATLASSIAN_API_KEY",
		"INACTIVEBOT_CHANNEL", "INACTIVEBOT_APPROVERS or INACTIVEBOT_APPROVER_GROUP",
	}
	for need, want := range map[Need][]string{NeedAtlassian: atlassian, NeedEverything: everything} {
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			mistakes := mistakesOf(t, need, sources(nil, nil, nil))
			if diff := cmp.Diff(want, names(mistakes)); diff != "" {
				t.Errorf("missing settings (-want +got):\n%s", diff)
			}
		})
	}
	mustLoad(t, NeedNothing, sources(nil, nil, nil))
}

func TestAnApproverGroupIsEnough(t *testing.T) {
	env := complete()
	delete(env, "INACTIVEBOT_APPROVERS")
	env["INACTIVEBOT_APPROVER_GROUP"] = "S0ADMINS"
	if got := mustLoad(t, NeedEverything, sources(env, nil, nil)).ApproverGroup; got != "S0ADMINS" {
		t.Errorf("ApproverGroup = %q, want S0ADMINS", got)
	}
}

func TestWhereAValueComesFrom(t *testing.T) {
	days := func(value string) map[string]string { return map[string]string{"INACTIVEBOT_INACTIVE_DAYS": value} }
	flag := func(value string) map[string]string { return map[string]string{"inactive-days": value} }
	for _, test := range []struct {
		name  string
		env   map[string]string
		flags map[string]string
		want  int
	}{
		{"the default", nil, nil, 180},
		{"the environment", days("90"), nil, 90},
		{"spaces around it", days(" 90\n"), nil, 90},
		{"an empty variable", days(""), nil, 180},
		{"a blank variable", days("  "), nil, 180},
		{"a flag", nil, flag("30"), 30},
		{"a flag and the environment", days("90"), flag("30"), 30},
		{"a flag and a wrong variable", days("soon"), flag("30"), 30},
		{"an empty flag", days("90"), flag(""), 90},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := mustLoad(t, NeedNothing, sources(test.env, test.flags, nil)).InactiveDays; got != test.want {
				t.Errorf("InactiveDays = %d, want %d", got, test.want)
			}
		})
	}
}

func TestSecretsFromFiles(t *testing.T) {
	files := map[string]string{"/run/secrets/key": "ATCTT-filed\n", "/run/secrets/empty": "\n"}
	for _, test := range []struct {
		name, variable, file string
		want, problem        string
	}{
		{name: "a file", file: "/run/secrets/key", want: "ATCTT-filed"},
		{name: "an empty file variable", variable: "ATCTT-plain", want: "ATCTT-plain"},
		{name: "both", variable: "ATCTT-plain", file: "/run/secrets/key", problem: "ATLASSIAN_API_KEY and ATLASSIAN_API_KEY_FILE are both set"},
		{name: "no such file", file: "/run/secrets/gone", problem: "ATLASSIAN_API_KEY_FILE does not name a file this process may read: file does not exist"},
		{name: "an empty file", file: "/run/secrets/empty", problem: "ATLASSIAN_API_KEY_FILE names a file that is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := complete()
			env["ATLASSIAN_API_KEY"], env["ATLASSIAN_API_KEY_FILE"] = test.variable, test.file
			c, err := Load(NeedAtlassian, sources(env, nil, files))
			if got := c.APIKey.Reveal(); got != test.want {
				t.Errorf("APIKey = %q, want %q", got, test.want)
			}
			if got := fmt.Sprint(err); test.problem != "" && !strings.HasPrefix(got, test.problem) {
				t.Errorf("Load() = %s, want %s …", got, test.problem)
			}
		})
	}
}

func TestASecretHasNoFlag(t *testing.T) {
	env := complete()
	delete(env, "ATLASSIAN_API_KEY")
	flags := map[string]string{"atlassian-api-key": "ATCTT-key"}
	got := names(mistakesOf(t, NeedAtlassian, sources(env, flags, nil)))
	if !slices.Equal(got, []string{"ATLASSIAN_API_KEY"}) {
		t.Errorf("mistakes = %v, want the key missing", got)
	}
}

func TestAllMistakesComeAtOnceOneALine(t *testing.T) {
	env := map[string]string{
		"SLACK_BOT_TOKEN":              "xapp-swapped",
		"SLACK_APP_TOKEN_FILE":         "/run/secrets/gone",
		"ATLASSIAN_API_KEY":            "two words",
		"INACTIVEBOT_SCHEDULE":         "every monday",
		"INACTIVEBOT_APPROVERS":        "U0ADA, @grace",
		"INACTIVEBOT_MAX_SUSPEND":      "-17",
		"INACTIVEBOT_LOG_FORMAT":       "pretty",
		"INACTIVEBOT_RETENTION":        "forever",
		"INACTIVEBOT_INACTIVE_DAYS":    "90",
		"INACTIVEBOT_BACKUP_DIR":       "/backup",
		"INACTIVEBOT_ATLASSIAN_ORG_ID": "ignored",
	}
	flags := map[string]string{"product": "Confluence Cloud"}
	mistakes := mistakesOf(t, NeedEverything, sources(env, flags, nil))
	want := []string{
		"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN_FILE", "ATLASSIAN_ORG_ID", "ATLASSIAN_API_KEY", "INACTIVEBOT_CHANNEL",
		"INACTIVEBOT_APPROVERS", "INACTIVEBOT_SCHEDULE", "INACTIVEBOT_PRODUCT (given as --product)",
		"INACTIVEBOT_MAX_SUSPEND", "INACTIVEBOT_RETENTION", "INACTIVEBOT_LOG_FORMAT",
	}
	if diff := cmp.Diff(want, names(mistakes)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	if got := strings.Split(mistakes.Error(), "\n"); len(got) != len(want) {
		t.Errorf("Error() has %d lines, want %d:\n%s", len(got), len(want), mistakes)
	}
	for _, value := range append(slices.Collect(maps.Values(env)), flags["product"]) {
		if strings.Contains(mistakes.Error(), value) {
			t.Errorf("Error() repeats the value %q:\n%s", value, mistakes)
		}
	}
}

func TestAMistakeSaysWhereToFindTheValue(t *testing.T) {
	env := complete()
	delete(env, "SLACK_BOT_TOKEN")
	got := mistakesOf(t, NeedEverything, sources(env, nil, nil)).Error()
	want := "SLACK_BOT_TOKEN is not set. Its value: api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token."
	if got != want {
		t.Errorf("Error() = %s\nwant %s", got, want)
	}
}

package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
)

// TestOwnManifest: without a file the workspace enforces the scopes of the bot's
// own manifest, and the program's README shows that manifest.
func TestOwnManifest(t *testing.T) {
	got, err := readManifest("")
	slices.Sort(got.scopes)
	if want := slacktest.DefaultBotScopes(); err != nil || !slices.Equal(got.scopes, want) {
		t.Errorf("scopes %v, %v; want %v", got.scopes, err, want)
	}
	if !slices.Equal(got.commands, []string{"/inactive"}) || len(got.plain) != 0 {
		t.Errorf("commands %v, as typed %v", got.commands, got.plain)
	}
	readme, err := os.ReadFile("../inactivebot/README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README has no manifest")
	}
	if strings.TrimSpace(string(block[1])) != strings.TrimSpace(slackapi.Manifest()) {
		t.Error("README shows another manifest than inactivebot manifest prints")
	}
}

func TestManifestThatIsNone(t *testing.T) {
	for name, body := range map[string]string{"no scopes": "settings: {}", "no YAML": "\t{"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "manifest.yaml")
			if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := readManifest(file); err == nil {
				t.Errorf("%v of a file that is no manifest", got)
			}
		})
	}
	if _, err := readManifest(filepath.Join(t.TempDir(), "missing.yaml")); err == nil {
		t.Error("a missing file is no mistake")
	}
}

// TestTheirManifest: another app brings its own scopes and commands.
func TestTheirManifest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "manifest.yaml")
	body := "features:\n  slash_commands:\n    - {command: /poll, should_escape: true}\n    - {command: /raw}\noauth_config: {scopes: {bot: [commands]}}\n"
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readManifest(file)
	want := manifest{scopes: []string{"commands"}, commands: []string{"/poll", "/raw"}, plain: []string{"/raw"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	o := workspaceOptions(flags{Grid: true}, got, newPanel(atlassiantest.New(atlassiantest.Options{Users: 1}), false))
	if o.EnterpriseID == "" || o.Hints != nil {
		t.Errorf("enterprise %q, hints %v", o.EnterpriseID, o.Hints)
	}
}

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

// TestOwnManifest checks that the workspace enforces the bot's own manifest by
// default, and that README shows the same manifest.
func TestOwnManifest(t *testing.T) {
	got, err := readManifest("")
	slices.Sort(got.scopes)
	if want := slacktest.DefaultBotScopes(); err != nil || !slices.Equal(got.scopes, want) {
		t.Errorf("scopes %v, %v; want %v", got.scopes, err, want)
	}
	if !slices.Equal(got.commands, []string{"/inactive"}) || len(got.plain) != 0 {
		t.Errorf("commands %v, unescaped %v", got.commands, got.plain)
	}
	if !got.messagesTab || (slacktest.Options{}).NoMessagesTab {
		t.Error("the manifest or the workspace's default has no Messages tab")
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
		t.Error("README's manifest differs from the output of inactivebot manifest")
	}
}

func TestManifestThatIsNone(t *testing.T) {
	for name, body := range map[string]string{"no scopes": "settings: {}", "not YAML": "\t{"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "manifest.yaml")
			if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := readManifest(file); err == nil {
				t.Errorf("%v from an invalid manifest", got)
			}
		})
	}
	if _, err := readManifest(filepath.Join(t.TempDir(), "missing.yaml")); err == nil {
		t.Error("a missing file is not an error")
	}
}

// TestTheirManifest checks a manifest with its own scopes and commands.
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
	if o.EnterpriseID == "" || o.Completions != nil || !o.NoMessagesTab {
		t.Errorf("enterprise %q, completions %v, no Messages tab %t", o.EnterpriseID, o.Completions, o.NoMessagesTab)
	}
}

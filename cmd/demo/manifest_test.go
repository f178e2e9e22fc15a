package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"inactivebot/bot"
	"inactivebot/bot/slacktest"
)

// TestOwnManifest: without a file the workspace enforces the scopes of the bot's
// own manifest, and README shows that manifest.
func TestOwnManifest(t *testing.T) {
	got, err := scopesOf("")
	slices.Sort(got)
	if want := slacktest.DefaultBotScopes(); err != nil || !slices.Equal(got, want) {
		t.Errorf("scopes %v, %v; want %v", got, err, want)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)   ```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README has no manifest")
	}
	shown := strings.ReplaceAll("\n"+string(block[1]), "\n   ", "\n")
	if strings.TrimSpace(shown) != strings.TrimSpace(bot.Manifest()) {
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
			if got, err := scopesOf(file); err == nil {
				t.Errorf("scopes %v of a file that is no manifest", got)
			}
		})
	}
	if _, err := scopesOf(filepath.Join(t.TempDir(), "missing.yaml")); err == nil {
		t.Error("a missing file is no mistake")
	}
}

package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"inactivebot/cmd/inactivebot/config"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestREADMENamesOnlySettingsThereAre finds every word of README that looks like
// a setting.
func TestREADMENamesOnlySettingsThereAre(t *testing.T) {
	known := map[string]bool{}
	for _, name := range config.Variables() {
		known[name] = true
	}
	words := regexp.MustCompile(`\b(SLACK|ATLASSIAN|INACTIVEBOT)_[A-Z_]*[A-Z]\b`).FindAllString(readme(t), -1)
	for _, word := range words {
		if !known[word] {
			t.Errorf("README names %s, which is no setting", word)
		}
	}
	if len(words) < 4*len(known)/3 {
		t.Errorf("README names settings %d times only", len(words))
	}
}

// TestREADMECommandsAreUnderstood has the command line read every command that
// README shows.
func TestREADMECommandsAreUnderstood(t *testing.T) {
	shown := regexp.MustCompile("(?m)(?:^ *|`|`/|/usr/local/bin/|-- /)(inactivebot (?:[a-z]|--)[^`\n#]*)").FindAllStringSubmatch(readme(t), -1)
	understood := map[string]bool{}
	for _, found := range shown {
		words := strings.Fields(found[1])[1:]
		if slices.Contains(words, "--help") {
			continue // kong prints it and ends.
		}
		flags, cli := config.NewFlags(), commands{}
		parser, err := kong.New(&cli, kong.Name("inactivebot"), kong.Embed(flags.Struct()), kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := parser.Parse(words); err != nil {
			t.Errorf("%s: %v", found[1], err)
		} else {
			understood[strings.Fields(parsed.Command())[0]] = true
		}
	}
	for _, name := range []string{"serve", "scan", "doctor", "backup", "export", "import", "forget", "audit", "manifest", "healthcheck", "version"} {
		if !understood[name] {
			t.Errorf("README does not show inactivebot %s", name)
		}
	}
}

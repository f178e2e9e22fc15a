package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"inactivebot/cmd/inactivebot/config"
)

// maxREADME is the maximum length of README in bytes; a longer one is not read.
const maxREADME = 15_000

// pages returns every Markdown page of the repository by its path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all, root := map[string]string{}, os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		all[name] = string(text)
		return err
	})
	if err != nil || all["README.md"] == "" {
		t.Fatalf("%d pages: %v", len(all), err)
	}
	return all
}

// joined returns all pages as one text.
func joined(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, text := range pages(t) {
		all.WriteString(text + "\n")
	}
	return all.String()
}

// TestREADMEIsShort also checks that commands in tables can be pasted: a shell
// does not understand \|.
func TestREADMEIsShort(t *testing.T) {
	for name, text := range pages(t) {
		if name == "README.md" && len(text) > maxREADME {
			t.Errorf("%s has %d bytes, want at most %d", name, len(text), maxREADME)
		}
		if strings.Contains(text, `\|`) {
			t.Errorf(`%s contains \|`, name)
		}
	}
}

// TestLinksOfPages checks that every relative link leads to a file and heading
// of the repository, and that README links to every page.
func TestLinksOfPages(t *testing.T) {
	all := pages(t)
	linked := map[string]bool{"README.md": true}
	for name, text := range all {
		for _, found := range regexp.MustCompile(`\]\(([^)\s]+)`).FindAllStringSubmatch(text, -1) {
			file, heading, _ := strings.Cut(found[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			linked[target] = linked[target] || name == "README.md"
			if _, err := os.Stat("../../" + target); err != nil {
				t.Errorf("%s links to %s: %v", name, found[1], err)
			}
			if heading != "" && !slices.Contains(anchors(all[target]), heading) {
				t.Errorf("%s links to %s, but there is no such heading", name, found[1])
			}
		}
	}
	for name := range all {
		if !linked[name] {
			t.Errorf("README does not link to %s", name)
		}
	}
}

// anchors returns the link fragments of a page's headings.
func anchors(page string) (all []string) {
	for _, found := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		heading := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(found[1]), "")
		all = append(all, strings.ReplaceAll(heading, " ", "-"))
	}
	return all
}

// TestREADMENamesOnlySettingsThereAre checks every word of the pages that looks
// like a setting.
func TestREADMENamesOnlySettingsThereAre(t *testing.T) {
	known := map[string]bool{}
	for _, name := range config.Variables() {
		known[name] = true
	}
	words := regexp.MustCompile(`\b(SLACK|ATLASSIAN|INACTIVEBOT)_[A-Z_]*[A-Z]\b`).FindAllString(joined(t), -1)
	for _, word := range words {
		if !known[word] {
			t.Errorf("the pages name %s, which is not a setting", word)
		}
	}
	if len(words) < 4*len(known)/3 {
		t.Errorf("the pages name settings only %d times", len(words))
	}
}

// TestREADMECommandsAreUnderstood parses every command that the pages show.
func TestREADMECommandsAreUnderstood(t *testing.T) {
	shown := regexp.MustCompile("(?m)(?:^ *|`|`/|/usr/local/bin/|-- /|exec inactivebot /|run --rm )(inactivebot (?:[a-z]|--)[^`\n#]*)").FindAllStringSubmatch(joined(t), -1)
	understood := map[string]bool{}
	for _, found := range shown {
		words := strings.Fields(found[1])[1:]
		if slices.Contains(words, "--help") {
			continue // kong prints the help and exits.
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
			t.Errorf("the pages do not show inactivebot %s", name)
		}
	}
}

// TestPagesNameTestsThereAre checks every go test command of the pages: its
// packages exist, and each alternative of -run matches one of their tests.
func TestPagesNameTestsThereAre(t *testing.T) {
	tests := testNames(t)
	commands := regexp.MustCompile(`go test ((?:\./\S+ )+)-run '?([\w|]+)'? `).FindAllStringSubmatch(strings.ReplaceAll(joined(t), "\n", " \n"), -1)
	if len(commands) < 10 {
		t.Fatalf("the pages show only %d commands", len(commands))
	}
	for _, found := range commands {
		for pattern := range strings.SplitSeq(found[2], "|") {
			var matched bool
			for _, dir := range strings.Fields(found[1]) {
				prefix, below := strings.CutSuffix(strings.TrimPrefix(dir, "./"), "...")
				for at, names := range tests {
					matched = matched || (at == prefix || below && strings.HasPrefix(at, prefix)) && regexp.MustCompile("(?m)"+pattern).MatchString(names)
				}
			}
			if !matched {
				t.Errorf("go test %s-run %s matches no test %s", found[1], found[2], pattern)
			}
		}
	}
}

// testNames returns the names of all tests, one per line, by their package's
// directory.
func testNames(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	eachGoFile(t, func(name string, source []byte) {
		if !strings.HasSuffix(name, "_test.go") {
			return
		}
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
			all[path.Dir(name)] += string(found[1]) + "\n"
		}
	})
	return all
}

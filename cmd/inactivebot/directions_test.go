package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the prefix of every package of ours.
const module = "inactivebot/"

// directions lists the packages, and for each the packages of ours that it may
// depend on, directly or through others. Tests may depend on more.
var directions = map[string][]string{
	"atlassian":               nil,
	"atlassian/atlassiantest": nil,
	"storage":                 nil,
	"bot/slacktest":           nil,
	"bot/policy":              {"atlassian", "storage"},
	"bot/blocks":              {"atlassian", "storage", "bot/policy"},
	"bot":                     {"atlassian", "storage", "bot/policy", "bot/blocks"},
	"cmd/inactivebot":         {"atlassian", "storage", "bot/policy", "bot/blocks", "bot", "cmd/inactivebot/config"},
	"cmd/inactivebot/e2e":     nil,
	"cmd/inactivebot/config":  {"atlassian", "bot/policy"},
	"cmd/inactivebot/deploy":  nil,
	"cmd/demo":                {"atlassian", "storage", "bot/policy", "bot/blocks", "bot", "bot/slacktest", "atlassian/atlassiantest"},
}

// withoutSlack lists the packages that must not know slack-go: those that have
// nothing to do with Slack, and the simulators, whose own wire structs catch a
// wrong tag in a client.
var withoutSlack = []string{"atlassian", "atlassian/atlassiantest", "storage", "bot/policy", "bot/slacktest"}

func TestImportDirections(t *testing.T) {
	deps := listDeps(t)
	for name, allowed := range directions {
		t.Run(name, func(t *testing.T) {
			imports, ok := deps[name]
			if !ok {
				t.Fatalf("package %s is missing", name)
			}
			for _, dep := range imports {
				ours, ok := strings.CutPrefix(dep, module)
				if ok && !slices.Contains(allowed, ours) {
					t.Errorf("%s depends on %s, want only %v of ours", name, ours, allowed)
				}
			}
		})
	}
	for name := range deps {
		if _, ok := directions[name]; !ok {
			t.Errorf("package %s has no line in the table of directions", name)
		}
	}
}

func TestWhoKnowsSlack(t *testing.T) {
	deps := listDeps(t)
	for _, name := range withoutSlack {
		for _, dep := range deps[name] {
			if strings.HasPrefix(dep, "github.com/slack-go/") {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
}

// listDeps is every package of ours, without the module's name, and all that it
// depends on outside of its tests.
func listDeps(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Deps", "./...")
	list.Dir = "../.."
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := make(map[string][]string)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Deps       []string
		}
		switch err := decoder.Decode(&pkg); {
		case errors.Is(err, io.EOF):
			return deps
		case err != nil:
			t.Fatal(err)
		}
		deps[strings.TrimPrefix(pkg.ImportPath, module)] = pkg.Deps
	}
}

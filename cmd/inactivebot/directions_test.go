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

// module is the prefix of all package paths of this module.
const module = "inactivebot/"

// directions maps each package to the packages of this module that it may
// import. Tests may import more.
var directions = map[string][]string{
	"atlassian":               nil,
	"atlassian/atlassiantest": nil,
	"storage":                 {"storage/boltfile"},
	"storage/boltfile":        nil,
	"storage/adminsocket":     {"storage", "storage/boltfile"},
	"storage/storagetest":     nil,
	"bot/slacktest":           nil,
	"bot/pipenet":             nil,
	"bot/texttest":            nil,
	"bot/acceptance":          nil,
	"bot/policy":              {"atlassian", "storage"},
	"bot/blocks":              {"atlassian", "storage", "bot/policy"},
	"bot/command":             {"storage", "bot/policy", "bot/blocks"},
	"bot/logging":             nil,
	"bot/reconcile":           nil,
	"bot/monitor":             {"atlassian", "storage"},
	"bot/problem":             {"atlassian", "storage"},
	"bot/slackapi":            {"bot/monitor", "bot/problem", "bot/reconcile"},
	"bot/approvers":           {"storage", "bot/reconcile", "bot/slackapi"},
	"bot/scan":                {"atlassian", "storage", "bot/policy", "bot/problem", "bot/logging"},
	"bot/scan/scantest":       {"atlassian", "atlassian/atlassiantest", "storage", "bot/pipenet", "bot/policy", "bot/scan"},
	"bot/view":                {"atlassian", "storage", "bot/scan", "bot/policy", "bot/blocks"},
	"bot/executor":            {"atlassian", "storage", "bot/scan", "bot/policy", "bot/reconcile", "bot/problem", "bot/logging"},
	"bot/publisher":           {"atlassian", "storage", "bot/view", "bot/approvers", "bot/blocks", "bot/slackapi", "bot/reconcile", "bot/problem"},
	"bot/receiver":            {"storage", "bot/slackapi", "bot/monitor", "bot/reconcile", "bot/logging"},
	"bot/handler":             {"atlassian", "storage", "bot/receiver", "bot/reconcile", "bot/view", "bot/scan", "bot/approvers", "bot/command", "bot/blocks", "bot/policy", "bot/slackapi", "bot/problem", "bot/logging"},
	"bot/doctor":              {"atlassian", "storage", "storage/adminsocket", "bot/scan", "bot/approvers", "bot/slackapi", "bot/problem", "bot/blocks", "bot/policy"},
	"bot": {
		"atlassian", "storage", "bot/approvers", "bot/blocks", "bot/command", "bot/doctor", "bot/executor", "bot/handler", "bot/logging", "bot/monitor",
		"bot/policy", "bot/problem", "bot/publisher", "bot/receiver", "bot/reconcile", "bot/scan", "bot/slackapi", "bot/view",
	},
	"cmd/inactivebot/config": {"atlassian", "bot/policy"},
	"cmd/inactivebot/deploy": nil,
	"cmd/inactivebot/e2e":    nil,
	"cmd/inactivebot": {
		"cmd/inactivebot/config", "atlassian", "storage", "storage/adminsocket", "bot", "bot/blocks", "bot/doctor", "bot/monitor", "bot/policy", "bot/problem", "bot/scan", "bot/slackapi",
	},
	"cmd/demo": {
		"atlassian", "atlassian/atlassiantest", "storage", "bot", "bot/blocks", "bot/monitor", "bot/policy", "bot/scan", "bot/slackapi", "bot/slacktest",
	},
}

// withoutSlack lists the packages that must not depend on slack-go, directly or
// indirectly: those unrelated to Slack, and the simulators, whose own wire
// structs detect a wrong tag in a client.
var withoutSlack = []string{
	"atlassian", "atlassian/atlassiantest", "storage", "storage/boltfile", "storage/adminsocket", "bot/policy", "bot/slacktest", "bot/executor", "bot/scan", "bot/problem", "bot/reconcile", "bot/logging", "bot/monitor",
}

func TestImportDirections(t *testing.T) {
	packages := listPackages(t)
	for name, allowed := range directions {
		t.Run(name, func(t *testing.T) {
			pkg, ok := packages[name]
			if !ok {
				t.Fatalf("package %s is missing", name)
			}
			for _, dep := range pkg.Imports {
				ours, ok := strings.CutPrefix(dep, module)
				if ok && !slices.Contains(allowed, ours) {
					t.Errorf("%s imports %s, want only %v of this module", name, ours, allowed)
				}
			}
		})
	}
	for name := range packages {
		if _, ok := directions[name]; !ok {
			t.Errorf("package %s is missing in directions", name)
		}
	}
}

func TestWhoKnowsSlack(t *testing.T) {
	packages := listPackages(t)
	for _, name := range withoutSlack {
		for _, dep := range packages[name].Deps {
			if strings.HasPrefix(dep, "github.com/slack-go/") {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
}

// listed is the output of go list for a package.
type listed struct {
	ImportPath string
	Imports    []string // the packages that it imports, without those of its tests.
	Deps       []string // the packages that it depends on, directly or indirectly.
}

// listPackages returns every package of this module by its path without the
// module's name.
func listPackages(t *testing.T) map[string]listed {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps", "./...")
	list.Dir = "../.."
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := make(map[string]listed)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg listed
		switch err := decoder.Decode(&pkg); {
		case errors.Is(err, io.EOF):
			return packages
		case err != nil:
			t.Fatal(err)
		}
		packages[strings.TrimPrefix(pkg.ImportPath, module)] = pkg
	}
}

package config

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// markdown returns the table of settings for cmd/inactivebot/README.md.
func markdown() string {
	var b strings.Builder
	b.WriteString("| variable | flag | default | meaning | its value |\n|---|---|---|---|---|\n")
	for _, s := range new(Config).settings() {
		flag, fallback := "`--"+s.flag()+"`", ""
		if s.secret {
			flag = "none; or `" + s.name + "_FILE`"
		}
		if s.fallback != "" {
			fallback = "`" + s.fallback + "`"
		}
		if s.neededFrom != NeedNothing {
			fallback = "**required**"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.name, flag, fallback, s.meaning, s.where)
	}
	return b.String()
}

func TestREADMEShowsTheTableOfSettings(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if table := markdown(); !strings.Contains(string(readme), table) {
		t.Errorf("cmd/inactivebot/README.md does not contain this table, line for line:\n%s", table)
	}
}

func TestTheTableIsWhole(t *testing.T) {
	name := regexp.MustCompile(`^(SLACK|ATLASSIAN|INACTIVEBOT)(_[A-Z]+)+$`)
	seen := make(map[string]bool)
	for _, s := range new(Config).settings() {
		if !name.MatchString(s.name) || seen[s.name] || seen[s.flag()] {
			t.Errorf("%q is not a valid name, or the table has it twice", s.name)
		}
		seen[s.name], seen[s.flag()] = true, true
		if !strings.HasSuffix(s.meaning, ".") || s.where == "" || strings.HasSuffix(s.where, ".") {
			t.Errorf("%s: the meaning must end with a full stop and the value's source must not, got %q and %q", s.name, s.meaning, s.where)
		}
		if strings.ContainsAny(s.meaning+s.where, "|\n$") {
			t.Errorf("%s: a character that breaks README's table or kong's help", s.name)
		}
	}
	if got, want := len(seen)/2, 33; got != want {
		t.Errorf("the table has %d settings, want %d", got, want)
	}
}

// TestLoadAsksForNoOtherVariable checks that Load reads no variable that the
// table does not document.
func TestLoadAsksForNoOtherVariable(t *testing.T) {
	known := make(map[string]bool)
	for _, s := range new(Config).settings() {
		known[s.name] = true
		known[s.name+"_FILE"] = s.secret
	}
	env := complete()
	from := sources(env, nil, nil)
	from.Env = func(name string) (string, bool) {
		if !known[name] {
			t.Errorf("Load reads %s, which the table does not have", name)
		}
		return env[name], env[name] != ""
	}
	mustLoad(t, NeedEverything, from)
}

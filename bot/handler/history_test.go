package handler

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// literalAction matches an action of the audit log in the source.
var literalAction = regexp.MustCompile(`\bAction: +"([a-z ]+)"|changeStep\(.*, "([a-z ]+)", func`)

// TestEveryActionHasAText checks that the history has words for every action that
// the source names.
func TestEveryActionHasAText(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../../storage/*.go", "../*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	actions := 0
	for _, name := range files {
		if match, _ := filepath.Match("*_test.go", filepath.Base(name)); match {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range literalAction.FindAllSubmatch(source, -1) {
			action := string(found[1]) + string(found[2])
			actions++
			if actionTexts[action] == "" {
				t.Errorf("%s: the action %q has no text", name, action)
			}
		}
	}
	if actions < 20 {
		t.Errorf("found %d actions in %d files, want at least 20", actions, len(files))
	}
}

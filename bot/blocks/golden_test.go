package blocks_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
)

var update = flag.Bool("update", false, "write the golden files")

// sent is a message as it is sent to Slack.
type sent struct {
	Text         string        `json:"text"`
	Blocks       []slack.Block `json:"blocks"`
	Experimental bool          `json:"-"`
}

// messages returns all messages by the name of their case.
func messages() map[string]blocks.Message {
	all := map[string]blocks.Message{}
	for name, r := range reports() {
		all["report "+name] = r.Message()
	}
	for name, m := range notes() {
		all["note "+name] = m
	}
	for name, u := range unmatchedCases() {
		all["note unmatched "+name] = blocks.UnmatchedNote(u)
	}
	for name, m := range outcomes() {
		all["outcomes "+name] = m
	}
	for name, m := range charts() {
		all["picture "+name] = m
	}
	for name, m := range greetings() {
		all["greeting "+name] = m
	}
	return all
}

// cases returns all payloads by the name of their case.
func cases() map[string]any {
	all := map[string]any{}
	for name, m := range messages() {
		all[name] = sent(m)
	}
	for name, v := range views() {
		all["view "+name] = v
	}
	return all
}

func TestGolden(t *testing.T) {
	all := cases()
	for name, payload := range all {
		t.Run(name, func(t *testing.T) {
			got, file := pretty(t, payload), goldenFile(name)
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; write it with go test ./bot/blocks -update", err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", file, diff)
			}
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	known := slices.Collect(maps.Keys(all))
	for _, file := range files {
		if !slices.ContainsFunc(known, func(name string) bool { return goldenFile(name) == file }) {
			t.Errorf("%s belongs to no case", file)
		}
	}
}

func goldenFile(name string) string {
	return filepath.Join("testdata", strings.ReplaceAll(name, " ", "_")+".json")
}

func pretty(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }

package blocks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// unmatchedCases are findings about rules and INACTIVEBOT_PROTECT.
func unmatchedCases() map[string]storage.Unmatched {
	people := []storage.Person{
		{AccountID: "1:kim", Name: "Kim Lee", Email: "kim.lee@example.com"}, {AccountID: "1:bob", Name: "Bob <!channel>", Email: "kim@example.com"}, {AccountID: "1:noname"},
	}
	changed := storage.ProtectEntry{Entry: "kim@example.com", Earlier: []string{"1:kim"}}
	return map[string]storage.Unmatched{
		"one of each":   {Rules: []string{"group:pilots"}, Protect: []storage.ProtectEntry{{Entry: "kmi@example.com"}}},
		"several":       {Rules: []string{"*@svc_old.example", "group:A & B"}, Protect: []storage.ProtectEntry{{Entry: "kmi@example.com"}, {Entry: "712020:0e3f"}}},
		"changed email": {Protect: []storage.ProtectEntry{changed}, People: people},
		"passed on":     {Protect: []storage.ProtectEntry{{Entry: "kim@example.com", Now: []string{"1:bob"}, Earlier: []string{"1:kim", "1:noname"}}}, People: people},
		"many": {
			Rules: slices.Repeat([]string{"domain:" + strings.Repeat("long.", 30) + "example"}, 100),
			Protect: append(slices.Repeat([]storage.ProtectEntry{{Entry: strings.Repeat("x", 80) + "@example.com"}}, 100),
				slices.Repeat([]storage.ProtectEntry{changed}, 7)...),
			People: people,
		},
	}
}

// TestUnmatchedIsPlainInATerminal keeps the texts of doctor and scan free of
// Slack's formatting, and complete without Slack.
func TestUnmatchedIsPlainInATerminal(t *testing.T) {
	for name, u := range unmatchedCases() {
		lines, all := blocks.UnmatchedLines(u), blocks.UnmatchedAdvice(u)
		if len(lines) != len(all) || len(all) == 0 {
			t.Fatalf("%s: %d lines in Slack, %d in a terminal", name, len(lines), len(all))
		}
		for _, a := range all {
			if text := a.Sentences(); strings.ContainsAny(text, "`\n") || strings.Contains(text, "&lt;") || a.Fix == "" {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
	want := "kim@example.com in INACTIVEBOT_PROTECT matches no email now. It still protects Kim Lee, account id 1:kim. Replace the email with the account id, which never changes."
	if got := fmt.Sprint(blocks.UnmatchedAdvice(unmatchedCases()["changed email"])[0].Sentences()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if m := blocks.UnmatchedNote(storage.Unmatched{}); m.Text != "" {
		t.Errorf("without findings the note is %q", m.Text)
	}
}

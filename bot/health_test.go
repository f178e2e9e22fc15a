package bot_test

import (
	"testing"
	"time"

	"inactivebot/bot"
)

// TestKeyThatEnds: from 30 days before on every report's thread says so.
func TestKeyThatEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   time.Duration
		want int
	}{"in 31 days": {31 * 24 * time.Hour, 0}, "in 29 days": {29 * 24 * time.Hour, 1}, "yesterday": {-24 * time.Hour, 1}, "not told": {0, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of every bubble.
			ends := func(s *bot.Settings) {
				if test.in != 0 {
					s.APIKeyExpires = began.Add(test.in)
				}
			}
			inWorld(t, small, ends, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				w.pass(time.Minute)
				if got := w.noted("Atlassian's API key"); got != test.want {
					t.Errorf("%d notes speak of the key, want %d", got, test.want)
				}
			})
		})
	}
}

package acceptance_test

import (
	"errors"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/storage"
)

// TestKeyThatEnds notes the expiry of the API key in the thread of every report
// from 30 days before it.
func TestKeyThatEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   time.Duration
		want int
	}{"in 31 days": {31 * 24 * time.Hour, 0}, "in 29 days": {29 * 24 * time.Hour, 1}, "yesterday": {-24 * time.Hour, 1}, "not set": {0, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // every synctest bubble starts here.
			ends := func(s *bot.Settings) {
				if test.in != 0 {
					s.APIKeyExpires = began.Add(test.in)
				}
			}
			inWorld(t, small, ends, func(w *world) {
				w.command(w.slack.Users.Approver, "scan")
				w.pass(time.Minute)
				if got := w.countNotes("The Atlassian API key"); got != test.want {
					t.Errorf("%d notes about the key, want %d", got, test.want)
				}
			})
		})
	}
}

// TestOldKey notes the age of a key without a configured expiry from 335 days
// on. A new key starts at zero.
func TestOldKey(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		told := func(key string, since time.Duration, want int) {
			t.Helper()
			w.stop()
			store, err := storage.Open(w.path)
			w.must(err)
			_, err = store.KeyFirstSeen(key, time.Now().Add(-since).UTC())
			w.must(errors.Join(err, store.Close()))
			w.settings.APIKeyDigest = key
			w.start()
			w.command(w.slack.Users.Approver, "scan")
			if got := w.countNotes("The bot has used the same Atlassian API key since"); got != want {
				t.Errorf("%s: %d notes about the key's age, want %d", key, got, want)
			}
		}
		told("one", 334*24*time.Hour, 0)
		told("two", 335*24*time.Hour, 1)
		told("two", 0, 1) // seen before, so it is not new.
		told("three", 0, 0)
	})
}

// TestMissedReports notes in the next report's thread that two reports were
// missed; for one there is no note.
func TestMissedReports(t *testing.T) {
	t.Parallel()
	for weeks, want := range map[int]int{1: 0, 2: 0, 3: 1} {
		inWorld(t, small, nil, func(w *world) {
			w.until(nextMonday().Add(time.Minute))
			w.stop()
			w.pass(time.Duration(7*weeks) * 24 * time.Hour)
			w.start()
			w.pass(time.Minute)
			if got := w.countNotes("2 scheduled reports before this one are missing"); got != want || w.reports() != 2 {
				t.Errorf("after %d weeks %d notes with %d reports, want %d with 2", weeks, got, w.reports(), want)
			}
		})
	}
}

// TestRefusedCalls notes once which requests were rejected since the last
// report; a few 429 responses are not noted.
func TestRefusedCalls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault atlassiantest.Fault
		want  string
	}{
		"none":          {},
		"a rate limit":  {atlassiantest.Fault{Route: "POST users/search", Count: 2, Status: 429, RetryAfter: "1"}, ""},
		"a low limit":   {atlassiantest.Fault{Route: "POST users/search", Count: 24, Status: 429, RetryAfter: "1"}, "24 by a rate limit (Atlassian, POST users/search)"},
		"lack of right": {atlassiantest.Fault{Route: "POST users/search", Count: 1, Status: 403}, "1 as forbidden (Atlassian, POST users/search)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				if test.fault.Route != "" {
					w.must(w.org.AddFault(test.fault))
				}
				for range 12 {
					if w.reports() == 0 {
						w.command(w.slack.Users.Approver, "scan")
						w.pass(time.Minute)
					}
				}
				told := w.countNotes("these requests were rejected")
				if (told == 1) != (test.want != "") || told > 1 || w.countNotes(test.want) == 0 {
					t.Errorf("noted %d times, want %q; notes: %v", told, test.want, w.notes())
				}
				w.command(w.slack.Users.Approver, "scan")
				if got := w.countNotes("these requests were rejected"); got != 0 {
					t.Errorf("noted again with the next report: %v", w.notes())
				}
			})
		})
	}
}

// TestLargeDatabase notes the size of a large database with each report.
func TestLargeDatabase(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		scan := func(want int) {
			t.Helper()
			w.command(w.slack.Users.Approver, "scan")
			w.pass(time.Minute)
			if got := w.countNotes("The bot's database has grown to"); got != want {
				t.Errorf("%d notes about the size, want %d", got, want)
			}
		}
		scan(0)
		w.stop()
		w.settings.LargeDatabase = 1
		w.start()
		scan(1)
	})
}

package acceptance_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/storage"
)

// TestClockThatWasAhead starts with timestamps that a clock two months ahead
// has stored. They must delay neither the next report, nor the daily backup,
// nor the deletion of old data.
func TestClockThatWasAhead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep := func(s *bot.Settings) { s.BackupDir, s.BackupKeep, s.Retention = dir, 7, 60*24*time.Hour }
	inWorld(t, small, keep, func(w *world) {
		w.stop()
		ahead := time.Now().UTC().Add(60 * 24 * time.Hour)
		s, err := storage.Open(w.path)
		w.must(err)
		_, swept := s.Sweep(ahead.Add(-w.settings.Retention), ahead)
		w.must(errors.Join(swept, s.SetLastSlot(ahead), s.Heartbeat(ahead), s.Backup(dir+"/inactivebot-"+ahead.Format("20060102T150405Z")+".db", false, ahead), s.Close()))
		w.start()
		w.until(nextMonday().Add(time.Minute))
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports after the next Monday, want 1", got)
		}
		copies, err := os.ReadDir(dir)
		if w.must(err); len(copies) < 3 {
			t.Errorf("%d backups after some days, want one a day and the one of the wrong clock", len(copies))
		}
		w.stored(func(s *storage.Store) error {
			if last, err := s.LastSweep(); err != nil || last.After(time.Now()) {
				t.Errorf("the last sweep was at %s, in the future, or %v", last, err)
			}
			return nil
		})
	})
}

// TestClockThatIsAhead deletes nothing for its age while the clock disagrees
// with Atlassian's.
func TestClockThatIsAhead(t *testing.T) {
	t.Parallel()
	keep := func(s *bot.Settings) { s.Retention = 30 * 24 * time.Hour }
	inWorld(t, small, keep, func(w *world) {
		w.pass(2 * time.Hour) // the first sweep.
		w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(-7 * 24 * 3600)}))
		w.command(w.slack.Users.Approver, "scan")
		var before, after time.Time
		w.stored(func(s *storage.Store) (err error) { before, err = s.LastSweep(); return err })
		w.pass(3 * 24 * time.Hour)
		w.stored(func(s *storage.Store) (err error) { after, err = s.LastSweep(); return err })
		if before.IsZero() || !after.Equal(before) {
			t.Errorf("the last sweep was at %s and then at %s, want none while the clock is wrong", before, after)
		}
	})
}

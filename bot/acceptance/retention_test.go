package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"inactivebot/bot"
	"inactivebot/storage"
)

// TestRetention checks that a finished report loses its people after the
// retention period, and that people it suspended can still be restored.
func TestRetention(t *testing.T) {
	t.Parallel()
	keep := func(s *bot.Settings) { s.Retention = 30 * 24 * time.Hour }
	inWorld(t, small, keep, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		first := w.report()
		listed := accounts(buttons(first, "exclude"))
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(40 * 24 * time.Hour)
		for _, m := range w.top() {
			if m.TS == first.TS && (!strings.Contains(m.Text, "Their names were deleted on") || len(m.Blocks) != 1) {
				t.Errorf("the old report says %s", blockText(m))
			}
		}
		w.stored(func(s *storage.Store) error {
			p, err := s.Person(listed[0])
			if p.Name == "" {
				t.Errorf("the name of a suspended person was deleted")
			}
			return err
		})
		w.command(ada, "restore "+listed[0])
		w.pass(time.Minute)
		if got := len(w.suspended()); got != len(listed)-1 {
			t.Errorf("%d suspended after a restore, want %d", got, len(listed)-1)
		}
	})
}

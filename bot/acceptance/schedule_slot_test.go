package acceptance_test

import (
	"context"
	"testing"
	"time"
)

// TestRunSlotIsATick checks that a slot makes one report and leaves the
// schedule as it is.
func TestRunSlotIsATick(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		slot := time.Now()
		for range 2 {
			w.running.RunSlot(context.Background(), slot)
			w.pass(time.Minute)
		}
		if got := w.reports(); got != 1 {
			t.Errorf("%d reports after one slot was run twice, want 1", got)
		}
		w.until(nextMonday().Add(time.Minute))
		if got := w.reports(); got != 2 {
			t.Errorf("%d reports after the next Monday, want 2", got)
		}
	})
}

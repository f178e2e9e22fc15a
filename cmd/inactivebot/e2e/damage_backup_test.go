package e2e

import (
	"errors"
	"slices"
	"testing"
	"time"

	"inactivebot/storage"
)

// TestCopiedBack starts the bot on a database whose heartbeat is more than a
// day old, as in a restored backup: open reports and batches are closed, sent
// requests are still settled, and no one is suspended before a new scan and a
// new approval.
func TestCopiedBack(t *testing.T) {
	t.Parallel()
	h := &history{simulation: newSimulation(t, "--users", "60", "--candidates", "10")}
	ada := h.addresses.Users.Approver
	p := h.serve()
	h.command(ada, "scan")
	h.rows, h.listed = h.waitReport()
	h.press(ada, "exclude", h.rows[0])
	h.addFault(fields{"route": "POST suspend", "skip": 1, "count": 1, "hold": true, "cut": "after"})
	h.press(ada, "suspend_all", "")
	h.submit(ada, "suspend_confirm")
	sent := h.waitHeld()
	p.kill()
	h.until("the request to have its effect", func() bool { return h.orgState()[sent].Suspended })
	off := h.suspended()
	if len(off) != 2 {
		t.Fatalf("%d people are suspended before, want 2", len(off))
	}
	h.setHeartbeat(time.Now().Add(-storage.MaxHeartbeatAge - time.Hour))

	h.serve("INACTIVEBOT_SETTLE=1s")
	h.until("the old report to have no way to suspend", func() bool {
		m := h.report()
		return len(slices.Concat(m.buttons("suspend_all"), m.buttons("exclude"), m.buttons("resume"), m.buttons("stop"))) == 0
	})
	h.until("what was sent to be settled", func() bool { return len(h.report().buttons("restore")) == len(off) })
	told := len(h.ephemeralTexts(ada))
	h.press(ada, "suspend_all", "1")
	h.until("the old report's button to be refused", func() bool { return len(h.ephemeralTexts(ada)) == told+1 })
	if got := h.ephemeralTexts(ada)[told]; !containsAll(got, []string{"Nothing was changed"}) {
		t.Errorf("the old report's button is answered with %q", got)
	}
	h.checkSuspended(off)

	h.command(ada, "scan")
	h.until("a new report", func() bool { return slices.Equal(h.report().buttons("suspend_all"), []string{h.sealed("2")}) })
	rest, listed := sorted(h.listed[1:], off...), accountsOf(h.report().buttons("exclude"))
	if got := sorted(listed); !slices.Equal(got, rest) {
		t.Errorf("the new report lists %q, want %q", got, rest)
	}
	h.press(ada, "suspend_all", "")
	h.submit(ada, "suspend_confirm")
	h.waitBatchDone(listed)
	h.checkSuspended(slices.Concat(off, rest))
	h.waitMessage("restored from an older backup", "including exclusions, may be missing", "No one can be suspended before a new scan")
}

// setHeartbeat sets the time of the database's last heartbeat.
func (h *history) setHeartbeat(at time.Time) {
	h.t.Helper()
	s, err := storage.Open(h.database(h.dir))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := errors.Join(s.Heartbeat(at), s.Close()); err != nil {
		h.t.Fatal(err)
	}
}

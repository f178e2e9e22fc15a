package executor_test

import (
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// TestRestoreOfAnUnconfirmedSuspension restores a person whose suspension had an
// effect, while its response was lost and reads still show the person as active.
// The person is not told to be restored by such a read: while the step is restored,
// the person is not suspended.
func TestRestoreOfAnUnconfirmedSuspension(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]time.Duration{"reads lag by seconds": 20 * time.Second, "reads lag by the settle time": 59 * time.Second, "reads do not lag": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inLab(t, func(l *lab) {
				all := l.approve(1)
				l.org(atlassiantest.OrgSettings{VisibleAfterMS: new(int(late.Milliseconds()))})
				l.faultFor(atlassiantest.Fault{Cut: atlassiantest.CutAfter}, suspendRoute, all...)
				l.start()
				l.until("the request is sent", func() bool { return l.requests(suspendRoute) > 0 })
				_, err := l.store.Restore(all[0], ada, time.Now().UTC())
				if err != nil {
					t.Fatal(err)
				}
				for range 2 * 3600 {
					l.pass(time.Second)
					if p, _ := l.Org.Person(all[0]); p.Suspended && l.steps()[0] == string(storage.StepRestored)+" " {
						t.Fatalf("told to be restored while suspended, after %d requests", l.requests(restoreRoute))
					}
				}
				l.checkSuspended()
				l.checkSteps("restored ", 0)
				if l.requests(restoreRoute) == 0 {
					t.Error("no request to restore the person was sent")
				}
			})
		})
	}
}

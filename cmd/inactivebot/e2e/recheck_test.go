package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWhatHappensMeanwhile changes people between the report and the
// suspension: they are excluded, become active, become admins, leave, or
// Atlassian refuses the request.
func TestWhatHappensMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "90", "--candidates", "10")
	ada := s.addresses.Users.Approver
	s.serve("INACTIVEBOT_SETTLE=1s")
	s.command(ada, "scan")
	rows, listed := s.waitReport()
	if len(rows) != 9 {
		t.Fatalf("%d people are listed, want 9", len(rows))
	}
	s.press(ada, "suspend_all", "")
	s.waitModal(ada, "suspend_confirm")

	s.press(ada, "exclude", rows[0])
	s.command(ada, "exclude "+listed[1]+" on leave")
	s.until("the exclusions", func() bool { return len(s.report().buttons("undo_exclude")) == 2 })
	s.editPerson(listed[2], fields{"product_access": []fields{{"key": "confluence", "id": "a-site", "last_active": time.Now().UTC()}}})
	s.editPerson(listed[3], fields{"platform_roles": []string{"atlassian/org-admin"}})
	s.editPerson(listed[4], fields{"status": "deactivated"})
	s.addFault(fields{"route": "POST suspend", "account_id": listed[5], "count": 1, "status": 409})
	s.addFault(fields{"route": "POST suspend", "account_id": listed[6], "count": -1, "status": 503})
	s.submit(ada, "suspend_confirm")
	done := s.waitBatchDone(listed)
	if diff := cmp.Diff(sorted(listed[7:]), s.suspended()); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}
	for i, want := range []string{
		"excluded by <@" + ada + ">", "on leave", "skipped: active again", "skipped: is now an admin",
		"skipped: can no longer log in", "not suspended: Atlassian reported a conflict", "unclear",
	} {
		if row := done.rows()[i]; !strings.Contains(row, want) {
			t.Errorf("row %d is %q, want %q in it", i, row, want)
		}
	}
	for i := range 5 {
		if got := s.orgState()[listed[i]].SuspendRequests; got != 0 {
			t.Errorf("%d requests were sent to suspend %s, want 0", got, listed[i])
		}
	}
}

// TestSuspensionThatShowsLate delays the visibility of suspensions at
// Atlassian: the report shows no more than what is confirmed.
func TestSuspensionThatShowsLate(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "5")
	ada := s.addresses.Users.Approver
	post[fields](s, s.addresses.AtlassianControl+"/org", fields{"visible_after_ms": 3000})
	s.serve("INACTIVEBOT_SETTLE=8s")
	s.command(ada, "scan")
	_, listed := s.waitReport()
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	s.until("sent, not confirmed yet", func() bool {
		return slices.ContainsFunc(s.report().rows(), func(row string) bool { return strings.Contains(row, "sent, not confirmed yet") })
	})
	s.waitBatchDone(listed)
	for _, account := range listed {
		if p := s.orgState()[account]; p.Suspends != 1 || p.SuspendRequests != 1 {
			t.Errorf("%s: %d suspensions by %d requests, want 1 by 1", account, p.Suspends, p.SuspendRequests)
		}
	}
}

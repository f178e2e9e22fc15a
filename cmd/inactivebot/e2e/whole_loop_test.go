package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWholeLoop runs the main workflow with three processes: scan, report,
// exclude one person, restart, suspend the others, restore one, undo the batch.
func TestWholeLoop(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "120")
	ada := s.addresses.Users.Approver
	p := s.serve()
	s.command(ada, "scan")
	rows, listed := s.waitReport()
	if diff := cmp.Diff(s.inactive(180), sorted(listed)); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	spared := listed[1]
	s.press(ada, "exclude", rows[1])
	s.until("the excluded row to be marked", func() bool { return slices.Equal(s.report().buttons("undo_exclude"), rows[1:2]) })

	p.terminate()
	before := s.report()
	s.serve()
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	done := s.waitBatchDone(listed)
	if done.TS != before.TS {
		t.Errorf("the report is a different message after the restart: %s, was %s", done.TS, before.TS)
	}
	want := sorted(listed, spared)
	if diff := cmp.Diff(want, s.suspended()); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}

	s.press(ada, "restore", rows[0])
	s.submit(ada, "restore_confirm")
	s.until("the row to say restored", func() bool { return strings.Contains(s.report().rows()[0], "restored by <@"+ada+">") })
	if diff := cmp.Diff(sorted(want, listed[0]), s.suspended()); diff != "" {
		t.Errorf("suspended after the restore (-want +got):\n%s", diff)
	}

	s.press(ada, "undo_batch", "")
	s.submit(ada, "undo_confirm")
	s.waitAllRestored(len(want))
	for account, p := range s.orgState() {
		once := 0
		if slices.Contains(want, account) {
			once = 1
		}
		if p.Suspends != once || p.Restores != once {
			t.Errorf("%s was suspended %d and restored %d times, want %d", account, p.Suspends, p.Restores, once)
		}
	}
}

// TestWhoeverMayNotActChangesNothing tries presses, forged submits and commands
// as people who are not approvers, even if the settings name them.
func TestWhoeverMayNotActChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	u := s.addresses.Users
	const unknownUser = "U0NOBODY001"
	s.serve("INACTIVEBOT_APPROVERS=" + strings.Join([]string{u.Approver, u.Guest, u.Outsider}, ","))
	s.command(u.Approver, "scan")
	rows, _ := s.waitReport()
	s.press(u.Approver, "suspend_all", "")
	bound := s.waitModal(u.Approver, "suspend_confirm")
	unchanged := s.unchanged()
	for _, user := range []string{u.Member, u.Guest, u.Outsider, unknownUser} {
		did := 0
		for _, action := range []string{"exclude", "suspend_all", "restore", "undo_batch", "stop", "scan_again", "browse"} {
			s.press(user, action, map[bool]string{true: rows[0], false: s.sealed("1")}[action == "exclude" || action == "restore"])
			did++
		}
		for _, words := range []string{"scan", "exclude " + accountsOf(rows)[0], "restore ada@example.com", "exclusions", "report"} {
			s.command(user, words)
			did++
		}
		s.until("the refusals for "+user, func() bool { return len(s.ephemeralTexts(user)) == did })
		for _, text := range s.ephemeralTexts(user) {
			if !strings.Contains(text, "Nothing was changed") {
				t.Errorf("%s was answered %q, want that nothing was changed", user, text)
			}
		}
		got := post[result](s, s.addresses.SlackControl+"/envelope", s.forgedSubmit(user, bound))
		if !got.OK {
			t.Errorf("the forged submit of %s was not acknowledged: %+v", user, got)
		}
		if views := s.views(user); len(views) != 0 {
			t.Errorf("%s sees a modal: %+v", user, views)
		}
	}
	unchanged()
}

// forgedSubmit returns an envelope in which a user submits another user's
// modal.
func (s *simulation) forgedSubmit(user string, v view) fields {
	return fields{"type": "interactive", "payload": fields{
		"type": "view_submission", "user": fields{"id": user, "team_id": "T0INACTIVE1"}, "team": fields{"id": "T0INACTIVE1"},
		"view": fields{"id": v.ID, "type": "modal", "callback_id": v.Callback, "private_metadata": v.Private, "state": fields{"values": fields{}}},
	}}
}

// unchanged records the report and everyone's access. The returned function
// fails if either has changed or changes within a second.
func (s *simulation) unchanged() (check func()) {
	s.t.Helper()
	report, orgState := s.report(), suspensions(s.orgState())
	return func() {
		s.t.Helper()
		s.holdsFor("nothing changed", time.Second, func() bool {
			diff := cmp.Diff(report.Text, s.report().Text) + cmp.Diff(report.Blocks, s.report().Blocks) + cmp.Diff(orgState, suspensions(s.orgState()))
			if diff != "" {
				s.t.Errorf("(-before +after):\n%s", diff)
			}
			return diff == ""
		})
	}
}

// suspensions returns the number of suspensions and restores by account.
func suspensions(orgState map[string]person) map[string]int {
	n := map[string]int{}
	for account, p := range orgState {
		n[account] = p.Suspends + p.Restores
	}
	return n
}

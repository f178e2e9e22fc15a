package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestShortestPath walks the shortest path with default settings and one
// approver.
func TestShortestPath(t *testing.T) {
	t.Parallel()
	for percent, want := range map[string]int{"2": 5, "6": 15} {
		t.Run(fmt.Sprintf("%d of 250", want), func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, "--users", "250", "--candidates", percent)
			ada := s.addresses.Users.Approver
			s.scheduledReport()
			rows, listed := s.waitReport()
			if len(rows) != want {
				t.Fatalf("%d people are listed, want %d", len(rows), want)
			}
			checkHead(t, s.report(), want)

			s.press(ada, "exclude", rows[0])
			s.until("one press to exclude", func() bool { return slices.Equal(s.report().buttons("exclude"), rows[1:]) })
			checkHead(t, s.report(), want-1)

			s.press(ada, "suspend_all", "")
			s.submit(ada, "suspend_confirm")
			s.waitBatchDone(listed)
			if diff := cmp.Diff(sorted(listed[1:]), s.suspended()); diff != "" {
				t.Errorf("suspended after one press and one confirmation (-want +got):\n%s", diff)
			}

			s.press(ada, "restore", rows[want-1])
			s.submit(ada, "restore_confirm")
			s.until("one press and one confirmation to restore", func() bool { return !s.orgState()[listed[want-1]].Suspended })
			if n := len(s.views(ada)); n != 0 {
				t.Errorf("%d modals are still open", n)
			}
		})
	}
}

// scheduledReport runs the bot with a frequent schedule until the first report
// is posted, then restarts it with the default schedule.
func (s *simulation) scheduledReport() {
	s.t.Helper()
	p := s.serve("INACTIVEBOT_SCHEDULE=@every 2s")
	s.waitReport()
	p.terminate()
	s.serve()
}

// checkHead fails if anything but the sentence, the sum line and the buttons is
// above the people.
func checkHead(t *testing.T, m message, open int) {
	t.Helper()
	if len(m.Blocks) < 4 {
		t.Fatalf("the report has %d blocks", len(m.Blocks))
	}
	for i, kind := range []string{"section", "section", "actions"} {
		if got := m.Blocks[i]["type"]; got != kind {
			t.Errorf("block %d is %v, want %s", i, got, kind)
		}
		if text := textOf(m.Blocks[i]); strings.Contains(text, "\n") {
			t.Errorf("block %d has more than one line: %q", i, text)
		}
	}
	checkSum(t, textOf(m.Blocks[1]))
	if len(m.rows()) == 0 || textOf(m.Blocks[3]) != m.rows()[0] {
		t.Errorf("block 3 is %q, want the first person", textOf(m.Blocks[3]))
	}
	if got, want := m.labels("suspend_all"), []string{fmt.Sprintf("Suspend all (%d)", open)}; !slices.Equal(got, want) {
		t.Errorf("the button's text is %q, want %q", got, want)
	}
}

var (
	sumLine  = regexp.MustCompile(`^(\d+) more are inactive but not listed: (.*) · \d+ never used Confluence · 250 people in all$`)
	sumParts = regexp.MustCompile(`(?:^|, )(\d+) `)
)

// checkSum fails if the parts of the sum line do not add up to the number of
// inactive people who are not listed.
func checkSum(t *testing.T, line string) {
	t.Helper()
	parts := sumLine.FindStringSubmatch(line)
	if parts == nil {
		t.Fatalf("the sum line is %q", line)
	}
	sum := 0
	for _, part := range sumParts.FindAllStringSubmatch(parts[2], -1) {
		n, err := strconv.Atoi(part[1])
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if strconv.Itoa(sum) != parts[1] {
		t.Errorf("the parts add up to %d: %q", sum, line)
	}
}

// TestNinetyOfFourHundred checks that people above the daily cap of one
// approver stay in the report, which says when the approver can continue.
func TestNinetyOfFourHundred(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "400", "--candidates", "23")
	ada := s.addresses.Users.Approver
	s.serve()
	s.command(ada, "scan")
	_, listed := s.waitReport()
	s.press(ada, "suspend_all", "")
	s.submit(ada, "suspend_confirm")
	done := s.waitBatchDone(listed)
	if got := len(s.suspended()); got != 50 {
		t.Errorf("%d people are suspended by the first approval, want 50", got)
	}
	if got, want := done.labels("suspend_all"), []string{"Suspend all (42)"}; !slices.Equal(got, want) {
		t.Errorf("the report offers %q, want %q", got, want)
	}
	if want := "can suspend more people from <!date^"; !strings.Contains(done.all(), want) {
		t.Errorf("the report does not say %q: %s", want, done.all())
	}
	s.press(ada, "suspend_all", "")
	s.waitEphemeral(ada, "in 24 hours", "You can continue on <!date^", "Nothing was changed")
	if n := len(s.views(ada)); n != 0 {
		t.Errorf("%d modals are open although the daily cap is reached", n)
	}
}

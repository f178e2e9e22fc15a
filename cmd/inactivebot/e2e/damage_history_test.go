package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// history is the database of a stopped bot: a batch is done, its report is open
// again with the remaining people, two people are excluded, and suspensions are
// paused.
type history struct {
	*simulation
	file         []byte   // the database.
	rows, listed []string // the report's people in order; the first two are excluded.
	suspendedIDs []string // the suspended people.
}

// lowCap are settings with a cap of three people, so that a report stays
// open.
var lowCap = []string{"INACTIVEBOT_MAX_SUSPEND=3", "INACTIVEBOT_SETTLE=1s"}

// newHistory makes this database with a real bot.
func newHistory(t *testing.T) *history {
	t.Helper()
	h := &history{simulation: newSimulation(t, "--users", "60", "--candidates", "20")}
	ada := h.addresses.Users.Approver
	p := h.serve(lowCap...)
	h.command(ada, "scan")
	h.rows, h.listed = h.waitReport()
	h.press(ada, "exclude", h.rows[0])
	h.press(ada, "exclude", h.rows[1])
	h.press(ada, "suspend_all", "")
	h.submit(ada, "suspend_confirm")
	h.waitBatchDone(h.listed)
	h.command(ada, "pause")
	h.waitEphemeral(ada, "All suspensions are paused")
	p.terminate()
	h.suspendedIDs = h.suspended()
	if len(h.suspendedIDs) != 3 || len(h.report().buttons("suspend_all")) != 1 {
		t.Fatalf("%d people are suspended and the report has the buttons %q, want 3 and an open report", len(h.suspendedIDs), h.report().buttons("suspend_all"))
	}
	h.file = h.read(h.database(h.dir))
	return h
}

// database returns the path of the bot's database in a directory.
func (h *history) database(dir string) string { return filepath.Join(dir, "inactivebot.db") }

func (h *history) read(path string) []byte {
	h.t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return body
}

// dirWith returns a new directory with this database in it.
func (h *history) dirWith(t *testing.T, file []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(h.database(dir), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// checkNoRequests counts the requests to Atlassian and Slack. The returned
// function fails if there were more.
func (h *history) checkNoRequests() (check func()) {
	h.t.Helper()
	count := func() (n int) {
		for _, all := range get[struct {
			ByRoute map[string]map[string]int `json:"by_route"`
		}](h.simulation, h.addresses.AtlassianControl+"/requests").ByRoute {
			for _, times := range all {
				n += times
			}
		}
		return n + len(get[[]fields](h.simulation, h.addresses.SlackControl+"/calls"))
	}
	before := count()
	return func() {
		h.t.Helper()
		if after := count(); after != before {
			h.t.Errorf("%d requests were sent with a database that cannot be used", after-before)
		}
		h.checkSuspended(h.suspendedIDs)
	}
}

// checkSuspended fails unless exactly these people are suspended, each by one
// request.
func (h *history) checkSuspended(want []string) {
	h.t.Helper()
	if diff := cmp.Diff(sorted(want), h.suspended()); diff != "" {
		h.t.Errorf("suspended (-want +got):\n%s", diff)
	}
	for account, p := range h.orgState() {
		if p.Suspends > 1 || p.Suspends == 1 && !slices.Contains(want, account) {
			h.t.Errorf("%s was suspended %d times", account, p.Suspends)
		}
	}
}

// internalDetails matches output that only a programmer understands.
var internalDetails = regexp.MustCompile(`goroutine|panic|fatal error|runtime error|nil pointer|assertion|SIG[A-Z]+|\.go:\d+|0x[0-9a-f]{6}|bbolt|%!`)

// checkRefusal fails unless a program ended with code 1 and a one-line error
// with these texts.
func checkRefusal(t *testing.T, code int, said string, want ...string) {
	t.Helper()
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	for _, words := range append(want, "database", "inactivebot.db") {
		if !strings.Contains(said, words) {
			t.Errorf("the output does not contain %q: %s", words, said)
		}
	}
	if found := internalDetails.FindString(said); found != "" {
		t.Errorf("the output contains %q: %s", found, said)
	}
	if lines := strings.Count(strings.TrimSpace(said), "\n") + 1; lines != 1 {
		t.Errorf("the output has %d lines, want 1: %s", lines, said)
	}
}

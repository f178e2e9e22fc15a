package e2e

import (
	"testing"
	"time"
)

// TestDemoShowsAReport: a newcomer sees a report within seconds without doing
// anything. The bound is loose for a busy machine.
func TestDemoShowsAReport(t *testing.T) {
	t.Parallel()
	binary(t, "demo")
	started := time.Now()
	s := startSimulation(t)
	t.Cleanup(s.checkSlack)
	rows, _ := s.waitReport()
	t.Logf("the report with %d people was there after %s", len(rows), time.Since(started).Round(10*time.Millisecond))
}

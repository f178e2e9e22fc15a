package e2e

import (
	"testing"
	"time"
)

// TestDemoShowsAReport checks that the demo posts a report by itself. It logs
// the time, which is seconds on an idle machine.
func TestDemoShowsAReport(t *testing.T) {
	t.Parallel()
	binary(t, "demo")
	started := time.Now()
	s := startSimulation(t)
	t.Cleanup(s.checkSlack)
	rows, _ := s.waitReport()
	t.Logf("the report with %d people was there after %s", len(rows), time.Since(started).Round(10*time.Millisecond))
}

package atlassian

import (
	"net/http"
	"testing"
	"time"
)

// TestClockNarrowsDown uses a server whose clock is 500 ms ahead and whose Date
// header has whole seconds.
func TestClockNarrowsDown(t *testing.T) {
	const ahead = 500 * time.Millisecond
	var c serverClock
	start := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	for i := range 200 {
		sent := start.Add(time.Duration(i) * 310 * time.Millisecond)
		answered := sent.Add(20 * time.Millisecond)
		c.update(sent, answered, sent.Add(10*time.Millisecond+ahead).Format(http.TimeFormat))
	}
	target := start.Add(time.Hour)
	exact := target.Add(-ahead)
	if late := c.latestLocal(target).Sub(exact); late < 0 || late > 50*time.Millisecond {
		t.Errorf("latestLocal is %v late, want 0 to 50ms", late)
	}
	if early := exact.Sub(c.earliestLocal(target)); early < 0 || early > 50*time.Millisecond {
		t.Errorf("earliestLocal is %v early, want 0 to 50ms", early)
	}
	c.update(start, start, start.Add(-time.Hour).Format(http.TimeFormat))
	if skew, known := c.skew(); !known || skew != time.Hour {
		t.Errorf("after the clock was adjusted: got skew %v, %v", skew, known)
	}
	if late := c.latestLocal(target).Sub(target.Add(time.Hour)); late < 0 || late > time.Second {
		t.Errorf("latestLocal is %v late after the clock was adjusted, want 0 to 1s", late)
	}
}

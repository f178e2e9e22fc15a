package slackapi

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestClockIsNeverAhead checks the estimate against a Slack whose clock differs
// from the machine's, over slow and fast responses.
func TestClockIsNeverAhead(t *testing.T) {
	for _, skew := range []time.Duration{-3 * time.Hour, 0, 4*time.Minute + 300*time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var c clock
			if !c.Now().IsZero() {
				t.Error("the clock runs before the first response")
			}
			for i := range 50 {
				sent := time.Now()
				<-time.After(time.Duration(i) * 37 * time.Millisecond)
				header := time.Now().Add(skew).UTC().Format(http.TimeFormat)
				<-time.After(time.Duration(i%7) * 110 * time.Millisecond)
				c.heard(header, sent)
				slack := time.Now().Add(skew)
				if got := slack.Sub(c.Now()); got < 0 || got > 2*time.Second {
					t.Errorf("skew %v, response %d: the estimate is %v behind Slack", skew, i, got)
				}
			}
		})
	}
}

// TestClockFollowsSlackBack checks that an estimate that cannot be right any more
// is given up.
func TestClockFollowsSlackBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock
		c.heard(time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), time.Now())
		c.heard(time.Now().UTC().Format(http.TimeFormat), time.Now())
		if got := time.Since(c.Now()); got < 0 || got > time.Second {
			t.Errorf("the estimate is off by %v", got)
		}
		c.heard("yesterday", time.Now())
		if c.Now().IsZero() {
			t.Error("a header that is no date stopped the clock")
		}
	})
}

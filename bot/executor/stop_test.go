package executor_test

import (
	"context"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/scan/scantest"
)

// skewed returns a change that makes the clocks disagree by so many seconds, and
// the client know it.
func skewed(seconds int) func(*lab) {
	return func(l *lab) {
		l.org(atlassiantest.OrgSettings{ClockSkewS: &seconds})
		_, err := l.Client.Directories(context.Background())
		scantest.Must(l.t, err)
	}
}

func passed(d time.Duration) func(*lab) { return func(l *lab) { l.pass(d) } }

// TestRunningBatch interrupts a batch after two people and continues it after a
// change: it stops before the next person, or suspends everyone.
func TestRunningBatch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*lab)
		reason string // empty: the batch is completed.
	}{
		"nothing changed": {func(*lab) {}, ""},
		"report only":     {func(l *lab) { l.options.ReportOnly = true }, "report_only"},
		"the API's clock is ahead by more than five minutes":  {skewed(302), "clock_off"},
		"the API's clock is behind by more than five minutes": {skewed(-302), "clock_off"},
		"the API's clock is ahead by less":                    {skewed(295), ""},
		"the API's clock is behind by less":                   {skewed(-295), ""},
		"approved less than 24 hours ago":                     {passed(24*time.Hour - time.Minute), ""},
		"approved more than 24 hours ago":                     {passed(24*time.Hour + time.Second), "away"},
		"another directory": {func(l *lab) {
			l.org(scantest.TwoDirectories(l.Org))
			l.options.DirectoryID = scantest.SecondDirectory
		}, "other_scope"},
		"the same directory of two": {func(l *lab) {
			l.org(scantest.TwoDirectories(l.Org))
			l.options.DirectoryID = l.Org.DirectoryID
		}, ""},
		"another product": {func(l *lab) { l.policy.Product = "jira-software" }, "other_scope"},
		"other sites":     {func(l *lab) { l.policy.Sites = []string{atlassiantest.SiteConfluence} }, "other_scope"},
		"no admin channel": {func(l *lab) {
			scantest.Must(l.t, l.store.SetChannelOutage("channel_not_found", time.Now().UTC()))
		}, "no_channel"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inLab(t, func(l *lab) {
				all := l.approve(0)
				l.startSlowly(2)
				want := l.suspended()
				if len(want) == len(all) {
					t.Fatal("the batch was done before the change")
				}
				if test.reason == "" {
					want = all
				}
				test.change(l)
				l.run()
				l.checkBatch(test.reason)
				l.checkSuspended(want...)
			})
		})
	}
}

// failures are the responses after which it is not known whether the API works.
var failures = map[string]atlassiantest.Fault{
	"a server error":         {Status: 500},
	"no response":            {Cut: atlassiantest.CutBefore},
	"an unreadable response": {Body: new(atlassiantest.Text("<html><p>Please sign in</p>"))},
}

// TestThreeFailuresInARow checks that a batch stops after the third failure in a
// row that is not about the person, in the second look and in the request.
func TestThreeFailuresInARow(t *testing.T) {
	t.Parallel()
	for _, route := range []string{scantest.DatesRoute, suspendRoute} {
		for name, fault := range failures {
			t.Run(route+" "+name, func(t *testing.T) {
				t.Parallel()
				inLab(t, func(l *lab) {
					all := l.approve(0)
					l.faultFor(fault, route, at(all, 2, 3, 4)...)
					l.run()
					l.checkBatch("failures")
					l.checkSuspended(all[:2]...)
					l.checkSteps("pending ", 5, 6, 7, 8, 9, 10, 11)
				})
			})
		}
	}
}

// TestTwoFailuresInARow checks that a success between failures starts the count
// again, and that people who could not be read are not suspended.
func TestTwoFailuresInARow(t *testing.T) {
	t.Parallel()
	for name, fault := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inLab(t, func(l *lab) {
				all := l.approve(7)
				l.faultFor(fault, scantest.DatesRoute, at(all, 0, 1, 3, 4)...)
				l.run()
				l.checkBatch("")
				l.checkSuspended(at(all, 2, 5, 6)...)
				l.checkSteps("skipped lookup_failed", 0, 1, 3, 4)
			})
		})
	}
}

// TestManyFailures checks that a batch stops when 20 % of its steps failed, after
// ten steps, and that failures of any kind count.
func TestManyFailures(t *testing.T) {
	t.Parallel()
	kinds := map[string]struct {
		route string
		fault atlassiantest.Fault
	}{
		"second looks without an answer": {scantest.DatesRoute, atlassiantest.Fault{Status: 500}},
		"suspensions without an answer":  {suspendRoute, atlassiantest.Fault{Status: 500}},
		"suspensions refused with 403":   {suspendRoute, atlassiantest.Fault{Status: 403}},
		"suspensions refused with 404":   {suspendRoute, atlassiantest.Fault{Status: 404}},
		"suspensions refused with 409":   {suspendRoute, atlassiantest.Fault{Status: 409}},
	}
	tests := map[string]struct {
		fail  []int
		taken int // steps that are taken before the batch stops; all 12: it does not stop.
	}{
		"two of ten":                     {[]int{0, 5}, 10},
		"two of ten, the last one":       {[]int{3, 9}, 10},
		"three of nine, then the tenth":  {[]int{0, 3, 6}, 10},
		"two of eleven":                  {[]int{3, 10}, 12},
		"one of twelve":                  {[]int{7}, 12},
		"two of eleven, three of twelve": {[]int{3, 10, 11}, 12},
	}
	for kind, k := range kinds {
		for name, test := range tests {
			t.Run(kind+", "+name, func(t *testing.T) {
				t.Parallel()
				inLab(t, func(l *lab) {
					all := l.approve(0)
					l.faultFor(k.fault, k.route, at(all, test.fail...)...)
					l.start()
					l.pass(50 * time.Second) // before what was not confirmed is sent again.
					reason := ""
					if test.taken < len(all) {
						reason = "many_failed"
					}
					if got := l.batch().StopReason; got != reason {
						t.Errorf("the batch stops for %q, want %q: %q", got, reason, l.steps())
					}
					l.checkSuspended(without(all[:test.taken], test.fail...)...)
				})
			})
		}
	}
}

// TestRefusalsOfOnePerson checks that a definite refusal is recorded and that the
// batch goes on, also after three in a row.
func TestRefusalsOfOnePerson(t *testing.T) {
	t.Parallel()
	for status, reason := range map[int]string{403: "forbidden", 404: "not_found", 409: "conflict"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			inLab(t, func(l *lab) {
				all := l.approve(9)
				l.faultFor(atlassiantest.Fault{Status: status}, suspendRoute, at(all, 2, 3, 4)...)
				l.run()
				l.checkBatch("")
				l.checkSuspended(without(all, 2, 3, 4)...)
				l.checkSteps("failed "+reason, 2, 3, 4)
				if got := l.requests(suspendRoute); got != len(all) {
					t.Errorf("%d requests, want %d", got, len(all))
				}
			})
		})
	}
}

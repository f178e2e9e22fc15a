package acceptance_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/scan/scantest"
)

// TestBadAnswersMakeNoReport: if an answer that everyone's activity depends on
// cannot be read, there is no new report, the last one stays, the person who
// asked reads what to do, and a scan works again afterwards.
func TestBadAnswersMakeNoReport(t *testing.T) {
	t.Parallel()
	for _, route := range []string{scantest.SearchRoute, scantest.DatesRoute} {
		for name, bad := range scantest.BadAnswers {
			if bad.TooLarge() || route == scantest.DatesRoute && bad.Fault.BodyBytes > 0 {
				continue // a gigabyte for each person takes too long; package scan reads one.
			}
			t.Run(route+" "+name, func(t *testing.T) {
				t.Parallel()
				inWorld(t, small, nil, func(w *world) {
					w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: scantest.ExpandFor(route)}))
					elsewhere := w.elsewhere()
					w.scanTold()
					first := w.report()
					fault := bad.Fault
					fault.Route, fault.Count = route, -1
					w.must(w.org.AddFault(fault))
					checkTold(t, w.scanTold(), bad.Advice)
					if got := w.report(); w.reports() != 1 || !slices.Equal(buttons(got, "suspend_all"), buttons(first, "suspend_all")) {
						t.Errorf("%d reports, the last with the buttons %v, want the first as it was", w.reports(), buttons(got, "suspend_all"))
					}
					if n := elsewhere.Load(); n != 0 {
						t.Errorf("%d requests went to another host", n)
					}
					w.org.ClearFaults()
					w.scanTold()
					if got := w.reports(); got != 2 {
						t.Errorf("%d reports after the answers were good again, want 2: %v", got, w.told(w.slack.Users.Approver))
					}
				})
			})
		}
	}
}

// technical matches parts of an error that a sentence for a person must not
// contain.
var technical = regexp.MustCompile(`status \d|POST |GET |users/search|712020:|Error|EOF|context|%!|_`)

func checkTold(t *testing.T, told, want string) {
	t.Helper()
	if !strings.HasPrefix(told, "No new report: ") || !strings.Contains(told, want) || !strings.HasSuffix(told, "The last report stays as it is.") {
		t.Errorf("told %q, want it to say %q and that the last report stays", told, want)
	}
	settings := strings.NewReplacer("ATLASSIAN_API_KEY", "", "ATLASSIAN_ORG_ID", "", "ATLASSIAN_DIRECTORY_ID", "", "ATLASSIAN_API_URL", "")
	if got := technical.FindString(settings.Replace(told)); got != "" {
		t.Errorf("told %q, which repeats %q from an error", told, got)
	}
}

// must fails the test for an error of the simulators' own.
func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Error(err)
	}
}

// elsewhere is another host, which counts the requests that reach it.
func (w *world) elsewhere() *atomic.Int64 {
	var n atomic.Int64
	w.serve("elsewhere.test", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	return &n
}

// serve replaces the handler of a host. The bot restarts, so that no connection
// to the other one is left.
func (w *world) serve(host string, h http.Handler) {
	w.t.Helper()
	w.stop()
	w.wire.Transport.CloseIdleConnections()
	w.wire.Serve(host, h)
	w.start()
}

// scanTold requests a scan, waits for its end and returns the answer, which is
// empty if there was none.
func (w *world) scanTold() string {
	w.t.Helper()
	ada := w.slack.Users.Approver
	before := len(w.told(ada))
	w.command(ada, "scan")
	for range 200 {
		if told := w.told(ada); len(told) >= before+2 {
			w.pass(time.Minute) // for the report to be posted.
			return told[len(told)-1]
		}
		w.pass(time.Minute)
	}
	return "" // nothing in three hours.
}

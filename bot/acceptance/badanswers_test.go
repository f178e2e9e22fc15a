package acceptance_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
)

const (
	searchRoute = "POST users/search"
	datesRoute  = "GET last-active-dates"
)

type badAnswer struct {
	fault atlassiantest.Fault
	told  string
}

// tooMuch says that the answer is so long that the race detector takes half a
// minute over it, and there is nothing in it to race.
func (b badAnswer) tooMuch() bool { return raceDetector && (b.fault.BodyBytes > 0 || b.fault.Endless) }

// badAnswers are the ways in which an answer can be bad, and for each a part of
// what the asker is told.
var badAnswers = map[string]badAnswer{
	"401":                      {atlassiantest.Fault{Status: 401}, "set ATLASSIAN_API_KEY"},
	"403":                      {atlassiantest.Fault{Status: 403}, "organisation admin must make a new one"},
	"404":                      {atlassiantest.Fault{Status: 404}, "Check ATLASSIAN_ORG_ID"},
	"409":                      {atlassiantest.Fault{Status: 409}, "Atlassian refused the request"},
	"410":                      {atlassiantest.Fault{Status: 410}, "A newer version of the bot is needed"},
	"429 for ever":             {atlassiantest.Fault{Status: 429}, "rate limit"},
	"429 until tomorrow":       {atlassiantest.Fault{Status: 429, RetryAfter: "86400"}, "rate limit"},
	"500":                      {atlassiantest.Fault{Status: 500}, "See status.atlassian.com"},
	"503":                      {atlassiantest.Fault{Status: 503, RetryAfter: "1"}, "See status.atlassian.com"},
	"HTML":                     {atlassiantest.Fault{Body: new(atlassiantest.Text("<html><p>Please sign in</p>"))}, "cannot be read"},
	"nothing":                  {atlassiantest.Fault{Body: new(atlassiantest.Text(""))}, "cannot be read"},
	"half of it":               {atlassiantest.Fault{Truncate: atlassiantest.Half}, "cannot be read"},
	"another content type":     {atlassiantest.Fault{Headers: map[string]string{"Content-Type": "text/plain"}}, "cannot be read"},
	"data null":                {atlassiantest.Fault{Body: new(atlassiantest.Text(`{"data":null,"links":{"next":null}}`))}, "cannot be read"},
	"a cursor that repeats":    {atlassiantest.Fault{RepeatCursor: true}, "cannot be read"},
	"a list without an end":    {atlassiantest.Fault{Endless: true}, "cannot be read"},
	"a redirect":               {atlassiantest.Fault{Redirect: "http://elsewhere.test/admin"}, "Check ATLASSIAN_API_URL"},
	"a gigabyte":               {atlassiantest.Fault{BodyBytes: 1 << 30}, "cannot be read"},
	"a byte a second":          {atlassiantest.Fault{BytesPerSecond: 1}, "Check the network"},
	"a connection that is cut": {atlassiantest.Fault{Cut: atlassiantest.CutBefore}, "Check the network"},
}

// TestBadAnswersMakeNoReport: what everybody's activity hangs on cannot be read,
// so there is no report, the last one stays, the asker is told what to do, and
// when it is over a scan works again.
func TestBadAnswersMakeNoReport(t *testing.T) {
	t.Parallel()
	for _, route := range []string{searchRoute, datesRoute} {
		for name, bad := range badAnswers {
			if bad.tooMuch() || route == datesRoute && bad.fault.BodyBytes > 0 {
				continue // of people a gigabyte each, one person's is enough, below.
			}
			t.Run(route+" "+name, func(t *testing.T) {
				t.Parallel()
				inWorld(t, small, nil, func(w *world) {
					w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: expandFor(route)}))
					elsewhere := w.elsewhere()
					w.scanTold()
					first := w.report()
					fault := bad.fault
					fault.Route, fault.Count = route, -1
					w.must(w.org.AddFault(fault))
					checkTold(t, w.scanTold(), bad.told)
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

// expandFor makes the bot read activity by the route.
func expandFor(route string) string {
	if route == datesRoute {
		return "refused"
	}
	return "ok"
}

// technical is what an error says and a sentence for a person does not.
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

// scanTold asks for a scan, waits until it is over, and is what the asker was
// told then, or empty where that was nothing.
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

// TestBadAnswersAboutOnePerson: who cannot be read is unknown, and all others
// are what they were. What concerns everybody ends the scan instead.
func TestBadAnswersAboutOnePerson(t *testing.T) {
	t.Parallel()
	ends := []string{"401", "403", "410", "429 for ever", "429 until tomorrow", "a redirect"}
	for name, bad := range badAnswers {
		if bad.tooMuch() {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 120)
				defer l.wire.Close()
				l.must(t, l.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
				want, err := l.judge(l.scanner(nil))
				l.must(t, err)
				victim := anyOf(want, policy.Inactive)
				l.org.ClearFaults()
				fault := bad.fault
				fault.Route, fault.AccountID, fault.Count = datesRoute, victim, -1
				l.must(t, l.org.AddFault(fault))
				got, err := l.judge(l.scanner(nil))
				if end := slices.Contains(ends, name); end != (err != nil) {
					t.Fatalf("the scan ended with %v", err)
				} else if end {
					return
				}
				want[victim] = policy.Unknown
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("lanes (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestAnswersThatAreOnlyOdd change nothing.
func TestAnswersThatAreOnlyOdd(t *testing.T) {
	tests := map[string]atlassiantest.Fault{
		"an empty first page":           {EmptyPage: true},
		"an empty page in between":      {EmptyPage: true, Skip: 1},
		"people twice":                  {DuplicatePeople: true, Count: -1},
		"one call that is cut":          {Cut: atlassiantest.CutAfter},
		"a page that is HTML just once": {Body: new(atlassiantest.Text("<html>"))},
	}
	for name, fault := range tests {
		for _, route := range []string{searchRoute, datesRoute} {
			t.Run(route+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l := newLab(t, 350)
					defer l.wire.Close()
					l.must(t, l.org.Configure(atlassiantest.OrgSettings{Expand: expandFor(route)}))
					want, err := l.judge(l.scanner(nil))
					l.must(t, err)
					l.org.ClearFaults()
					fault.Route = route
					l.must(t, l.org.AddFault(fault))
					got, err := l.judge(l.scanner(nil))
					if diff := cmp.Diff(want, got); err != nil || diff != "" {
						t.Errorf("error %v, lanes (-want +got):\n%s", err, diff)
					}
				})
			})
		}
	}
}

// TestNobodyIsInactiveWhereNobodyEverWasActive: an answer without any activity
// looks like an organisation that never used the product, and suspends nobody.
func TestNobodyIsInactiveWhereNobodyEverWasActive(t *testing.T) {
	for _, route := range []string{searchRoute, datesRoute} {
		t.Run(route, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 350)
				defer l.wire.Close()
				l.org.ClearFaults()
				l.must(t, l.org.Configure(atlassiantest.OrgSettings{Expand: expandFor(route)}))
				l.must(t, l.org.AddFault(atlassiantest.Fault{Route: route, Count: -1, EmptyActivity: true}))
				got, err := l.judge(l.scanner(nil))
				l.must(t, err)
				if anyOf(got, policy.Inactive) != "" || anyOf(got, policy.NeverActive) == "" {
					t.Errorf("somebody is inactive, or nobody never was active: %v", got)
				}
			})
		})
	}
}

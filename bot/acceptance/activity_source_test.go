package acceptance_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/pipenet"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
)

// faulty lets one call in ten fail, always the same ones for a seed: with 429,
// with 500, or with a cut connection.
type faulty struct {
	http.Handler
	mu   sync.Mutex
	dice *rand.Rand
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	fails, how := f.dice.IntN(10) == 0, f.dice.IntN(3)
	f.mu.Unlock()
	switch {
	case !fails:
		f.Handler.ServeHTTP(w, r)
	case how == 0:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case how == 1:
		w.WriteHeader(http.StatusInternalServerError)
	default:
		panic(http.ErrAbortHandler)
	}
}

// candidatesOf scans an organisation and returns who is inactive.
func candidatesOf(t *testing.T, org *atlassiantest.Server, h http.Handler) (who []string) {
	t.Helper()
	w := pipenet.New(map[string]http.Handler{"atlassian.test": h})
	defer w.Close()
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: org.OrgID, APIKey: org.APIKey, Transport: w.Transport})
	if err != nil {
		t.Fatal(err)
	}
	s := scan.Scanner{Client: client, Directory: org.DirectoryID, Policy: policy.Settings{Product: "confluence", InactiveDays: 180}}
	for j, err := range s.Begin(time.Now().UTC()).People(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if j.Decision.Lane == policy.Inactive {
			who = append(who, j.User.AccountID)
		}
	}
	slices.Sort(who)
	return who
}

// TestBothWaysFindTheSame: the candidates by users/search and by
// last-active-dates are equal, and stay so when one call in ten fails.
func TestBothWaysFindTheSame(t *testing.T) {
	t.Parallel()
	seeds := int64(20)
	if raceDetector {
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				org := atlassiantest.New(atlassiantest.Options{Users: 1000, Seed: seed + 1, Unlimited: true})
				dice := func() *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 10)) }
				want := candidatesOf(t, org, org)
				if len(want) == 0 {
					t.Fatal("no candidates")
				}
				if got := candidatesOf(t, org, &faulty{Handler: org, dice: dice()}); !slices.Equal(got, want) {
					t.Errorf("by search with faults: %d candidates, want %d", len(got), len(want))
				}
				if err := org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
					t.Fatal(err)
				}
				if got := candidatesOf(t, org, org); !slices.Equal(got, want) {
					t.Errorf("by dates: %d candidates, want %d", len(got), len(want))
				}
				if got := candidatesOf(t, org, &faulty{Handler: org, dice: dice()}); !slices.Equal(got, want) {
					t.Errorf("by dates with faults: %d candidates, want %d", len(got), len(want))
				}
				if err := org.Configure(atlassiantest.OrgSettings{Expand: "omit", Omit: []string{"productAccess"}}); err != nil {
					t.Fatal(err)
				}
				if got := candidatesOf(t, org, org); !slices.Equal(got, want) {
					t.Errorf("by dates with the field left out: %d candidates, want %d", len(got), len(want))
				}
			})
		})
	}
}

// TestSuspendingWhereOnlyDatesAreServed: the second look protects
// administrators and groups although the search tells neither.
func TestSuspendingWhereOnlyDatesAreServed(t *testing.T) {
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		if err := w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
			t.Fatal(err)
		}
		w.command(ada, "scan")
		w.pass(5 * time.Minute)
		rows := accounts(buttons(w.report(), "exclude"))
		if len(rows) != 6 {
			t.Fatalf("%d candidates, want 6: %v", len(rows), w.told(ada))
		}
		w.org.ChangePerson(rows[0], func(p *atlassiantest.Person) { p.PlatformRoles = []string{"atlassian/site-admin"} })
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, rows[1:]) {
			t.Errorf("suspended %v, want %v", got, rows[1:])
		}
		w.command(ada, "status")
		if got := w.told(ada); !strings.Contains(got[len(got)-1], "person by person") {
			t.Errorf("status does not say how activity was read: %s", got[len(got)-1])
		}
	})
}

// TestGroupRuleThatCannotBeJudgedMakesNoReport: a rule by name finds nobody
// where the search tells no names.
func TestGroupRuleThatCannotBeJudgedMakesNoReport(t *testing.T) {
	byName := func(s *bot.Settings) { s.Policy.Rules = policy.Rules{mustRule(t, "group:engineering")} }
	inWorld(t, small, byName, func(w *world) {
		ada := w.slack.Users.Approver
		if err := w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
			t.Fatal(err)
		}
		w.command(ada, "scan")
		if told := w.told(ada); w.reports() != 0 || !strings.Contains(told[len(told)-1], "group's id") {
			t.Errorf("%d reports, told %v", w.reports(), told)
		}
	})
}

func mustRule(t *testing.T, s string) policy.Rule {
	t.Helper()
	r, err := policy.ParseRule(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

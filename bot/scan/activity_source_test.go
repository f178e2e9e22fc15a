package scan_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

var long = flag.Bool("long", false, "compare 20 organisations instead of 5")

// faulty fails one request in ten, always the same ones for a seed: with 429,
// with 500, or with a closed connection.
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

// TestBothWaysFindTheSame: users/search and last-active-dates find the same
// candidates, also when one request in ten fails.
func TestBothWaysFindTheSame(t *testing.T) {
	t.Parallel()
	seeds := int64(5)
	switch {
	case *long:
		seeds = 20
	case scantest.RaceDetector:
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				org := atlassiantest.New(atlassiantest.Options{Users: 1000, Seed: seed + 1, Unlimited: true})
				dice := func() *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 10)) }
				want := scantest.Candidates(t, org, org)
				if len(want) == 0 {
					t.Fatal("no candidates")
				}
				if got := scantest.Candidates(t, org, &faulty{Handler: org, dice: dice()}); !slices.Equal(got, want) {
					t.Errorf("by search with faults: %d candidates, want %d", len(got), len(want))
				}
				if err := org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
					t.Fatal(err)
				}
				if got := scantest.Candidates(t, org, org); !slices.Equal(got, want) {
					t.Errorf("by dates: %d candidates, want %d", len(got), len(want))
				}
				if got := scantest.Candidates(t, org, &faulty{Handler: org, dice: dice()}); !slices.Equal(got, want) {
					t.Errorf("by dates with faults: %d candidates, want %d", len(got), len(want))
				}
				if err := org.Configure(atlassiantest.OrgSettings{Expand: "omit", Omit: []string{"productAccess"}}); err != nil {
					t.Fatal(err)
				}
				if got := scantest.Candidates(t, org, org); !slices.Equal(got, want) {
					t.Errorf("by dates with the field left out: %d candidates, want %d", len(got), len(want))
				}
			})
		})
	}
}

// TestFirstPeopleAreNoPersons: the first chunk has customers only, whose fields are left
// out because they are empty. How people are read is decided by the people after them.
func TestFirstPeopleAreNoPersons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 900)
		l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 300))
		for i, p := range l.Org.AllPeople() {
			if i < 500 {
				l.Org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) {
					p.AccountType, p.Omit = "customer", []string{"platformRoles", "groups", "productAccess"}
				})
			}
		}
		l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:late", PlatformRoles: []string{atlassiantest.RoleOrgAdmin}})
		s := l.Scanner(nil)
		s.Policy.Rules = rules(t, "group:everybody")
		lanes, err := scantest.Lanes(s)
		scantest.Must(t, err)
		if lanes[ordinary] != policy.Inactive || lanes["712020:late"] != policy.Protected {
			t.Errorf("the person is %s and the admin %s", lanes[ordinary], lanes["712020:late"])
		}
		if n := l.Org.Requests().ByRoute[scantest.DatesRoute]["200"]; n > 10 {
			t.Errorf("%d people were looked up, want only those without activity", n)
		}
	})
}

package scan_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// newCachedLab returns a lab in which activity is read person by person, and a
// database that caches it. The end of the bubble's test closes both.
func newCachedLab(t *testing.T, path string) (lab, *storage.Store) {
	t.Helper()
	l := newLab(t, 10)
	store, err := storage.Open(path)
	scantest.Must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	l.Org.ClearFaults()
	scantest.Must(t, l.Org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
	return l, store
}

// asked returns how often the activity of an account was requested since the last call.
func (l lab) asked(account string) (n int) {
	for _, r := range l.Org.Requests().Events {
		if r.Route == scantest.DatesRoute && r.AccountID == account {
			n++
		}
	}
	l.Org.ResetRequests()
	return n
}

// TestWhatIsRememberedHoldsForItsScope: a person who used Confluence 100 days
// ago is read in the first scan, and in the second only if the cached activity
// does not answer its question.
func TestWhatIsRememberedHoldsForItsScope(t *testing.T) {
	const site = atlassiantest.SiteConfluence
	tests := map[string]struct {
		change func(*policy.Settings)
		asked  int
		want   policy.Lane
	}{
		"nothing changed":           {func(*policy.Settings) {}, 0, policy.Active},
		"a larger threshold":        {func(s *policy.Settings) { s.InactiveDays = 365 }, 0, policy.Active},
		"a smaller one, still kept": {func(s *policy.Settings) { s.InactiveDays = 102 }, 0, policy.Active},
		"a smaller threshold":       {func(s *policy.Settings) { s.InactiveDays = 90 }, 1, policy.Inactive},
		"other sites":               {func(s *policy.Settings) { s.Sites = []string{"another-site"} }, 1, policy.ActiveElsewhere},
		"fewer sites":               {func(s *policy.Settings) { s.Sites = []string{site} }, 1, policy.Active},
		"another product":           {func(s *policy.Settings) { s.Product = "jira-software" }, 1, policy.NeverActive},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "cache.db")
			synctest.Test(t, func(t *testing.T) {
				l, store := newCachedLab(t, path)
				l.uses(ordinary, used("confluence", site, 100))
				before, after := l.Scanner(store), l.Scanner(store)
				test.change(&after.Policy)
				_, err := scantest.Lanes(before)
				scantest.Must(t, err)
				if got := l.asked(ordinary); got != 1 {
					t.Fatalf("asked %d times at first, want once", got)
				}
				<-time.After(time.Hour)
				lanes, err := scantest.Lanes(after)
				scantest.Must(t, err)
				if asked := l.asked(ordinary); asked != test.asked || lanes[ordinary] != test.want {
					t.Errorf("asked %d times, lane %s, want %d times and %s", asked, lanes[ordinary], test.asked, test.want)
				}
			})
		})
	}
}

// TestAnotherScopeForgets: a scan of another scope empties the cache, also if a
// later scan returns to the first scope.
func TestAnotherScopeForgets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache.db")
	synctest.Test(t, func(t *testing.T) {
		l, store := newCachedLab(t, path)
		l.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 20))
		here, there := l.Scanner(store), l.Scanner(store)
		there.Policy.Sites = []string{"another-site"}
		for i, step := range []struct {
			back  bool
			asked int
		}{{true, 1}, {true, 0}, {false, 1}, {true, 1}, {true, 0}} {
			s := there
			if step.back {
				s = here
			}
			_, err := scantest.Lanes(s)
			scantest.Must(t, err)
			if got := l.asked(ordinary); got != step.asked {
				t.Errorf("scan %d: asked %d times, want %d", i+1, got, step.asked)
			}
		}
	})
}

// TestTodayIsNotInTheFuture: a date without a time counts as the end of that day,
// which is ahead of the clock until midnight. Cached it still means active.
func TestTodayIsNotInTheFuture(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache.db")
	synctest.Test(t, func(t *testing.T) {
		l, store := newCachedLab(t, path)
		today := used("confluence", atlassiantest.SiteConfluence, 0)
		today.Shape = atlassiantest.ShapeDate
		l.uses(ordinary, today)
		for i := range 3 {
			lanes, err := scantest.Lanes(l.Scanner(store))
			scantest.Must(t, err)
			if got := lanes[ordinary]; got != policy.Active {
				t.Errorf("scan %d: lane %s, want %s", i+1, got, policy.Active)
			}
			<-time.After(time.Hour)
		}
		if got := l.asked(ordinary); got != 1 {
			t.Errorf("asked %d times, want once", got)
		}
	})
}

// move changes what a person used before a scan, and sets the rules of that scan.
type move struct {
	wait    time.Duration
	who     string
	uses    []use
	product string
	sites   []string
	days    int
}

// use is a use of a product on a site some days before the move.
type use struct {
	product, site string
	days          int
	day           bool // returned as a date without a time.
}

var (
	thePeople   = []string{"712020:ada", "712020:bo"}
	theProducts = []string{"confluence", "confluence", "confluence", "jira-software"}
	theSites    = []string{"one", "two"}
	theScopes   = [][]string{nil, nil, nil, {"one"}, {"two"}}
)

func moves() *rapid.Generator[[]move] {
	anyUse := rapid.Custom(func(t *rapid.T) use {
		return use{
			rapid.SampledFrom(theProducts).Draw(t, "product"), rapid.SampledFrom(theSites).Draw(t, "site"),
			rapid.SampledFrom([]int{0, 1, 29, 31, 89, 91, 170, 179, 181, 400}).Draw(t, "days"), rapid.Bool().Draw(t, "day"),
		}
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) move {
		return move{
			time.Duration(rapid.SampledFrom([]int{1, 24, 24 * 7, 24 * 20, 24 * 100}).Draw(t, "hours")) * time.Hour,
			rapid.SampledFrom(thePeople).Draw(t, "who"), rapid.SliceOfN(anyUse, 0, 3).Draw(t, "uses"),
			rapid.SampledFrom(theProducts).Draw(t, "of"), rapid.SampledFrom(theScopes).Draw(t, "sites"),
			rapid.SampledFrom([]int{180, 180, 90, 30}).Draw(t, "threshold"),
		}
	}), 2, 8)
}

// TestMemoryOnlyProtects compares scans with a cache with scans of the same moment
// that read everyone, while the API's answers may change to anything, also to
// older uses. The cache makes no one inactive. A person whose status differs
// because of it is active until the next time that person is read. While uses
// only become later, the cache changes nothing.
func TestMemoryOnlyProtects(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		story, forward := moves().Draw(rt, "moves"), rapid.Bool().Draw(rt, "forward")
		n++
		path := filepath.Join(dir, fmt.Sprint(n, ".db"))
		var err error
		synctest.Test(t, func(t *testing.T) { err = memoryAgainstAsking(t, path, story, forward) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

func memoryAgainstAsking(t *testing.T, path string, story []move, forward bool) error {
	t.Helper()
	l, store := newCachedLab(t, path)
	scantest.Must(t, l.Org.SetLimit("*", 0))
	for i, m := range story {
		<-time.After(m.wait)
		l.apply(m, forward)
		if err := l.compare(store, m, forward); err != nil {
			return fmt.Errorf("scan %d: %w", i+1, err)
		}
	}
	return nil
}

// apply replaces the uses of a person, or only adds to them.
func (l lab) apply(m move, forward bool) {
	var all []atlassiantest.Access
	if person, ok := l.Org.Person(m.who); ok && forward {
		all = person.ProductAccess
	}
	for _, u := range m.uses {
		access := used(u.product, u.site, u.days)
		if u.day {
			access.Shape = atlassiantest.ShapeDate
		}
		all = append(all, access)
	}
	l.uses(m.who, all...)
}

// compare compares a scan with the cache and one without.
func (l lab) compare(store *storage.Store, m move, same bool) error {
	now := time.Now().UTC()
	asks := l.Scanner(nil)
	asks.Policy.Product, asks.Policy.Sites, asks.Policy.InactiveDays = m.product, m.sites, m.days
	remembers := asks
	remembers.Store = store
	known, err := store.Activity(thePeople)
	if err != nil {
		return err
	}
	want, err := scantest.LanesAt(asks, now)
	if err != nil {
		return err
	}
	got, err := scantest.LanesAt(remembers, now)
	if err != nil {
		return err
	}
	for i, who := range thePeople {
		due := !now.Before(known[i].CheckAfter)
		switch {
		case got[who] == want[who]:
		case same, due, got[who] == policy.Inactive, got[who] != policy.Active:
			return fmt.Errorf("%s is %s with memory and %s without; asked again from %s", who, got[who], want[who], known[i].CheckAfter)
		}
	}
	return nil
}

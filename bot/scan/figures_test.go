package scan_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

var large = flag.Bool("large", false, "measure organisations of 10,000 and 100,000 too")

// sizes returns the numbers of people to measure.
func sizes() []int {
	if *large {
		return []int{1_000, 10_000, 100_000}
	}
	return []int{200, 2_000}
}

// figure is the cost of one scan.
type figure struct {
	calls, limited, candidates int
	asked                      int // requests of last-active-dates.
	took                       time.Duration
}

func (f figure) String() string {
	return fmt.Sprintf("%7d calls %12s  %d refused with 429", f.calls, f.took.Round(time.Second), f.limited)
}

// measure counts the requests and the time of a scan.
func (l lab) measure(t *testing.T, scan func() int) figure {
	t.Helper()
	l.Org.ResetRequests()
	began := time.Now()
	f := figure{candidates: scan()}
	f.took = time.Since(began)
	all := l.Org.Requests()
	f.calls = all.Total
	for _, n := range all.ByRoute["GET last-active-dates"] {
		f.asked += n
	}
	for _, by := range all.ByRoute {
		f.limited += by["429"]
	}
	return f
}

// scan runs a whole scan, including the search for the directory.
func (l lab) scan(t *testing.T, store *storage.Store) (candidates int) {
	t.Helper()
	dir, err := scan.FindDirectory(context.Background(), l.Client, "")
	if err != nil {
		t.Fatal(err)
	}
	s := scan.Scanner{Client: l.Client, Directory: dir.ID, Policy: policy.Settings{Product: "confluence", InactiveDays: 180}, Store: store}
	for j, err := range s.Begin(time.Now().UTC()).People(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if j.Decision.Lane == policy.Inactive {
			candidates++
		}
	}
	return candidates
}

// scriptsWay lists a hundred people a page and then reads each person in sequence,
// with the script's waits of 1, 2, 4, 8 and 16 s after a 429.
func (l lab) scriptsWay(t *testing.T) int {
	t.Helper()
	client := &http.Client{Transport: l.Net.Transport}
	get := func(url string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+l.Org.APIKey)
		req.Header.Set("Accept", "application/json")
		return client.Do(req)
	}
	base := "http://atlassian.test/admin"
	for cursor := ""; ; {
		url := base + "/v2/orgs/" + l.Org.OrgID + "/directories/" + l.Org.DirectoryID + "/users?limit=100"
		if cursor != "" {
			url += "&cursor=" + cursor
		}
		var page struct {
			Data []struct {
				AccountID string `json:"accountId"`
			} `json:"data"`
			Links struct{ Next string } `json:"links"`
		}
		resp, err := get(url)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		for _, user := range page.Data {
			for wait := time.Second; wait <= 16*time.Second; wait *= 2 {
				resp, err := get(base + "/v1/orgs/" + l.Org.OrgID + "/directory/users/" + user.AccountID + "/last-active-dates")
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusTooManyRequests {
					break
				}
				<-time.After(wait)
			}
		}
		if cursor = page.Links.Next; cursor == "" {
			return 0
		}
	}
}

// TestFiguresOfAScan prints the cost of a scan for each source of activity. Run it with
// `go test ./bot/scan -run Figures -v -large` for the figures of FIGURES.md.
func TestFiguresOfAScan(t *testing.T) {
	before := map[string]time.Duration{}
	for _, n := range sizes() {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t, n)
			search := l.measure(t, func() int { return l.scan(t, nil) })
			if err := l.Org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Minute)
			cold := l.measure(t, func() int { return l.scan(t, nil) })
			<-time.After(time.Minute)
			seed := l.measure(t, func() int { return l.scriptsWay(t) })
			used := float64(cold.asked) / (scantest.DatesPerMinute * cold.took.Minutes())
			t.Logf("%7d people, the script's way:         %v", n, seed)
			t.Logf("%7d people, users/search:             %v", n, search)
			t.Logf("%7d people, last-active-dates, cold:  %v, %.1f %% of the allowed rate", n, cold, 100*used)
			alone := n/100 + 1 // people whose activity is missing in the search, at most.
			if most := int(math.Ceil(float64(n)/100)) + 2 + alone; search.calls > most {
				t.Errorf("users/search took %d calls, want at most %d", search.calls, most)
			}
			if cold.limited+search.limited > 0 {
				t.Error("the scans caused 429s")
			}
			if *large && used < 0.98 {
				t.Errorf("cold used %.1f %% of the allowed rate, want at least 98 %%", 100*used)
			}
			if search.candidates != cold.candidates {
				t.Errorf("%d candidates by search, %d by dates", search.candidates, cold.candidates)
			}
			for way, took := range map[string]time.Duration{"search": search.took, "cold": cold.took} {
				if b := before[way]; b > 0 && took > 11*b {
					t.Errorf("%s: ten times the people take %v, more than 11 times %v", way, took, b)
				}
				before[way] = took
			}
		})
	}
}

// TestFiguresOfASteadyState prints the cost of 26 weekly scans by
// last-active-dates in an organisation where 88 percent use the product daily.
func TestFiguresOfASteadyState(t *testing.T) {
	n := 1_000
	if *large {
		n = 10_000
	}
	path := filepath.Join(t.TempDir(), "steady.db")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, n)
		store, err := storage.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		if err := l.Org.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
			t.Fatal(err)
		}
		people := l.Org.AllPeople()
		l.use(people, true)
		l.Org.PutPerson(atlassiantest.Person{AccountID: "712020:org-admin", PlatformRoles: []string{atlassiantest.RoleOrgAdmin}})
		cold := l.measure(t, func() int { return l.scan(t, store) })
		sum, most := 0, 0
		for range 26 {
			<-time.After(7*24*time.Hour - 2*time.Hour)
			l.use(people, false)
			<-time.After(time.Hour)
			f := l.measure(t, func() int { return l.scan(t, store) })
			sum, most = sum+f.calls, max(most, f.calls)
			if f.limited > 0 {
				t.Error("a scan caused 429s")
			}
		}
		t.Logf("%7d people, last-active-dates, steady over 26 weeks: %d calls a week at the mean (%.0f %% of cold), %d in the worst week (%.0f %%); cold %v",
			n, sum/26, 100*float64(sum)/26/float64(cold.calls), most, 100*float64(most)/float64(cold.calls), cold)
		if sum/26 > cold.calls/5 || most > cold.calls/3 {
			t.Errorf("steady state costs %d calls a week and %d in the worst one, want at most %d and %d", sum/26, most, cold.calls/5, cold.calls/3)
		}
	})
}

// use makes all people but the first 12 percent use Confluence now. The first time
// it makes all of them ordinary people, and those 12 percent inactive.
func (l lab) use(people []atlassiantest.Person, first bool) {
	now := time.Now().UTC()
	for i, p := range people {
		idle := i < len(people)*12/100
		if idle && !first {
			continue
		}
		at := now
		if idle {
			at = now.AddDate(0, 0, -300)
		}
		l.Org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) {
			p.AccountType, p.Status, p.ManagementSource, p.PlatformRoles = "atlassian", "active", "invited", nil
			p.AddedToOrg = now.AddDate(-3, 0, 0)
			p.ProductAccess = []atlassiantest.Access{{Key: "confluence", ID: "site", LastActive: &at}}
		})
	}
}

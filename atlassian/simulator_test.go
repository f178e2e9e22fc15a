package atlassian

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian/atlassiantest"
)

// organisation starts a simulated organisation on the loopback interface and
// returns it with a client.
func organisation(t *testing.T, people int) (*atlassiantest.Server, *Client) {
	t.Helper()
	sim := atlassiantest.New(atlassiantest.Options{Users: people, Unlimited: true})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	c, err := New(Config{BaseURL: server.URL, OrgID: sim.OrgID, APIKey: sim.APIKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return sim, c
}

// withOrganisation runs f in a synctest bubble with a simulated organisation
// and a client.
func withOrganisation(t *testing.T, people int, f func(t *testing.T, sim *atlassiantest.Server, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := atlassiantest.New(atlassiantest.Options{Users: people, Unlimited: true})
		f(t, sim, pipeClient(t, sim, Config{OrgID: sim.OrgID, APIKey: sim.APIKey}))
	})
}

// scan lists the whole directory.
func scan(c *Client, directory string, q Query) (map[string]User, error) {
	all := map[string]User{}
	for u, err := range c.Users(context.Background(), directory, q) {
		if err != nil {
			return all, err
		}
		all[u.AccountID] = u
	}
	return all, nil
}

func TestSimulatorScan(t *testing.T) {
	sim, c := organisation(t, 1000)
	got, err := scan(c, sim.DirectoryID, Query{})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range sim.AllPeople() {
		want = append(want, p.AccountID)
		if u := got[p.AccountID]; u.Name != p.Name || u.Email != p.Email || u.Status != p.Status || u.Malformed != nil {
			t.Errorf("got %+v, want %+v", u, p)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	if got := c.Requests(); got > 12 {
		t.Errorf("got %d requests for 1,000 people, want at most 12", got)
	}
}

func TestSimulatorScanWithFaults(t *testing.T) {
	const endlessList = "an endless list"
	tests := []struct {
		name  string
		fault atlassiantest.Fault
		want  Kind // 0: the scan is complete.
	}{
		{"a 500", atlassiantest.Fault{Skip: 2, Count: 2, Status: http.StatusInternalServerError}, 0},
		{"a 429", atlassiantest.Fault{Skip: 1, Status: http.StatusTooManyRequests, RetryAfter: "1"}, 0},
		{"a cut connection", atlassiantest.Fault{Skip: 1, Cut: atlassiantest.CutAfter}, 0},
		{"a truncated page", atlassiantest.Fault{Skip: 1, Truncate: 100}, 0},
		{"an empty page", atlassiantest.Fault{Skip: 1, EmptyPage: true}, 0},
		{"people on two pages", atlassiantest.Fault{Skip: 1, DuplicatePeople: true}, 0},
		{"a cursor that repeats", atlassiantest.Fault{Skip: 1, RepeatCursor: true}, KindUnreadable},
		{endlessList, atlassiantest.Fault{Count: -1, Endless: true}, KindUnreadable},
		{"a redirect", atlassiantest.Fault{Skip: 1, Redirect: "http://127.0.0.1:1/"}, KindRedirected},
		{"a refusal", atlassiantest.Fault{Skip: 1, Status: http.StatusForbidden}, KindForbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			people := 300 // three pages.
			if tt.name == endlessList {
				people = 10 // small pages: a thousand of them are read.
			}
			withOrganisation(t, people, func(t *testing.T, sim *atlassiantest.Server, c *Client) {
				tt.fault.Route = "POST users/search"
				if err := sim.AddFault(tt.fault); err != nil {
					t.Fatal(err)
				}
				got, err := scan(c, sim.DirectoryID, Query{})
				if KindOf(err) != tt.want {
					t.Fatalf("got %v, want kind %d", err, tt.want)
				}
				if want := len(sim.AllPeople()); tt.want == 0 && len(got) != want {
					t.Errorf("got %d people, want %d", len(got), want)
				}
			})
		})
	}
}

func TestSimulatorExpandRefused(t *testing.T) {
	sim, c := organisation(t, 50)
	if err := sim.Configure(atlassiantest.OrgSettings{Expand: "refused"}); err != nil {
		t.Fatal(err)
	}
	if _, err := scan(c, sim.DirectoryID, Query{}); !errors.Is(err, ErrExpandRefused) {
		t.Errorf("got %v, want ErrExpandRefused", err)
	}
	if got, err := scan(c, sim.DirectoryID, Query{Plain: true}); err != nil || len(got) != len(sim.AllPeople()) {
		t.Errorf("plain: got %d people, %v", len(got), err)
	}
}

// TestSimulatorBothWaysAgree compares productAccess of the scan with
// last-active-dates, for each entry by the day of its last use.
func TestSimulatorBothWaysAgree(t *testing.T) {
	withOrganisation(t, 60, func(t *testing.T, sim *atlassiantest.Server, c *Client) {
		people, err := scan(c, sim.DirectoryID, Query{})
		if err != nil {
			t.Fatal(err)
		}
		ctx := Urgent(context.Background())
		compared := 0
		for id, u := range people {
			if len(u.ProductAccess) == 0 || compared == 5 {
				continue
			}
			compared++
			a, err := c.LastActive(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(days(u.ProductAccess), days(a.ProductAccess)); diff != "" {
				t.Errorf("%s (-search +last-active-dates):\n%s", id, diff)
			}
		}
		if compared == 0 {
			t.Error("no one had any activity")
		}
	})
}

// days returns the day of the last use of each product on each site.
func days(uses []ProductAccess) map[string]string {
	all := map[string]string{}
	for _, p := range uses {
		all[p.Key+" "+p.ID] = fmt.Sprint(p.LastActive.At.Format("2006-01-02"), p.LastActive.Malformed)
	}
	return all
}

func TestSimulatorSuspendAndRestore(t *testing.T) {
	sim, c := organisation(t, 50)
	ctx := context.Background()
	people, err := scan(c, sim.DirectoryID, Query{Status: []string{"active"}})
	if err != nil {
		t.Fatal(err)
	}
	id := slices.Sorted(maps.Keys(people))[0]
	steps := []struct {
		do   func(context.Context, string, string) error
		want string
	}{{c.Suspend, "suspended"}, {c.Restore, "active"}}
	for _, step := range steps {
		if err := step.do(ctx, sim.DirectoryID, id); err != nil {
			t.Fatal(err)
		}
		u, err := c.User(ctx, sim.DirectoryID, id)
		if err != nil || u.Status != step.want {
			t.Errorf("got status %q, %v, want %q", u.Status, err, step.want)
		}
	}
	if err := c.Suspend(ctx, sim.DirectoryID, "712020:nobody"); KindOf(err) != KindNotFound {
		t.Errorf("a suspension of an unknown account: got %v", err)
	}
}

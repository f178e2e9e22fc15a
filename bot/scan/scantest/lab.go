package scantest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/pipenet"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// The routes that tell when people were last active.
const (
	SearchRoute = "POST users/search"
	DatesRoute  = "GET last-active-dates"
)

// ExpandFor returns the setting of the organisation with which a scan reads
// activity by the route.
func ExpandFor(route string) string {
	if route == DatesRoute {
		return "refused"
	}
	return "ok"
}

// DatesPerMinute is how many requests of last-active-dates the API allows in a
// minute.
const DatesPerMinute = 200

// Lab is an organisation and a client of it. A request takes 50 ms, and only
// last-active-dates has a rate limit.
type Lab struct {
	Org    *atlassiantest.Server
	Client *atlassian.Client
	Net    *pipenet.Network
}

// New returns a lab with so many people, 12 of them inactive. It must be called
// in a [testing/synctest] bubble; the end of the bubble's test closes it.
func New(t *testing.T, users int) *Lab {
	t.Helper()
	org := atlassiantest.New(atlassiantest.Options{Users: users, Candidates: 12, Unlimited: true})
	n := pipenet.New(map[string]http.Handler{"atlassian.test": org})
	t.Cleanup(n.Close)
	l := &Lab{Org: org, Client: newClient(t, org, n), Net: n}
	Must(t, org.SetLimit(DatesRoute, DatesPerMinute))
	Must(t, org.AddFault(atlassiantest.Fault{Route: "*", Count: -1, DelayMS: 50}))
	return l
}

func newClient(t *testing.T, org *atlassiantest.Server, n *pipenet.Network) *atlassian.Client {
	t.Helper()
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: org.OrgID, APIKey: org.APIKey, Transport: n.Transport})
	Must(t, err)
	return client
}

// Policy returns the default settings.
func Policy() policy.Settings { return policy.Settings{Product: "confluence", InactiveDays: 180} }

// Scanner returns a scanner of the first directory with the default settings.
// Store may be nil.
func (l *Lab) Scanner(store *storage.Store) scan.Scanner {
	return scan.Scanner{Client: l.Client, Directory: l.Org.DirectoryID, Policy: Policy(), Store: store}
}

// Lanes returns the lane of each account as of now. It fails if a person is
// listed twice.
func Lanes(s scan.Scanner) (map[string]policy.Lane, error) { return LanesAt(s, time.Now().UTC()) }

// LanesAt is [Lanes] as of a time.
func LanesAt(s scan.Scanner, now time.Time) (map[string]policy.Lane, error) {
	lanes := map[string]policy.Lane{}
	for j, err := range s.Begin(now).People(context.Background()) {
		if err != nil {
			return nil, err
		}
		if _, twice := lanes[j.User.AccountID]; twice {
			return nil, fmt.Errorf("%s is listed twice", j.User.AccountID)
		}
		lanes[j.User.AccountID] = j.Decision.Lane
	}
	return lanes, nil
}

// Candidates scans an organisation that is served by h, and returns the sorted
// account ids of those who are inactive.
func Candidates(t *testing.T, org *atlassiantest.Server, h http.Handler) (accounts []string) {
	t.Helper()
	n := pipenet.New(map[string]http.Handler{"atlassian.test": h})
	defer n.Close()
	lanes, err := Lanes(scan.Scanner{Client: newClient(t, org, n), Directory: org.DirectoryID, Policy: Policy()})
	Must(t, err)
	for account, lane := range lanes {
		if lane == policy.Inactive {
			accounts = append(accounts, account)
		}
	}
	slices.Sort(accounts)
	return accounts
}

// SecondDirectory is the id of the second directory of [TwoDirectories]. It
// holds every third person.
const SecondDirectory = "second-directory"

// TwoDirectories returns settings that give an organisation two directories.
func TwoDirectories(org *atlassiantest.Server) atlassiantest.OrgSettings {
	return atlassiantest.OrgSettings{Directories: []atlassiantest.Directory{{ID: org.DirectoryID, Name: "Staff"}, {ID: SecondDirectory, Name: "Contractors"}}}
}

// Must ends the test for an error of the simulator's own.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian/atlassiantest"
)

// scanOutput is the object that scan prints as JSON.
type scanOutput struct {
	Organization string         `json:"organization"`
	Directory    string         `json:"directory"`
	Product      string         `json:"product"`
	InactiveDays int            `json:"inactive_days"`
	Cutoff       time.Time      `json:"cutoff"`
	Source       string         `json:"source"`
	Counts       map[string]int `json:"counts"`
	Candidates   []struct {
		AccountID    string    `json:"account_id"`
		Email        string    `json:"email"`
		LastActive   time.Time `json:"last_active"`
		DaysInactive int       `json:"days_inactive"`
	} `json:"candidates"`
	Users []struct {
		AccountID string `json:"account_id"`
		Lane      string `json:"lane"`
		Reason    string `json:"reason"`
	} `json:"users"`
	Requests int `json:"requests"`
}

// lanes returns everyone's lane as printed.
func (o scanOutput) lanes() map[string]string {
	lanes := map[string]string{}
	for _, u := range o.Users {
		lanes[u.AccountID] = u.Lane
	}
	return lanes
}

// listed returns the accounts of the candidates, sorted.
func (o scanOutput) listed() (accounts []string) {
	for _, c := range o.Candidates {
		accounts = append(accounts, c.AccountID)
	}
	slices.Sort(accounts)
	return accounts
}

// TestScanAgreesWithTheTruth compares scan's output with an independent
// evaluation of the simulator's state, for many organisations.
func TestScanAgreesWithTheTruth(t *testing.T) {
	t.Parallel()
	for seed := range int64(20) {
		t.Run(fmt.Sprintf("seed %d", seed+1), func(t *testing.T) {
			org := atlassiantest.New(atlassiantest.Options{Users: 1000, Seed: seed + 1, Unlimited: true})
			server := httptest.NewServer(org)
			defer server.Close()
			s := &simulation{t: t, addresses: addresses{AtlassianControl: server.URL + "/_control"}}
			p := launch(t, t.TempDir(), []string{"ATLASSIAN_API_KEY=" + org.APIKey}, "inactivebot",
				"scan", "--output=json", "--atlassian-api-url="+server.URL, "--atlassian-org-id="+org.OrgID)
			if code := p.waitExit(waitTimeout); code != 0 {
				t.Fatalf("exit code %d: %s", code, p.out.String())
			}
			var got scanOutput
			if err := json.Unmarshal([]byte(p.out.String()), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(lanesOf(s.orgState(), 180, time.Now()), got.lanes()); diff != "" {
				t.Errorf("lanes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.inactive(180), got.listed()); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}

// formula is a name that a spreadsheet would evaluate.
const formula = "=1+1"

// TestScan checks the output for one organisation in all three formats.
func TestScan(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "150")
	post[person](s, s.addresses.AtlassianControl+"/users", fields{"name": formula, "email": "+1@example.com", "product_access": []fields{}})
	lanes, inactive := lanesOf(s.orgState(), 180, time.Now()), s.inactive(180)
	t.Run("json", func(t *testing.T) { checkJSON(t, s, lanes, inactive) })
	t.Run("csv", func(t *testing.T) { checkCSV(t, s, lanes) })
	t.Run("text", func(t *testing.T) { checkText(t, s, lanes, inactive) })
	t.Run("nothing suspended", func(t *testing.T) {
		if got := s.requests("POST suspend"); len(got) != 0 {
			t.Errorf("scan sent requests to suspend: %v", got)
		}
	})
}

func checkJSON(t *testing.T, s *simulation, lanes map[string]string, inactive []string) {
	t.Helper()
	var got scanOutput
	if err := json.Unmarshal([]byte(s.scan(t, "--output=json")), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lanes, got.lanes()); diff != "" {
		t.Errorf("lanes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(inactive, got.listed()); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
	for lane, n := range got.Counts {
		if want := countLane(lanes, lane); n != want {
			t.Errorf("%d people in lane %s, want %d", n, lane, want)
		}
	}
	head := scanOutput{Organization: got.Organization, Directory: got.Directory, Product: got.Product, InactiveDays: got.InactiveDays, Source: got.Source}
	want := scanOutput{Organization: s.addresses.OrgID, Directory: s.addresses.DirectoryID, Product: "confluence", InactiveDays: 180, Source: "search"}
	if diff := cmp.Diff(want, head); diff != "" {
		t.Errorf("head (-want +got):\n%s", diff)
	}
	for _, c := range got.Candidates {
		if !c.LastActive.Before(got.Cutoff) || c.DaysInactive < 180 {
			t.Errorf("%s is listed, last active %s, %d days inactive", c.AccountID, c.LastActive, c.DaysInactive)
		}
	}
	if got.Requests != 5 {
		t.Errorf("%d requests are reported, want 5: the directories, two pages, and two people without activity in them", got.Requests)
	}
}

func countLane(lanes map[string]string, lane string) (n int) {
	for _, l := range lanes {
		if l == lane {
			n++
		}
	}
	return n
}

func checkCSV(t *testing.T, s *simulation, lanes map[string]string) {
	t.Helper()
	table, err := csv.NewReader(strings.NewReader(s.scan(t, "--output=csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const head = "account_id,name,email,lane,reason,last_active,days_inactive,other_apps_last_active,added_to_org,managed_by"
	if got := strings.Join(table[0], ","); got != head {
		t.Errorf("columns %q, want %q", got, head)
	}
	got, names := map[string]string{}, map[string]bool{}
	for _, row := range table[1:] {
		got[row[0]], names[row[1]] = row[3], true
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if !names["'"+formula] {
		t.Errorf("no name is '%s", formula)
	}
	if diff := cmp.Diff(lanes, got); diff != "" {
		t.Errorf("lanes (-want +got):\n%s", diff)
	}
}

func checkText(t *testing.T, s *simulation, lanes map[string]string, inactive []string) {
	t.Helper()
	got, orgState := s.scan(t), s.orgState()
	wants := []string{
		"Organization ID: " + s.addresses.OrgID, "Directory ID: " + s.addresses.DirectoryID, "Product: confluence", "180 days", "DRY RUN",
		fmt.Sprintf("Total users processed: %d\n", len(lanes)), fmt.Sprintf("Inactive: %d\n", len(inactive)),
		fmt.Sprintf("and %d more\n", countLane(lanes, "never_active")-10),
	}
	for _, account := range inactive {
		who := account
		if orgState[account].Email != "" {
			who = orgState[account].Email
		}
		wants = append(wants, "("+who+")")
	}
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("the text does not contain %q", want)
		}
	}
}

// scan runs the subcommand and returns its output.
func (s *simulation) scan(t *testing.T, args ...string) string {
	t.Helper()
	p := launch(t, s.dir, s.settings(), "inactivebot", append([]string{"scan"}, args...)...)
	if code := p.waitExit(waitTimeout); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	return p.out.String()
}

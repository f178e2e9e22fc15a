package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// storeScan stores a scan with these lanes, with or without a report.
func storeScan(t *testing.T, store *storage.Store, reported bool, lanes map[string]policy.Lane) {
	t.Helper()
	now := time.Now().UTC()
	scan, err := store.BeginScan(storage.Scan{StartedAt: now, Product: "confluence", InactiveDays: 180})
	if err != nil {
		t.Fatal(err)
	}
	for account, lane := range lanes {
		row := storage.Row{AccountID: account, Lane: string(lane), Candidate: lane == policy.Inactive}
		if err := store.AddRows(scan.ID, storage.ScanChunk{Rows: []storage.Row{row}, At: now}); err != nil {
			t.Fatal(err)
		}
	}
	if scan, err = store.Scan(scan.ID); err != nil {
		t.Fatal(err)
	}
	scan.EndedAt = now.Add(time.Second)
	if reported {
		_, _, err = store.Publish(scan, scan.StartedAt.String(), time.Hour)
	} else {
		err = store.EndScan(scan)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestPanelShowsLanes checks that the panel shows each person's lane in the
// scan of the newest report and can filter by it.
func TestPanelShowsLanes(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 20}, true)
	person := s.firstPerson(ordinary)
	lane := func() string {
		_, row, _ := strings.Cut(s.get("/panel/?q="+person.AccountID), `class="badge lane"`)
		_, row, _ = strings.Cut(row, ">last scan: ")
		name, _, _ := strings.Cut(row, "</span>")
		return name
	}
	if got := lane(); got != "" {
		t.Errorf("before a scan: %q", got)
	}
	store, err := storage.Open(filepath.Join(t.TempDir(), "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s.lanes.readFrom(store)
	storeScan(t, store, true, map[string]policy.Lane{person.AccountID: policy.Protected})
	if got := lane(); got != "protected" {
		t.Errorf("after a report: %q", got)
	}
	storeScan(t, store, false, map[string]policy.Lane{person.AccountID: policy.Active})
	if got := lane(); got != "protected" {
		t.Errorf("after a scan without a report: %q", got)
	}
	for filter, want := range map[string]int{"lane-protected": 1, "lane-active": 0} {
		if got := strings.Count(s.get("/panel/?filter="+filter), "data-account="); got != want {
			t.Errorf("%s: %d people, want %d", filter, got, want)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := lane(); got != "protected" {
		t.Errorf("after the database was closed: %q", got)
	}
}

// TestEveryLaneHasAName checks that every lane has a title.
func TestEveryLaneHasAName(t *testing.T) {
	for _, lane := range policy.Lanes {
		if laneName(string(lane)) == "" {
			t.Errorf("%s has no name", lane)
		}
	}
}

package main

import (
	"sync"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// laneNames are the lanes as the panel calls them, in the order they are
// tried.
var laneNames = []struct {
	lane policy.Lane
	name string
}{
	{policy.NotAPerson, "not a person"},
	{policy.AlreadyOff, "cannot log in"},
	{policy.Excluded, "excluded"},
	{policy.Protected, "protected"},
	{policy.Unknown, "could not be read"},
	{policy.NeverActive, "never used Confluence"},
	{policy.Active, "active"},
	{policy.ActiveElsewhere, "uses other apps"},
	{policy.IDPManaged, "identity provider’s"},
	{policy.Inactive, "inactive"},
}

// laneName is what the panel calls a lane, empty where there is none.
func laneName(lane string) string {
	for _, l := range laneNames {
		if string(l.lane) == lane {
			return l.name
		}
	}
	return ""
}

// laneFilters choose the people of one lane each.
func laneFilters() []filter {
	var all []filter
	for _, l := range laneNames {
		all = append(all, filter{"lane-" + string(l.lane), l.name, func(_ *atlassiantest.Person, s botStatus) bool {
			return s.lane == string(l.lane)
		}})
	}
	return all
}

// lanes is what the bot decided about everybody in the scan behind its newest
// report. It is empty before the first, and where no bot runs.
type lanes struct {
	mu    sync.Mutex
	store *storage.Store // nil: no bot runs here.
	scan  uint64         // the scan that of is from.
	of    map[string]string
}

// readFrom says where the bot keeps what it decided.
func (l *lanes) readFrom(store *storage.Store) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.store = store
}

// known is everybody's lane by account id. The caller must not change it. What
// cannot be read now, at the end of the program for one, stays as it was.
func (l *lanes) known() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.store == nil {
		return nil
	}
	scan, ok := newestKept(l.store)
	if !ok || scan == l.scan {
		return l.of
	}
	of := map[string]string{}
	for row, err := range l.store.Rows(scan) {
		if err != nil {
			return l.of
		}
		of[row.AccountID] = row.Lane
	}
	l.scan, l.of = scan, of
	return of
}

// newestKept is the scan behind the newest report, or the newest scan where
// the report's rows are no longer kept.
func newestKept(store *storage.Store) (scan uint64, ok bool) {
	report, reported, err := store.LastReport()
	if err == nil && reported {
		if kept, err := store.HasRows(report.ScanID); err == nil && kept {
			return report.ScanID, true
		}
	}
	last, ok, err := store.LastScan()
	return last.ID, ok && err == nil
}

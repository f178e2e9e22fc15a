package main

import (
	"strings"
	"sync"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// laneName returns the title of a lane in lower case, empty for an unknown lane.
func laneName(lane string) string {
	title := blocks.LaneTitle(policy.Lane(lane), "confluence")
	if title == "" {
		return ""
	}
	return strings.ToLower(title[:1]) + title[1:]
}

// laneFilters returns a filter for each lane, in the order in which lanes are
// tested.
func laneFilters() []filter {
	var all []filter
	for _, lane := range policy.Lanes {
		l := string(lane)
		all = append(all, filter{"lane-" + l, laneName(l), func(_ *atlassiantest.Person, s botStatus) bool { return s.lane == l }})
	}
	return all
}

// lanes caches the lane of every person in the scan of the newest report. It is empty
// before the first report, and if no bot runs.
type lanes struct {
	mu    sync.Mutex
	store *storage.Store // nil without a bot.
	scan  uint64         // the scan that of was read from.
	of    map[string]string
}

// readFrom sets the database of the bot.
func (l *lanes) readFrom(store *storage.Store) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.store = store
}

// known returns the lanes by account id. The caller must not change the map. If
// the database cannot be read, such as during shutdown, it returns the previous
// lanes.
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

// newestKept returns the scan of the newest report, or the newest scan if the rows
// of the report's scan are no longer stored.
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

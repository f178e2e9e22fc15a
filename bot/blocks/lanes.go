package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// Breakdown is the result of a scan by lane.
type Breakdown struct {
	Report   storage.Report
	Scan     storage.Scan
	RowsKept bool        // the rows of the scan are still stored.
	Lanes    []LaneGroup // in the order they are tried.
}

// LaneGroup is one lane with some of its people.
type LaneGroup struct {
	Lane   string
	Count  int
	People []storage.Person // the first people of the lane.
}

const (
	everyoneTitle = "Everyone in the scan"
	listsExpired  = "The lists are kept for the last two scans only. Type `/inactive scan` for a new scan."
)

// Everyone is the modal with every lane, its first people and what to do about them.
func Everyone(w Breakdown) slack.ModalViewRequest {
	blocks := []slack.Block{section("", fmt.Sprintf("*%s* on %s, each in one list. Only people in the report can be suspended.", People(w.Scan.People), LocalTime(w.Scan.EndedAt)), nil)}
	for _, l := range w.Lanes {
		if l.Count > 0 {
			blocks = append(blocks, section("", w.laneHead(l.Lane, l.Count, "")+l.people(), w.openButton(l)))
		}
	}
	return modal(ViewLanes, everyoneTitle, "", ListState{Report: w.Report.ID}.Encode(), append(blocks, w.exportBlocks()...)...)
}

// laneHead is the title of a lane with its number of people and its text.
func (w Breakdown) laneHead(lane string, n int, page string) string {
	t := laneTextOf(lane, w.Scan)
	return fmt.Sprintf("*%s · %s*%s\n%s", t.title, number(n), page, t.text())
}

// people lists the first people of a lane, one a line.
func (l LaneGroup) people() string {
	var b strings.Builder
	for _, p := range l.People {
		b.WriteString("\n• " + PersonLabel(p))
	}
	if more := l.Count - len(l.People); more > 0 && len(l.People) > 0 {
		b.WriteString("\nand " + number(more) + " more")
	}
	return b.String()
}

// openButton opens the list of one lane. It is nil if the rows are not stored.
func (w Breakdown) openButton(l LaneGroup) *slack.ButtonBlockElement {
	if !w.RowsKept {
		return nil
	}
	return withLabel(button(ActionLanesOpen, w.value(l.Lane, 0), "Show all"), "Show all: "+laneTextOf(l.Lane, w.Scan).title)
}

func (w Breakdown) value(lane string, page int) string {
	return fmt.Sprintf("%d.%s.%d", w.Report.ID, lane, page)
}

// exportBlocks offer everyone as a CSV file, or say where the file is.
func (w Breakdown) exportBlocks() []slack.Block {
	all := People(w.Scan.People)
	switch by := w.Report.FullListRequest; {
	case by.By != "":
		return []slack.Block{contextText("", fmt.Sprintf("%s, the list of all %s, is in the thread of report %d. %s requested it on %s. It may take a moment to appear.",
			ListFileName(w.Report.ID, true), all, w.Report.ID, Mention(by.By), LocalTime(by.At)))}
	case !w.RowsKept:
		return []slack.Block{contextText("", listsExpired)}
	}
	b := withLabel(button(ActionLanesCSV, fmt.Sprint(w.Report.ID), exportLabel), exportLabel+": post everyone in the report's thread")
	return []slack.Block{
		contextText("", fmt.Sprintf("Export posts a CSV of all %s in the thread of report %d, visible to the channel.", all, w.Report.ID)),
		actions("", b),
	}
}

// EveryoneInLane is one page of the people of a lane, by name, each with the reason.
func EveryoneInLane(w Breakdown, all []storage.PersonRow, l ListState) slack.ModalViewRequest {
	found := searchByName(all, l.Search)
	at := pageOf(len(found), l.Page)
	l.Page = at.page
	blocks := []slack.Block{
		section("", w.laneHead(l.Lane, len(found), at.label()), nil), searchField(ActionLanesSearch, l.Search),
		actions("", button(ActionLanes, fmt.Sprint(w.Report.ID), "All lists")),
	}
	switch {
	case !w.RowsKept:
		blocks = append(blocks, section("", listsExpired, nil))
	case len(found) == 0 && l.Search != "":
		blocks = append(blocks, noMatch(l.Search))
	}
	for _, p := range found[at.from:at.to] {
		blocks = append(blocks, section("", PersonLabel(p.Person)+"\n"+w.evidence(p.Row), nil))
	}
	pages := at.buttons("", ActionLanesPage, func(page int) string { return w.value(l.Lane, page) })
	return searchModal(ViewLanes, everyoneTitle, l.Encode(), append(blocks, pages...)...)
}

// searchByName returns the people that a search finds, sorted by name.
func searchByName(all []storage.PersonRow, search string) []storage.PersonRow {
	search = strings.ToLower(search)
	var keys []sortKey
	for i := range all {
		if p := &all[i].Person; matchesSearch(search, p) {
			keys = append(keys, sortKey{index: i, name: sortName(p)})
		}
	}
	slices.SortFunc(keys, compareNames)
	found := make([]storage.PersonRow, len(keys))
	for i, k := range keys {
		found[i] = all[k.index]
	}
	return found
}

// compareNames orders by name, then as listed.
func compareNames(a, b sortKey) int { return cmp.Or(strings.Compare(a.name, b.name), a.index-b.index) }

// evidence is the reason that a person is in a lane, and the dates of the person
// that the reason does not name.
func (w Breakdown) evidence(row storage.Row) string {
	clause := ""
	if row.Reason != "" || row.Lane == string(policy.NeverActive) {
		clause = clauseOf(row)
	}
	var parts []string
	if clause != "" {
		parts = append(parts, LaneReason(w.Scan, row))
	}
	if !row.LastActive.IsZero() {
		parts = append(parts, "last used "+Product(w.Scan.Product)+" "+Date(row.LastActive))
	}
	if !row.OtherActive.IsZero() && !strings.Contains(clause, "{other}") {
		parts = append(parts, "last used other apps or sites "+Date(row.OtherActive))
	}
	if !row.AddedToOrg.IsZero() && !strings.Contains(clause, "{added}") {
		parts = append(parts, "added "+Date(row.AddedToOrg))
	}
	if row.ManagedBy == "synced" {
		parts = append(parts, "managed by your identity provider")
	}
	if len(parts) == 0 {
		return "no dates on record"
	}
	return strings.Join(parts, " · ")
}

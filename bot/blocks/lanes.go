package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Where is who is where, as a scan found it.
type Where struct {
	Report storage.Report
	Scan   storage.Scan
	Kept   bool   // everybody's row is still there.
	Lanes  []Lane // in the order they are tried.
}

// Lane is one lane with some of its people.
type Lane struct {
	Lane   string
	N      int
	People []storage.Person // the first of them.
}

func (w Where) fill(s string) string {
	return strings.NewReplacer("{product}", Product(w.Scan.Product), "{days}", daysText(w.Scan.InactiveDays)).Replace(s)
}

// Lanes shows who is where, and what to do about it elsewhere.
func Lanes(w Where) slack.ModalViewRequest {
	blocks := []slack.Block{section("", fmt.Sprintf("*%s* on %s, each in one list. Only those in the report can be suspended.", People(w.Scan.People), Local(w.Scan.EndedAt)), nil)}
	for _, l := range w.Lanes {
		if l.N > 0 {
			m := meanings[l.Lane]
			blocks = append(blocks, section("", fmt.Sprintf("*%s · %s*\n%s", w.fill(m.title), number(l.N), w.fill(m.text))+l.people(), w.openButton(l)))
		}
	}
	return modal(ViewLanes, "Who is where", "", Look{Report: w.Report.ID}.Private(), append(blocks, w.exportBlocks()...)...)
}

// people are the names known of a lane, a line each.
func (l Lane) people() string {
	var b strings.Builder
	for _, p := range l.People {
		b.WriteString("\n• " + Who(p))
	}
	if more := l.N - len(l.People); more > 0 && len(l.People) > 0 {
		b.WriteString("\nand " + number(more) + " more")
	}
	return b.String()
}

// openButton shows one lane by itself, nil where its people are not known.
func (w Where) openButton(l Lane) *slack.ButtonBlockElement {
	if !w.Kept {
		return nil
	}
	return withLabel(button(ActionLanesOpen, w.value(l.Lane, 0), "Show all"), "Show all: "+w.fill(meanings[l.Lane].title))
}

func (w Where) value(lane string, page int) string {
	return fmt.Sprintf("%d.%s.%d", w.Report.ID, lane, page)
}

// exportBlocks offers the list of everybody as a file, or says where it is.
func (w Where) exportBlocks() []slack.Block {
	name := SheetName(w.Report.ID, true)
	switch by := w.Report.Sheet; {
	case by.By != "":
		return []slack.Block{contextText("", fmt.Sprintf("The list of everybody, %s, is in the thread of report %d: %s asked for it on %s. It may take a moment to get there.", name, w.Report.ID, Mention(by.By), Local(by.At)))}
	case !w.Kept:
		return []slack.Block{contextText("", "Who is in which list is kept for the last two scans only: type `/inactive scan` for a new one.")}
	}
	b := withLabel(button(ActionLanesCSV, fmt.Sprint(w.Report.ID), "Everybody as CSV"), "Put the list of everybody as CSV into the thread of the report")
	return []slack.Block{
		contextText("", fmt.Sprintf("As a file everybody goes into the thread of report %d, where all members of the admin channel can read it.", w.Report.ID)),
		actions("", b),
	}
}

// SheetName is the name of a report's list as a file: of its candidates, or of
// everybody the scan met.
func SheetName(report uint64, everybody bool) string {
	if everybody {
		return fmt.Sprintf("report-%d-everybody.csv", report)
	}
	return fmt.Sprintf("report-%d.csv", report)
}

// OneLane is one page of the people of a lane, by name, with why each is there.
func OneLane(w Where, all []storage.Listed, l Look) slack.ModalViewRequest {
	found := searchByName(all, l.Search)
	at := pageOf(len(found), l.Page)
	l.Page = at.page
	m := meanings[l.Lane]
	head := fmt.Sprintf("*%s · %s*%s\n%s", w.fill(m.title), number(len(found)), at.label(), w.fill(m.text))
	blocks := []slack.Block{
		section("", head, nil), searchField(ActionLanesSearch, l.Search),
		actions("", button(ActionLanes, fmt.Sprint(w.Report.ID), "All lists")),
	}
	switch {
	case !w.Kept:
		blocks = append(blocks, section("", "Who is in which list is kept for the last two scans only: type `/inactive scan` for a new one.", nil))
	case len(found) == 0 && l.Search != "":
		blocks = append(blocks, noMatch(l.Search))
	}
	for _, p := range found[at.from:at.to] {
		blocks = append(blocks, section("", Who(p.Person)+"\n"+w.evidence(p.Row), nil))
	}
	turns := at.buttons("", ActionLanesPage, func(page int) string { return w.value(l.Lane, page) })
	return searchModal(ViewLanes, "Who is where", l.Private(), append(blocks, turns...)...)
}

// searchByName are those who are searched for, by name.
func searchByName(all []storage.Listed, search string) []storage.Listed {
	search = strings.ToLower(search)
	var places []sortKey
	for i := range all {
		if p := &all[i].Person; matchesSearch(search, p) {
			places = append(places, sortKey{index: i, name: sortName(p)})
		}
	}
	slices.SortFunc(places, func(a, b sortKey) int { return cmp.Or(strings.Compare(a.name, b.name), a.index-b.index) })
	found := make([]storage.Listed, len(places))
	for i, p := range places {
		found[i] = all[p.index]
	}
	return found
}

// evidence is the reason that somebody is in a lane, and the evidence.
func (w Where) evidence(row storage.Row) string {
	var parts []string
	if row.Lane == "never_active" {
		parts = append(parts, "no use on record")
	}
	if row.Reason != "" {
		parts = append(parts, LaneReason(row.Reason))
	}
	if !row.LastActive.IsZero() {
		parts = append(parts, "last used "+Product(w.Scan.Product)+" "+Day(row.LastActive))
	}
	if !row.OtherActive.IsZero() {
		parts = append(parts, "last used something else "+Day(row.OtherActive))
	}
	if !row.AddedToOrg.IsZero() {
		parts = append(parts, "added "+Day(row.AddedToOrg))
	}
	if row.ManagedBy == "synced" {
		parts = append(parts, "managed by your identity provider")
	}
	if len(parts) == 0 {
		return "no dates on record"
	}
	return strings.Join(parts, " · ")
}

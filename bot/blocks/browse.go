package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// The orders of Browse. The first is the default.
const (
	SortIdle    = "idle"
	SortName    = "name"
	SortNew     = "new"
	SortService = "service"
)

var sortOrders = []struct{ value, label string }{
	{SortIdle, "Longest inactive first"},
	{SortName, "By name"},
	{SortNew, "Newly listed first"},
	{SortService, "Service accounts first"},
}

// Browse is the modal with one page of a report's people. Only this page is
// rendered, because a report can have thousands of people.
func Browse(r Report, l ListState) slack.ModalViewRequest {
	found := r.matches(l)
	w := pageOf(len(found), l.Page)
	l.Page = w.page
	blocks := []slack.Block{
		section(r.id("head"), r.countText(l, len(found))+w.label(), nil),
		searchField(ActionBrowseSearch, l.Search),
		actions(r.id("order"), orderSelect(l.Sort)),
	}
	if len(found) == 0 && l.Search != "" {
		blocks = append(blocks, noMatch(l.Search))
	}
	for _, i := range found[w.from:w.to] {
		blocks = append(blocks, r.row(r.id(fmt.Sprintf("person%d", i)), r.Candidates[i]))
	}
	blocks = append(blocks, w.buttons(r.id("turn"), ActionBrowsePage, func(page int) string { return fmt.Sprintf("%d.%d", r.Report.ID, page) })...)
	return searchModal(ViewBrowse, "Inactive people", l.Encode(), blocks...)
}

// countText says how many people of the report the list has.
func (r Report) countText(l ListState, n int) string {
	switch {
	case len(r.Candidates) == 0:
		return fmt.Sprintf("Report %d lists no one.", r.Report.ID)
	case l.Search == "":
		return fmt.Sprintf("*%s* in report %d", People(n), r.Report.ID)
	}
	return fmt.Sprintf("*%s* of %s in report %d", number(n), number(len(r.Candidates)), r.Report.ID)
}

// orderSelect is the choice of an order.
func orderSelect(chosen string) *slack.SelectBlockElement {
	var options []*slack.OptionBlockObject
	s := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Order"), ActionBrowseSort)
	for _, o := range sortOrders {
		options = append(options, slack.NewOptionBlockObject(o.value, plain(o.label), nil))
		if o.value == chosen {
			s.InitialOption = options[len(options)-1]
		}
	}
	if s.InitialOption == nil {
		s.InitialOption = options[0]
	}
	s.Options = options
	return s
}

// sortKey is the index of a person in a list with the values to sort by.
type sortKey struct {
	index      int
	name       string
	lastActive int64
	isNew      bool
}

// matches returns the indexes of the people that the search finds, in the chosen
// order.
func (r Report) matches(l ListState) []int {
	search := strings.ToLower(l.Search)
	var found []sortKey
	for i := range r.Candidates {
		if c := &r.Candidates[i]; matchesSearch(search, &c.Person) {
			found = append(found, sortKey{index: i, lastActive: c.Row.LastActive.Unix(), isNew: c.Row.New})
		}
	}
	idle := func(a, b sortKey) int { return cmp.Or(cmp.Compare(a.lastActive, b.lastActive), a.index-b.index) }
	switch l.Sort {
	case SortService: // the order of the report.
	case SortName:
		for i := range found {
			found[i].name = sortName(&r.Candidates[found[i].index].Person)
		}
		slices.SortFunc(found, compareNames)
	case SortNew:
		slices.SortFunc(found, func(a, b sortKey) int { return cmp.Or(compareTrueFirst(a.isNew, b.isNew), idle(a, b)) })
	default:
		slices.SortFunc(found, idle)
	}
	indexes := make([]int, len(found))
	for i, p := range found {
		indexes[i] = p.index
	}
	return indexes
}

// sortName returns the name, email or account id, whichever is shown first.
func sortName(p *storage.Person) string {
	return strings.ToLower(cmp.Or(strings.TrimSpace(p.Name), p.Email, p.AccountID))
}

// compareTrueFirst orders true before false.
func compareTrueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

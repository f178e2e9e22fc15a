package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// The orders in which Browse shows people, the first one unless another is
// chosen.
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

// Browse is one page of a report's people, for one's own eyes. Only the page is
// rendered, however many people there are.
func Browse(r Report, l Look) slack.ModalViewRequest {
	places := r.matches(l)
	w := pageOf(len(places), l.Page)
	l.Page = w.page
	blocks := []slack.Block{
		section(r.id("head"), r.countText(l, len(places))+w.label(), nil),
		searchField(ActionBrowseSearch, l.Search),
		actions(r.id("order"), orderSelect(l.Sort)),
	}
	if len(places) == 0 && l.Search != "" {
		blocks = append(blocks, noMatch(l.Search))
	}
	for _, i := range places[w.from:w.to] {
		blocks = append(blocks, r.row(r.id(fmt.Sprintf("person%d", i)), r.Candidates[i]))
	}
	blocks = append(blocks, w.buttons(r.id("turn"), ActionBrowsePage, func(page int) string { return fmt.Sprintf("%d.%d", r.Report.ID, page) })...)
	return searchModal(ViewBrowse, "Inactive people", l.Private(), blocks...)
}

// countText is how many people of the report are looked at.
func (r Report) countText(l Look, n int) string {
	switch {
	case len(r.Candidates) == 0:
		return fmt.Sprintf("Report %d lists nobody.", r.Report.ID)
	case l.Search == "":
		return fmt.Sprintf("*%s* in report %d", People(n), r.Report.ID)
	}
	return fmt.Sprintf("*%s* of %s in report %d", number(n), number(len(r.Candidates)), r.Report.ID)
}

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

// sortKey is where a person stands in a list, and what the person is sorted by.
type sortKey struct {
	index    int
	name  string
	lastActive  int64
	isNew bool
}

// matches are the places of those who are searched for, in the order chosen.
func (r Report) matches(l Look) []int {
	search := strings.ToLower(l.Search)
	var found []sortKey
	for i := range r.Candidates {
		if c := &r.Candidates[i]; matchesSearch(search, &c.Person) {
			found = append(found, sortKey{index: i, lastActive: c.Row.LastActive.Unix(), isNew: c.Row.New})
		}
	}
	idle := func(a, b sortKey) int { return cmp.Or(cmp.Compare(a.lastActive, b.lastActive), a.index-b.index) }
	switch l.Sort {
	case SortService: // as the report lists them.
	case SortName:
		for i := range found {
			found[i].name = sortName(&r.Candidates[found[i].index].Person)
		}
		slices.SortFunc(found, func(a, b sortKey) int { return cmp.Or(strings.Compare(a.name, b.name), a.index-b.index) })
	case SortNew:
		slices.SortFunc(found, func(a, b sortKey) int { return cmp.Or(compareTrueFirst(a.isNew, b.isNew), idle(a, b)) })
	default:
		slices.SortFunc(found, idle)
	}
	places := make([]int, len(found))
	for i, p := range found {
		places[i] = p.index
	}
	return places
}

// sortName is what a person is sorted by: what stands first.
func sortName(p *storage.Person) string {
	return strings.ToLower(cmp.Or(strings.TrimSpace(p.Name), p.Email, p.AccountID))
}

// compareTrueFirst puts what is so before what is not.
func compareTrueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

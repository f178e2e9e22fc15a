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

var orders = []struct{ value, label string }{
	{SortIdle, "Longest inactive first"},
	{SortName, "By name"},
	{SortNew, "Newly listed first"},
	{SortService, "Service accounts first"},
}

// Browse is one page of a report's people, for one's own eyes. Only the page is
// rendered, however many people there are.
func Browse(r Report, l Look) slack.ModalViewRequest {
	places := r.sorted(l)
	w := pageOf(len(places), l.Page)
	l.Page = w.page
	blocks := []slack.Block{
		section(r.id("head"), r.among(l, len(places))+w.text(), nil),
		searchField(ActionBrowseSearch, l.Search),
		actions(r.id("order"), orderSelect(l.Sort)),
	}
	if len(places) == 0 && l.Search != "" {
		blocks = append(blocks, nobodyFound(l.Search))
	}
	for _, i := range places[w.from:w.to] {
		blocks = append(blocks, r.row(r.id(fmt.Sprintf("person%d", i)), r.Candidates[i]))
	}
	blocks = append(blocks, w.turns(r.id("turn"), ActionBrowsePage, func(page int) string { return fmt.Sprintf("%d.%d", r.Report.ID, page) })...)
	return searchable(ViewBrowse, "Inactive people", l.Private(), blocks...)
}

// among is how many people of the report are looked at.
func (r Report) among(l Look, n int) string {
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
	for _, o := range orders {
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

// sorted are the places of those who are searched for, in the order chosen.
// Places are moved instead of people, who are large.
func (r Report) sorted(l Look) []int {
	var places []int
	for i := range r.Candidates {
		if finds(l.Search, r.Candidates[i].Person) {
			places = append(places, i)
		}
	}
	row := func(i int) storage.Row { return r.Candidates[i].Row }
	idle := func(i, j int) int { return row(i).LastActive.Compare(row(j).LastActive) }
	switch l.Sort {
	case SortService: // as the report lists them.
	case SortName:
		names := make([]string, len(r.Candidates))
		for _, i := range places {
			names[i] = sortName(r.Candidates[i].Person)
		}
		slices.SortStableFunc(places, func(i, j int) int { return strings.Compare(names[i], names[j]) })
	case SortNew:
		slices.SortStableFunc(places, func(i, j int) int { return cmp.Or(leads(row(i).New, row(j).New), idle(i, j)) })
	default:
		slices.SortStableFunc(places, idle)
	}
	return places
}

// sortName is what a person is sorted by.
func sortName(p storage.Person) string {
	name, id := nameAndID(p)
	return strings.ToLower(name + "\n" + id)
}

// leads puts what is so before what is not.
func leads(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

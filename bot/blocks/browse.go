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

// place is where a person stands in a list, and what the person is sorted by.
type place struct {
	at    int
	name  string
	used  int64
	fresh bool
}

// sorted are the places of those who are searched for, in the order chosen.
func (r Report) sorted(l Look) []int {
	search := strings.ToLower(l.Search)
	var found []place
	for i := range r.Candidates {
		if c := &r.Candidates[i]; finds(search, &c.Person) {
			found = append(found, place{at: i, used: c.Row.LastActive.Unix(), fresh: c.Row.New})
		}
	}
	idle := func(a, b place) int { return cmp.Or(cmp.Compare(a.used, b.used), a.at-b.at) }
	switch l.Sort {
	case SortService: // as the report lists them.
	case SortName:
		for i := range found {
			found[i].name = sortName(&r.Candidates[found[i].at].Person)
		}
		slices.SortFunc(found, func(a, b place) int { return cmp.Or(strings.Compare(a.name, b.name), a.at-b.at) })
	case SortNew:
		slices.SortFunc(found, func(a, b place) int { return cmp.Or(leads(a.fresh, b.fresh), idle(a, b)) })
	default:
		slices.SortFunc(found, idle)
	}
	places := make([]int, len(found))
	for i, p := range found {
		places[i] = p.at
	}
	return places
}

// sortName is what a person is sorted by: what stands first.
func sortName(p *storage.Person) string {
	return strings.ToLower(cmp.Or(strings.TrimSpace(p.Name), p.Email, p.AccountID))
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

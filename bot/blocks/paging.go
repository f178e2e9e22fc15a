package blocks

import (
	"fmt"

	"github.com/slack-go/slack"
)

// PageSize is the number of people on a page of a modal.
const PageSize = 15

// pageRange is one page of a list: its number from 0, the number of pages, and the
// range of the list that it shows.
type pageRange struct{ page, pages, from, to int }

// pageOf returns a page of n items, or the nearest page that exists.
func pageOf(n, page int) pageRange {
	p := pageRange{pages: max(1, (n+PageSize-1)/PageSize)}
	p.page = min(max(page, 0), p.pages-1)
	p.from = p.page * PageSize
	p.to = min(p.from+PageSize, n)
	return p
}

// label names the page if there are several.
func (p pageRange) label() string {
	if p.pages == 1 {
		return ""
	}
	return fmt.Sprintf(" · page %s of %s", number(p.page+1), number(p.pages))
}

// buttons lead to the previous and the next page, if these exist. They have
// different action ids because these must be unique within a block.
func (p pageRange) buttons(id, action string, value func(page int) string) (out []slack.Block) {
	var row []slack.BlockElement
	if p.page > 0 {
		row = append(row, button(action+"_back", value(p.page-1), "Previous page"))
	}
	if p.page < p.pages-1 {
		row = append(row, button(action, value(p.page+1), "Next page"))
	}
	if len(row) > 0 {
		out = append(out, actions(id, row...))
	}
	return out
}

// searchField is the input of a search, which Enter starts. Its block id changes
// with the search: the field shows the search, and an update of the modal keeps
// what is being typed.
func searchField(action, search string) slack.Block {
	field := slack.NewPlainTextInputBlockElement(plain("Part of a name, email or account ID"), action)
	field.InitialValue, field.MaxLength = search, maxSearch
	field.DispatchActionConfig = &slack.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed"}}
	return slack.NewInputBlock("search:"+search, plain("Search"), nil, field).WithOptional(true).WithDispatchAction(true)
}

// searchModal is a modal with a search field. Its submit button starts the search.
func searchModal(callback, title, private string, blocks ...slack.Block) slack.ModalViewRequest {
	v := modal(callback, title, "Search", private, blocks...)
	v.Close = plain("Close")
	return v
}

// noMatch says that a search found no one.
func noMatch(search string) slack.Block {
	return section("", "No one here has “"+escapeShort(search, maxName)+"” in their name, email or account ID.", nil)
}

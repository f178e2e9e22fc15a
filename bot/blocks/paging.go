package blocks

import (
	"fmt"

	"github.com/slack-go/slack"
)

// PageSize is how many people a page of a modal's list shows.
const PageSize = 15

// pageRange is a page of n things: which of how many, and from where to where. A
// page that does not exist is the nearest one that does.
type pageRange struct{ page, pages, from, to int }

func pageOf(n, page int) pageRange {
	w := pageRange{pages: max(1, (n+PageSize-1)/PageSize)}
	w.page = min(max(page, 0), w.pages-1)
	w.from = w.page * PageSize
	w.to = min(w.from+PageSize, n)
	return w
}

// label says which page it is, where there are several.
func (w pageRange) label() string {
	if w.pages == 1 {
		return ""
	}
	return fmt.Sprintf(" · page %s of %s", number(w.page+1), number(w.pages))
}

// buttons are the buttons to the pages before and after, none where there is one
// page. The way back has an action id of its own: two buttons of a block may not
// share one.
func (w pageRange) buttons(id, action string, value func(page int) string) (out []slack.Block) {
	var row []slack.BlockElement
	if w.page > 0 {
		row = append(row, button(action+"_back", value(w.page-1), "Previous page"))
	}
	if w.page < w.pages-1 {
		row = append(row, button(action, value(w.page+1), "Next page"))
	}
	if len(row) > 0 {
		out = append(out, actions(id, row...))
	}
	return out
}

// searchField is where a search is typed: Enter searches. Its id changes with
// the search, so that it shows what was searched for and keeps what is being
// typed.
func searchField(action, search string) slack.Block {
	field := slack.NewPlainTextInputBlockElement(plain("Part of a name, email or account id"), action)
	field.InitialValue, field.MaxLength = search, maxSearch
	field.DispatchActionConfig = &slack.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed"}}
	return slack.NewInputBlock("search:"+search, plain("Search"), nil, field).WithOptional(true).WithDispatchAction(true)
}

// searchModal is a modal with a search field: its one submit button searches.
func searchModal(callback, title, private string, blocks ...slack.Block) slack.ModalViewRequest {
	v := modal(callback, title, "Search", private, blocks...)
	v.Close = plain("Close")
	return v
}

// noMatch says that a search found nobody.
func noMatch(search string) slack.Block {
	return section("", "Nobody here has “"+escapeShort(search, maxName)+"” in the name, the email or the account id.", nil)
}

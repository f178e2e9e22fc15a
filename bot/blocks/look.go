package blocks

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// PageSize is how many people a page of a modal's list shows.
const PageSize = 15

// maxSearch is how long a search may be, in code points: no name needs more,
// and a modal has to remember it.
const maxSearch = 80

// Look is the part of a list that somebody looks at. The modal that shows it
// remembers it, so that every press in it knows where it was.
type Look struct {
	Report uint64 `json:"r,omitempty"`
	Lane   string `json:"l,omitempty"` // empty: the candidates, or all lanes.
	Page   int    `json:"p,omitempty"` // from 0.
	Search string `json:"q,omitempty"`
	Sort   string `json:"s,omitempty"` // one of the orders of Browse; empty: the first.
}

// Private is the look as a modal's private metadata.
func (l Look) Private() string {
	body, _ := json.Marshal(l) // numbers and texts always encode.
	return string(body)
}

// ReadLook reads what a modal remembers; ok is false where that is no look.
func ReadLook(private string) (l Look, ok bool) {
	if err := json.Unmarshal([]byte(private), &l); err != nil {
		return Look{}, false
	}
	return l.Searching(l.Search).Sorting(l.Sort), true
}

// Sorting is the look in another order, in the first one where there is no such
// order.
func (l Look) Sorting(order string) Look {
	l.Sort = ""
	for _, o := range orders[1:] {
		if o.value == order {
			l.Sort = order
		}
	}
	return l
}

// Searching is the first page of what a search finds.
func (l Look) Searching(text string) Look {
	if search := searched(text); search != l.Search {
		l.Search, l.Page = search, 0
	}
	return l
}

// At is the look at another page.
func (l Look) At(page int) Look {
	l.Page = page
	return l
}

func searched(text string) string {
	runes := []rune(clean(text))
	return strings.TrimSpace(string(runes[:min(len(runes), maxSearch)]))
}

// finds reports whether a person is one that is searched for: part of the name,
// of the email or of the account id, letter case aside. The search is in lower
// case already.
func finds(search string, p *storage.Person) bool {
	return search == "" || strings.Contains(strings.ToLower(p.Name), search) || strings.Contains(strings.ToLower(p.Email), search) || strings.Contains(strings.ToLower(p.AccountID), search)
}

// window is a page of n things: which of how many, and from where to where. A
// page that does not exist is the nearest one that does.
type window struct{ page, pages, from, to int }

func pageOf(n, page int) window {
	w := window{pages: max(1, (n+PageSize-1)/PageSize)}
	w.page = min(max(page, 0), w.pages-1)
	w.from = w.page * PageSize
	w.to = min(w.from+PageSize, n)
	return w
}

// text says which page it is, where there are several.
func (w window) text() string {
	if w.pages == 1 {
		return ""
	}
	return fmt.Sprintf(" · page %s of %s", number(w.page+1), number(w.pages))
}

// turns are the buttons to the pages before and after, none where there is one
// page. The way back has an action id of its own: two buttons of a block may not
// share one.
func (w window) turns(id, action string, value func(page int) string) (out []slack.Block) {
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

// searchable is a modal with a search field: its one submit button searches.
func searchable(callback, title, private string, blocks ...slack.Block) slack.ModalViewRequest {
	v := modal(callback, title, "Search", private, blocks...)
	v.Close = plain("Close")
	return v
}

// nobodyFound says that a search found nobody.
func nobodyFound(search string) slack.Block {
	return section("", "Nobody here has “"+short(search, maxName)+"” in the name, the email or the account id.", nil)
}

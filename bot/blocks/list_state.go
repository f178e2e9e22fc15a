package blocks

import (
	"encoding/json"
	"strings"

	"inactivebot/storage"
)

// maxSearch is the length of a search, in code points. The modal stores it in its
// private metadata, and names are shorter.
const maxSearch = 80

// ListState is the state of a list in a modal: what it shows. The modal stores it in
// its private metadata, so that every press in it knows the state.
type ListState struct {
	Report uint64 `json:"r,omitempty"`
	Lane   string `json:"l,omitempty"` // empty: the candidates, or all lanes.
	Page   int    `json:"p,omitempty"` // from 0.
	Search string `json:"q,omitempty"`
	Sort   string `json:"s,omitempty"` // an order of Browse; empty: the first.
}

// Encode returns the state as the private metadata of a modal.
func (l ListState) Encode() string {
	body, _ := json.Marshal(l) // numbers and strings always encode.
	return string(body)
}

// DecodeListState decodes the private metadata of a modal. It returns ok false if that is
// not a list state.
func DecodeListState(private string) (l ListState, ok bool) {
	if err := json.Unmarshal([]byte(private), &l); err != nil {
		return ListState{}, false
	}
	return l.WithSearch(l.Search).WithSort(l.Sort), true
}

// WithSort returns the state with another order, or with the first order if the
// given one does not exist.
func (l ListState) WithSort(order string) ListState {
	l.Sort = ""
	for _, o := range sortOrders[1:] {
		if o.value == order {
			l.Sort = order
		}
	}
	return l
}

// WithSearch returns the state with another search, on its first page.
func (l ListState) WithSearch(text string) ListState {
	if search := normalizeSearch(text); search != l.Search {
		l.Search, l.Page = search, 0
	}
	return l
}

// WithPage returns the state with another page.
func (l ListState) WithPage(page int) ListState {
	l.Page = page
	return l
}

// normalizeSearch returns the search without surrounding or repeated spaces.
func normalizeSearch(text string) string {
	runes := []rune(cleanSpaces(text))
	return strings.TrimSpace(string(runes[:min(len(runes), maxSearch)]))
}

// matchesSearch reports whether the name, email or account id contains the search
// in any letter case. The search is given in lower case.
func matchesSearch(search string, p *storage.Person) bool {
	contains := func(s string) bool { return strings.Contains(strings.ToLower(s), search) }
	return search == "" || contains(p.Name) || contains(p.Email) || contains(p.AccountID)
}

package blocks

import (
	"encoding/json"
	"strings"

	"inactivebot/storage"
)

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
	for _, o := range sortOrders[1:] {
		if o.value == order {
			l.Sort = order
		}
	}
	return l
}

// Searching is the first page of what a search finds.
func (l Look) Searching(text string) Look {
	if search := normalizeSearch(text); search != l.Search {
		l.Search, l.Page = search, 0
	}
	return l
}

// At is the look at another page.
func (l Look) At(page int) Look {
	l.Page = page
	return l
}

func normalizeSearch(text string) string {
	runes := []rune(cleanSpaces(text))
	return strings.TrimSpace(string(runes[:min(len(runes), maxSearch)]))
}

// matchesSearch reports whether a person is one that is searched for: part of the name,
// of the email or of the account id, letter case aside. The search is in lower
// case already.
func matchesSearch(search string, p *storage.Person) bool {
	return search == "" || strings.Contains(strings.ToLower(p.Name), search) || strings.Contains(strings.ToLower(p.Email), search) || strings.Contains(strings.ToLower(p.AccountID), search)
}

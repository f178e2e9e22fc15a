package atlassian

import (
	"errors"
	"net/url"
	"strings"
)

const (
	// maxPages bounds a listing that never ends: five million people at a
	// hundred a page.
	maxPages = 50_000
	// maxCursor bounds a cursor in bytes, so that a URL that holds it stays
	// within what servers take.
	maxCursor = 8 << 10
)

var (
	errCursorRepeated = errors.New("the listing goes in a circle: a cursor came back")
	errEndless        = errors.New("the listing does not end")
	errNoCursor       = errors.New("the link to the next page holds no cursor")
)

// paginate calls fetch for every page of a listing: first with "", then with what
// fetch returned, until that is "". The first error ends it.
func paginate(pages int, r request, fetch func(cursor string) (next string, err error)) error {
	seen := idSet{}
	cursor := ""
	for range pages {
		next, err := fetch(cursor)
		if err != nil {
			return err
		}
		if next == "" {
			return nil
		}
		if !seen.add(next) {
			return r.newError(KindUnreadable, errCursorRepeated)
		}
		cursor = next
	}
	return r.newError(KindUnreadable, errEndless)
}

// cursor is the cursor of the next page, "" on the last one. Of a URL only its
// cursor counts: the request goes where the first one went, whatever host the
// URL names.
func (l links) cursor() (string, error) {
	if l.Next == nil || *l.Next == "" {
		return "", nil
	}
	next := *l.Next
	if isURL(next) {
		u, err := url.Parse(next)
		if err != nil {
			return "", errNoCursor
		}
		next = u.Query().Get("cursor")
	}
	if next == "" || len(next) > maxCursor {
		return "", errNoCursor
	}
	return next, nil
}

// isURL tells a URL from an opaque cursor, which may begin with a slash, too.
func isURL(s string) bool {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return true
	}
	relative := strings.HasPrefix(s, "/") || strings.HasPrefix(s, "?")
	return relative && (strings.Contains(s, "?cursor=") || strings.Contains(s, "&cursor="))
}

// links is how every listing tells its next page.
type links struct {
	Next *string `json:"next"`
}

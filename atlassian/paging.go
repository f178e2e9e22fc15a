package atlassian

import (
	"context"
	"errors"
	"net/url"
	"strings"
)

const (
	// maxPages ends a listing that has no last page. It allows five million
	// people at a hundred a page.
	maxPages = 50_000
	// maxCursor is the longest accepted cursor in bytes, so that a URL with the
	// cursor stays within the limits of servers.
	maxCursor = 8 << 10
)

var (
	errCursorRepeated = errors.New("a page cursor was returned twice")
	errEndless        = errors.New("the list does not end")
	errNoCursor       = errors.New("the link to the next page has no cursor")
)

// paginate calls fetch for every page of a listing: first with an empty cursor,
// then with the cursor that fetch returned, until that is empty. It returns the
// first error, and [KindUnreadable] for a repeated cursor or too many pages.
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

// cursor returns the cursor of the next page, or "" on the last page. Of a URL
// only the cursor parameter is used, so that a response cannot send the API key
// to another host.
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

// isURL distinguishes a URL from an opaque cursor, which may also start with a
// slash.
func isURL(s string) bool {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return true
	}
	relative := strings.HasPrefix(s, "/") || strings.HasPrefix(s, "?")
	return relative && (strings.Contains(s, "?cursor=") || strings.Contains(s, "&cursor="))
}

// readPages sends r for every page of a listing whose cursor is a query
// parameter. decode returns a page and the cursor of the next one, add receives
// each page. It returns the first error.
func readPages[T any](ctx context.Context, c *Client, pages int, r request, decode func([]byte) (T, string, error), add func(T)) error {
	return paginate(pages, r, func(cursor string) (next string, err error) {
		r.cursor = cursor
		var page T
		err = c.do(ctx, r, func(body []byte) (err error) {
			page, next, err = decode(body)
			return err
		})
		if err == nil {
			add(page)
		}
		return next, err
	})
}

// links contains the link to the next page of a listing.
type links struct {
	Next *string `json:"next"`
}

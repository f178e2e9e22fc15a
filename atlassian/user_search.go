package atlassian

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
)

const (
	pageSize = 100 // people; the most that users/search returns at once.
	// maxPagesWithoutNew is how many consecutive pages may contain no new people. An
	// organisation of 100,000 people has 1,000 pages, nearly all of which a filter
	// may leave empty.
	maxPagesWithoutNew = 1000
)

// badCursor is the API's error code for an unknown cursor.
const badCursor = "ADMIN-400-1"

// Query filters users/search. The zero value returns all users.
type Query struct {
	AccountIDs []string
	Emails     []string
	RoleIDs    []string
	GroupIDs   []string
	Status     []string
	// Plain omits expand, so that ProductAccess, PlatformRoles and Groups are
	// missing. It is the fallback after [ErrExpandRefused].
	Plain bool
}

// searchBody is the request body of users/search. It is sent for every page.
type searchBody struct {
	Cursor     string   `json:"cursor,omitempty"`
	Limit      int      `json:"limit"`
	AccountIDs []string `json:"accountIds,omitempty"`
	Emails     []string `json:"emails,omitempty"`
	RoleIDs    []string `json:"roleIds,omitempty"`
	GroupIDs   []string `json:"groupIds,omitempty"`
	Status     []string `json:"status,omitempty"`
	Expand     []string `json:"expand,omitempty"`
}

func (q Query) body() searchBody {
	b := searchBody{
		Limit:      pageSize,
		AccountIDs: q.AccountIDs,
		Emails:     q.Emails,
		RoleIDs:    q.RoleIDs,
		GroupIDs:   q.GroupIDs,
		Status:     q.Status,
	}
	if !q.Plain {
		b.Expand = []string{"productAccess", "platformRoles", "groups"}
	}
	return b
}

// Users lists the users of a directory or of [AllDirectories]. It keeps one page
// in memory. Each user is yielded once, as first returned, even if changes to the
// directory make the API return a user on two pages. The first error ends the
// listing and is an [Error]; the users yielded before are then incomplete.
//
// Reference: POST users/search in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
func (c *Client) Users(ctx context.Context, directoryID string, q Query) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		s := search{c: c, body: q.body(), seen: idSet{}, yield: yield, request: request{
			op:     "list users",
			route:  "POST users/search",
			method: http.MethodPost,
			path:   []string{"v2", "orgs", c.org, "directories", directoryID, "users", "search"},
		}}
		err := checkDirectoryOrAll(s.request, directoryID)
		if err == nil {
			err = paginate(c.pageLimit, s.request, func(cursor string) (string, error) { return s.page(ctx, cursor) })
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(User{}, err)
		}
	}
}

// errStopped ends the listing after the consumer stopped the iteration.
var errStopped = errors.New("stopped")

// search is the state of one listing.
type search struct {
	c               *Client
	request         request
	body            searchBody
	seen            idSet
	pagesWithoutNew int // consecutive pages without new users.
	yield           func(User, error) bool
}

// page fetches one page, yields its new users and returns the next cursor.
func (s *search) page(ctx context.Context, cursor string) (next string, err error) {
	users, next, err := s.fetch(ctx, cursor)
	if err != nil {
		return "", err
	}
	s.pagesWithoutNew++
	for _, u := range users {
		if !s.seen.add(u.AccountID) {
			continue
		}
		s.pagesWithoutNew = 0
		if !s.yield(u, nil) {
			return "", errStopped
		}
	}
	if s.pagesWithoutNew > maxPagesWithoutNew {
		return "", s.request.newError(KindUnreadable, errEndless)
	}
	return next, nil
}

func (s *search) fetch(ctx context.Context, cursor string) (users []User, next string, err error) {
	s.body.Cursor = cursor
	if s.request.body, err = json.Marshal(s.body); err != nil {
		return nil, "", s.request.newError(KindRefused, err)
	}
	err = s.c.do(ctx, s.request, func(body []byte) (err error) {
		users, next, err = decodeUsers(body)
		return err
	})
	if e, ok := errors.AsType[*Error](err); ok && s.expandRefused(e) {
		e.Err = ErrExpandRefused
	}
	return users, next, err
}

// expandRefused reports whether e may have been caused by expand. Only the
// first page counts: later pages send a cursor that may be the cause.
func (s *search) expandRefused(e *Error) bool {
	return e.Status == http.StatusBadRequest && e.Code != badCursor && s.body.Cursor == "" && s.body.Expand != nil
}

// decodeUsers decodes one page. It fails if a user has no account id; any other
// malformed field affects only itself.
func decodeUsers(body []byte) (users []User, next string, err error) {
	var page struct {
		Data  []wireUser `json:"data"`
		Links links      `json:"links"`
	}
	if err := decode(body, &page); err != nil {
		return nil, "", err
	}
	if page.Data == nil {
		return nil, "", errNoData
	}
	users = make([]User, len(page.Data))
	for i := range page.Data {
		if users[i], err = page.Data[i].user(); err != nil {
			return nil, "", err
		}
	}
	next, err = page.Links.cursor()
	return users, next, err
}

package atlassian

import (
	"errors"
	"fmt"
	"time"
)

// ErrExpandRefused is wrapped by the error of a search whose first page was
// rejected with 400 while it requested productAccess, platformRoles and groups.
// If the same search with [Query.Plain] succeeds, expand was the reason.
var ErrExpandRefused = errors.New("the search with expand was rejected")

// Kind classifies failures by what the caller can do about them.
type Kind int

// The kinds of failure.
const (
	// KindTransport means that there was no response: a failure of the connection,
	// DNS or TLS, a timeout, or a canceled context.
	KindTransport Kind = iota + 1
	// KindServer is a 5xx response after all retries.
	KindServer
	// KindRateLimited is a 429 response after all retries, or a request that was
	// not sent because the wait was too long ([SendSoon]).
	KindRateLimited
	// KindUnreadable is a response that does not match the API's documentation:
	// HTML from a gateway, truncated or oversized JSON, a missing body, a
	// repeated cursor.
	KindUnreadable
	// KindUnauthorized is 401: the key is wrong, expired or revoked.
	KindUnauthorized
	// KindForbidden is 403: the key lacks the permission.
	KindForbidden
	// KindNotFound is 404.
	KindNotFound
	// KindConflict is 409. The code ADMIN-409-3 means that no licence is available.
	KindConflict
	// KindGone is 410: the endpoint no longer exists.
	KindGone
	// KindRefused is any other 4xx, or an argument that was rejected before
	// sending.
	KindRefused
	// KindRedirected is a redirect. Redirects are not followed.
	KindRedirected
)

// Error describes a failed call.
type Error struct {
	Op     string // the operation with the account id: "suspend 712020:…".
	Route  string // the route's short name, for example "POST suspend".
	Kind   Kind
	Status int    // HTTP status; 0 without a response.
	Code   string // the API's error code, for example ADMIN-404-8.
	Err    error  // the cause; may be nil.
	// RetryAfter is the wait that the API requested; 0 if it requested none.
	RetryAfter time.Duration
}

// Error returns a text for logs. It contains no key and no body.
func (e *Error) Error() string {
	s := e.Op
	if e.Status != 0 {
		s += fmt.Sprintf(": status %d", e.Status)
	}
	if e.Code != "" {
		s += " " + e.Code
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Definite reports whether the API rejected the request, so that it had no
// effect. Any other failed write may have had an effect; read the user to find out.
func (e *Error) Definite() bool {
	switch e.Kind {
	case KindUnauthorized, KindForbidden, KindNotFound, KindConflict, KindGone, KindRefused, KindRateLimited:
		return true
	}
	return false
}

// KindOf returns the kind of the [Error] that err wraps, or 0 if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

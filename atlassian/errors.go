package atlassian

import (
	"errors"
	"fmt"
	"time"
)

// ErrExpandRefused is in the chain of the error of a search whose first page
// was refused with 400 while it asked for productAccess, platformRoles and
// groups. Whether that is the reason, the same search with [Query.Plain] tells.
var ErrExpandRefused = errors.New("the search with expand was refused")

// Kind says what went wrong with a call in terms of what the caller may do.
type Kind int

// The kinds of failure.
const (
	// KindTransport is no answer: the connection, DNS, TLS or a time limit.
	KindTransport Kind = iota + 1
	// KindServer is a 5xx answer after all tries.
	KindServer
	// KindRateLimited is a 429 answer after all waits.
	KindRateLimited
	// KindUnreadable is an answer that is not what the API documents: HTML from
	// a gateway, cut or oversized JSON, a missing body, a cursor that repeats.
	KindUnreadable
	// KindUnauthorized is 401: the key is wrong, expired or revoked.
	KindUnauthorized
	// KindForbidden is 403: the key may not do this.
	KindForbidden
	// KindNotFound is 404.
	KindNotFound
	// KindConflict is 409, with ADMIN-409-3 meaning that no licence is free.
	KindConflict
	// KindGone is 410, or an endpoint the API has ended.
	KindGone
	// KindRefused is any other 4xx.
	KindRefused
	// KindRedirected is a redirect, which is never followed with the key.
	KindRedirected
)

// Error is a call that did not do what it was for.
type Error struct {
	Op     string // what was being done, with the id: "suspend 712020:…".
	Route  string // the route's short name, for example "POST suspend".
	Kind   Kind
	Status int    // HTTP status, 0 without an answer.
	Code   string // the API's own code, for example ADMIN-404-8.
	Err    error  // the cause, where there is one.
	// RetryAfter is how long the API asked to wait; zero when it did not say.
	RetryAfter time.Duration
}

// Error describes the failure for a log. It holds no key and no body.
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

// Definite reports whether the API refused, so that the call had no effect.
// Everything else may have had one and is settled by reading.
func (e *Error) Definite() bool {
	switch e.Kind {
	case KindUnauthorized, KindForbidden, KindNotFound, KindConflict, KindGone, KindRefused, KindRateLimited:
		return true
	}
	return false
}

// KindOf is the kind of the [Error] in err's chain, 0 if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

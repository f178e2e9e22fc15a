package problem

import (
	"context"
	"errors"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// kindCodes maps kinds of Atlassian's errors to codes. [atlassian.KindTransport]
// is missing, because [NetworkCode] distinguishes its causes.
var kindCodes = map[atlassian.Kind]string{
	atlassian.KindUnauthorized: "key_refused",
	atlassian.KindForbidden:    "forbidden",
	atlassian.KindNotFound:     "not_found",
	atlassian.KindRateLimited:  "rate_limited",
	atlassian.KindServer:       "server",
	atlassian.KindUnreadable:   "unreadable",
	atlassian.KindRedirected:   "redirected",
	atlassian.KindGone:         "gone",
	atlassian.KindConflict:     "conflict",
	atlassian.KindRefused:      "refused",
}

// Code returns the code of an error of Atlassian or of the database. Codes are
// stored, so their values must not change.
func Code(err error) string {
	kind := atlassian.KindOf(err)
	if code, ok := kindCodes[kind]; ok {
		return code
	}
	if kind == atlassian.KindTransport {
		return NetworkCode(err)
	}
	if _, ok := errors.AsType[DirectoryError](err); ok {
		return "directory"
	}
	if _, ok := errors.AsType[GroupError](err); ok {
		return "group_names"
	}
	if answer, ok := errors.AsType[AnswerError](err); ok {
		return string(answer)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "interrupted"
	}
	if _, ok := errors.AsType[storage.ErrNotWritten](err); ok {
		return "not_written"
	}
	return "internal"
}

package atlassiantest

import (
	"fmt"
	"net/http"
)

// apiError is an error response of the API.
type apiError struct {
	status int
	code   string
	detail string
	header http.Header
}

// newAPIError returns an error with one of the API's codes.
func newAPIError(status int, code, detail string) *apiError {
	return &apiError{status: status, code: code, detail: detail}
}

// badBody returns a 400 for an invalid body or parameter.
func badBody(format string, args ...any) *apiError {
	return newAPIError(http.StatusBadRequest, "ADMIN-400-24", fmt.Sprintf(format, args...))
}

var (
	badCursor         = newAPIError(http.StatusBadRequest, "ADMIN-400-1", "the cursor is invalid")
	noUser            = newAPIError(http.StatusNotFound, "ADMIN-404-8", "user not found")
	noDirectory       = newAPIError(http.StatusNotFound, "ADMIN-UAM-404-2", "directory not found")
	noGroup           = newAPIError(http.StatusNotFound, "ADMIN-UAM-404-3", "group not found")
	directoryRequired = newAPIError(http.StatusBadRequest, "ADMIN-400-4", "a directory id is required; - is not allowed here")
	routeRemoved      = newAPIError(http.StatusGone, "ADMIN-410-1", "this endpoint was removed")
	unauthorized      = newAPIError(http.StatusUnauthorized, "ADMIN-401-1", "the API key is missing, invalid or expired")
)

// defaultCodes holds the error codes by status, for faults and settings that have
// only a status.
var defaultCodes = map[int]string{
	http.StatusBadRequest:      "ADMIN-400-24",
	http.StatusForbidden:       "ADMIN-403-3",
	http.StatusNotFound:        "ADMIN-404-8",
	http.StatusConflict:        "ADMIN-409-28",
	http.StatusTooManyRequests: "ADMIN-429-1",
}

// errorCode returns the API's error code for a status.
func errorCode(status int) string {
	if code, ok := defaultCodes[status]; ok {
		return code
	}
	return fmt.Sprintf("ADMIN-%d-1", status)
}

// faultError returns the API's error for a fault's status.
func faultError(status int) *apiError {
	return newAPIError(status, errorCode(status), "injected fault")
}

type wireErrors struct {
	Errors []wireError `json:"errors"`
}

type wireError struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// response returns the error as it is sent.
func (r *apiError) response() *response {
	a := jsonResponse(r.status, wireErrors{[]wireError{{
		ID: uuid(r.code), Status: fmt.Sprint(r.status), Code: r.code,
		Title: http.StatusText(r.status), Detail: r.detail,
	}}})
	for name, values := range r.header {
		a.header[name] = values
	}
	return a
}

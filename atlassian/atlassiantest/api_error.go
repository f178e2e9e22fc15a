package atlassiantest

import (
	"fmt"
	"net/http"
)

// apiError is an answer in the API's shape of an error.
type apiError struct {
	status int
	code   string
	detail string
	header http.Header
}

// newAPIError makes a refusal with one of the API's codes.
func newAPIError(status int, code, detail string) *apiError {
	return &apiError{status: status, code: code, detail: detail}
}

// badBody refuses a body or a parameter.
func badBody(format string, args ...any) *apiError {
	return newAPIError(http.StatusBadRequest, "ADMIN-400-24", fmt.Sprintf(format, args...))
}

var (
	badCursor    = newAPIError(http.StatusBadRequest, "ADMIN-400-1", "the cursor is not one of ours")
	noUser       = newAPIError(http.StatusNotFound, "ADMIN-404-8", "there is no such user")
	noDirectory  = newAPIError(http.StatusNotFound, "ADMIN-UAM-404-2", "there is no such directory")
	noGroup      = newAPIError(http.StatusNotFound, "ADMIN-UAM-404-3", "there is no such group")
	needsOne     = newAPIError(http.StatusBadRequest, "ADMIN-400-4", "this call needs one directory and not -")
	routeEnded   = newAPIError(http.StatusGone, "ADMIN-410-1", "this endpoint has ended")
	unauthorized = newAPIError(http.StatusUnauthorized, "ADMIN-401-1", "the API key is missing, wrong or expired")
)

// defaultCodes are the codes of refusals that a fault gives no code for.
var defaultCodes = map[int]string{
	http.StatusBadRequest:      "ADMIN-400-24",
	http.StatusForbidden:       "ADMIN-403-3",
	http.StatusNotFound:        "ADMIN-404-8",
	http.StatusConflict:        "ADMIN-409-28",
	http.StatusTooManyRequests: "ADMIN-429-1",
}

// faultError is the refusal a fault's status stands for.
func faultError(status int) *apiError {
	code, ok := defaultCodes[status]
	if !ok {
		code = fmt.Sprintf("ADMIN-%d-1", status)
	}
	return newAPIError(status, code, "a fault was ordered")
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

// response is the refusal as it is sent.
func (r *apiError) response() *response {
	a := jsonAnswer(r.status, wireErrors{[]wireError{{
		ID: uuid(r.code), Status: fmt.Sprint(r.status), Code: r.code,
		Title: http.StatusText(r.status), Detail: r.detail,
	}}})
	for name, values := range r.header {
		a.header[name] = values
	}
	return a
}

package atlassiantest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// When a fault drops the connection.
const (
	CutBefore = "before" // Before the call is carried out.
	CutAfter  = "after"  // After it was, so that the answer is lost.
)

// Half cuts a body to half its length.
const Half Length = -1

// Fault is something going wrong with the calls that it fits. Faults are tried
// in the order they were given, and the first that fits acts alone.
//
// Status, Body and Redirect stand for a gateway that answers in the API's
// place: the call has no effect and its answer no limit headers. What they
// leave out is usual: status 200, the API's error for the status, no body below
// status 300. Headers and RetryAfter are added to whatever answer there is.
type Fault struct {
	Route     string `json:"route"`                // A route's name, or "*".
	AccountID string `json:"account_id,omitempty"` // Only calls about this account.
	Skip      int    `json:"skip,omitempty"`       // Calls that fit and are let through first.
	// Count is how many calls it acts on: 0 means 1, less than 0 all of them.
	Count int `json:"count"`

	Status     int               `json:"status,omitempty"`
	RetryAfter Text              `json:"retry_after,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
	Body       *Text             `json:"body,omitempty"`
	Redirect   string            `json:"redirect,omitempty"` // The Location; status 307 unless given.

	DelayMS int    `json:"delay_ms,omitempty"` // Waits first, in milliseconds.
	Cut     string `json:"cut,omitempty"`
	// Hold waits for [Server.Release]: before the call is carried out, with
	// [CutAfter] after it.
	Hold bool `json:"hold,omitempty"`

	Truncate       Length `json:"truncate,omitempty"`         // Ends the body early.
	BodyBytes      int64  `json:"body_bytes,omitempty"`       // Puts blanks before the body, up to this length.
	BytesPerSecond int    `json:"bytes_per_second,omitempty"` // Sends the body slowly.

	RepeatCursor    bool `json:"repeat_cursor,omitempty"`    // The next cursor is the one that was sent.
	Endless         bool `json:"endless,omitempty"`          // The last page leads to the first.
	EmptyPage       bool `json:"empty_page,omitempty"`       // Nobody on this page; the next has them.
	DuplicatePeople bool `json:"duplicate_people,omitempty"` // Tells people of the page before again.
	EmptyActivity   bool `json:"empty_activity,omitempty"`   // Says that nobody used anything.
}

// Text is a string that may come as any other JSON, which it is then.
type Text string

// UnmarshalJSON takes a string's content or other JSON as it is.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*t = Text(s)
	return nil
}

// Length is a number of bytes. 0 is none set.
type Length int

// UnmarshalJSON takes a number, or true for [Half].
func (l *Length) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("true")):
		*l = Half
		return nil
	case bytes.Equal(b, []byte("false")):
		*l = 0
		return nil
	}
	return json.Unmarshal(b, (*int)(l))
}

// Fault adds a fault after those there are.
func (s *Server) Fault(f Fault) error {
	switch {
	case f.Route != everyRoute && !isRoute(f.Route):
		return unknownRoute(f.Route)
	case f.Cut != "" && f.Cut != CutBefore && f.Cut != CutAfter:
		return fmt.Errorf("cut %q is not before or after", f.Cut)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("%d is not the status of an answer", f.Status)
	}
	if f.Count == 0 {
		f.Count = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
	s.notify()
	return nil
}

// Faults are the faults that are still to act, with what is left of their counts.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := []Fault{}
	for _, f := range s.faults {
		if f.Count != 0 {
			left = append(left, *f)
		}
	}
	return left
}

// ClearFaults takes all faults away. Calls that are held stay so.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	s.notify()
}

// takeFault is the fault that acts on a call, the zero fault if none does.
func (s *Server) takeFault(route, account string) *Fault {
	acting := &Fault{}
	for _, f := range s.faults {
		switch {
		case f.Route != everyRoute && f.Route != route,
			f.AccountID != "" && f.AccountID != account,
			f.Count == 0:
		case f.Skip > 0:
			f.Skip--
		case acting.Route == "":
			if f.Count > 0 {
				f.Count--
			}
			acting = new(*f)
		}
	}
	return acting
}

func (f *Fault) delay() time.Duration { return time.Duration(f.DelayMS) * time.Millisecond }

// isGatewayResponse reports whether the fault answers in the API's place.
func (f *Fault) isGatewayResponse() bool { return f.Status != 0 || f.Body != nil || f.Redirect != "" }

// gatewayResponse is what the fault answers in the API's place.
func (f *Fault) gatewayResponse() *response {
	status := f.Status
	switch {
	case status != 0:
	case f.Redirect != "":
		status = http.StatusTemporaryRedirect
	default:
		status = http.StatusOK
	}
	a := &response{status: status, header: http.Header{}}
	switch {
	case f.Redirect != "":
		a.header.Set("Location", f.Redirect)
	case f.Body != nil:
		a.body = []byte(*f.Body)
		a.header.Set("Content-Type", contentType(a.body))
	case status >= http.StatusMultipleChoices:
		a = faultError(status).response()
	}
	return a
}

// contentType is what a gateway would call the body.
func contentType(body []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return "text/html; charset=utf-8"
	}
	return "application/json"
}

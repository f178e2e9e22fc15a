package atlassiantest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Values of [Fault.Cut].
const (
	CutBefore = "before" // Before the call runs.
	CutAfter  = "after"  // After the call ran, so that the response is lost.
)

// Half truncates a body to half its length.
const Half Length = -1

// Fault injects a failure into matching calls. Faults are tried in the order
// they were added; only the first match applies.
//
// Status, Body and Redirect simulate a gateway in front of the API: the call
// has no effect and the response has no limit headers. Defaults are status 200,
// the API's error for the status, and no body below status 300. Headers and
// RetryAfter are added to any response.
type Fault struct {
	Route     string `json:"route"`                // A route's name, or "*".
	AccountID string `json:"account_id,omitempty"` // Match only calls about this account.
	Skip      int    `json:"skip,omitempty"`       // Matching calls to let through first.
	// Count is the number of calls it applies to: 0 means 1, a negative number
	// means all.
	Count int `json:"count"`

	Status     int               `json:"status,omitempty"`
	RetryAfter Text              `json:"retry_after,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
	Body       *Text             `json:"body,omitempty"`
	Redirect   string            `json:"redirect,omitempty"` // The Location header; the status defaults to 307.

	DelayMS int    `json:"delay_ms,omitempty"` // Delay before anything else, in milliseconds.
	Cut     string `json:"cut,omitempty"`
	// Hold waits for [Server.Release] before the call runs, or after it with
	// [CutAfter].
	Hold bool `json:"hold,omitempty"`

	Truncate       Length `json:"truncate,omitempty"`         // Truncates the body.
	BodyBytes      int64  `json:"body_bytes,omitempty"`       // Pads the body with leading blanks to this length.
	BytesPerSecond int    `json:"bytes_per_second,omitempty"` // Sends the body slowly.

	RepeatCursor    bool `json:"repeat_cursor,omitempty"`    // The next cursor equals the one sent.
	Endless         bool `json:"endless,omitempty"`          // The last page links to the first.
	EmptyPage       bool `json:"empty_page,omitempty"`       // No people on this page; the next page has them.
	DuplicatePeople bool `json:"duplicate_people,omitempty"` // Repeats people of the previous page.
	EmptyActivity   bool `json:"empty_activity,omitempty"`   // Reports no product use for anyone.
}

// Text is a string. In JSON it may be any other value, which becomes its JSON
// text.
type Text string

// UnmarshalJSON accepts a string, or takes other JSON as its text.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*t = Text(s)
	return nil
}

// Length is a number of bytes; 0 is unset.
type Length int

// UnmarshalJSON accepts a number, or true for [Half].
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

// AddFault appends a fault. It returns an error for an unknown route, cut or
// status.
func (s *Server) AddFault(f Fault) error {
	switch {
	case f.Route != everyRoute && !isRoute(f.Route):
		return unknownRoute(f.Route)
	case f.Cut != "" && f.Cut != CutBefore && f.Cut != CutAfter:
		return fmt.Errorf("cut %q must be before or after", f.Cut)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("%d is not a valid response status", f.Status)
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

// Faults returns the faults that still apply, with their remaining counts.
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

// ClearFaults removes all faults. Held calls stay held.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	s.notify()
}

// takeFault returns the fault that applies to a call, or the zero fault.
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

// isGatewayResponse reports whether the fault replaces the API's response.
func (f *Fault) isGatewayResponse() bool { return f.Status != 0 || f.Body != nil || f.Redirect != "" }

// gatewayResponse returns the response that replaces the API's.
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

// contentType returns the media type a gateway would declare for the body.
func contentType(body []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return "text/html; charset=utf-8"
	}
	return "application/json"
}

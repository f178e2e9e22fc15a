package slacktest

import (
	"net/http"
	"time"
)

// Call is one Web API call as the control API lists it.
type Call struct {
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	OK     bool      `json:"ok"`
	Error  string    `json:"error"`  // Empty when OK; "cut" when the answer was lost on purpose.
	Status int       `json:"status"` // The HTTP status.
}

// Violation is a payload that Slack would have refused.
type Violation struct {
	At      time.Time `json:"at"`
	Where   string    `json:"where"` // The method, "socket" or "response_url".
	Error   string    `json:"error"`
	Reason  []string  `json:"reason"`
	Payload any       `json:"payload"`
}

// record is what the app did, in order.
type record struct {
	calls      []Call
	violations []Violation
}

// Calls returns every Web API call so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call{}, s.record.calls...)
}

// Violations returns every payload that Slack would have refused, with the reason.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation{}, s.record.violations...)
}

func (s *Server) recordCall(name string, status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record.calls = append(s.record.calls, Call{
		At: s.options.Now(), Method: name, OK: status == http.StatusOK && code == "", Error: code, Status: status,
	})
}

// violate remembers the refusal of a payload; other errors pass. The caller holds mu.
func (s *Server) violate(where string, err *apiError) {
	if err.payload == nil {
		return
	}
	reason := err.messages
	if len(reason) == 0 {
		reason = []string{err.code}
	}
	s.record.violations = append(s.record.violations, Violation{
		At: s.options.Now(), Where: where, Error: err.code, Reason: reason, Payload: err.payload,
	})
}

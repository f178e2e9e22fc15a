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
	Error  string    `json:"error"`  // Empty when OK; "cut" when a fault dropped the response.
	Status int       `json:"status"` // The HTTP status.
}

// Violation is a payload that Slack would have rejected.
type Violation struct {
	At      time.Time `json:"at"`
	Where   string    `json:"where"` // The method, "socket" or "response_url".
	Error   string    `json:"error"`
	Reason  []string  `json:"reason"`
	Payload any       `json:"payload"`
}

func (w *workspace) listCalls() []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Call{}, w.calls...)
}

func (w *workspace) listViolations() []Violation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Violation{}, w.violations...)
}

func (w *workspace) recordCall(name string, status int, code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, Call{
		At: w.options.Now(), Method: name, OK: status == http.StatusOK && code == "", Error: code, Status: status,
	})
}

// recordViolation lists the error as a violation if a payload was refused. The caller holds mu.
func (w *workspace) recordViolation(where string, err *apiError) {
	if err.payload == nil {
		return
	}
	reason := err.messages
	if len(reason) == 0 {
		reason = []string{err.code}
	}
	w.violations = append(w.violations, Violation{
		At: w.options.Now(), Where: where, Error: err.code, Reason: reason, Payload: err.payload,
	})
}

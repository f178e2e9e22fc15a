package slacktest

import (
	"cmp"
	"net/http"
	"strconv"
	"time"
)

// applyFault applies the next fault of the method. It reports whether it has sent the response, and whether the
// connection must be cut after the call.
func (a *webAPI) applyFault(w http.ResponseWriter, r *http.Request, name string) (answered, cutAfter bool) {
	a.ws.mu.Lock()
	f := a.faults.take(func(f *Fault) bool { return f.Method == name || f.Method == "*" })
	a.ws.mu.Unlock()
	if f == nil {
		return false, false
	}
	a.faults.pause(r.Context(), time.Duration(f.DelayMS)*time.Millisecond)
	if f.Hold {
		a.faults.hold(r.Context(), name)
	}
	if f.Cut == "before" {
		a.ws.recordCall(name, 0, "cut")
		panic(http.ErrAbortHandler)
	}
	if f.Status == 0 && f.Error == "" {
		return false, f.Cut == "after"
	}
	a.replyFault(w, name, f)
	return true, false
}

func (a *webAPI) replyFault(w http.ResponseWriter, name string, f *Fault) {
	if f.Status == http.StatusTooManyRequests {
		a.replyRateLimited(w, name, cmp.Or(f.RetryAfter, 1))
		return
	}
	status := cmp.Or(f.Status, http.StatusOK)
	code := cmp.Or(f.Error, "internal_error")
	a.ws.recordCall(name, status, code)
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	writeJSON(w, status, (&apiError{code: code, messages: f.Messages}).answer())
}

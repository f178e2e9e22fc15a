package atlassiantest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// response is a response to send. Status 0 drops the connection.
type response struct {
	status int
	header http.Header
	body   []byte
}

func dropped() *response { return &response{header: http.Header{}} }

// jsonResponse returns body as JSON without HTML escaping.
func jsonResponse(status int, body any) *response {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err) // Only wire types are passed.
	}
	return &response{status, http.Header{"Content-Type": {"application/json"}}, b.Bytes()}
}

// write sends the response unchanged.
func write(w http.ResponseWriter, a *response) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // The client may have disconnected.
}

// send sends the response, changed by the fault.
func (a *response) send(w http.ResponseWriter, r *http.Request, f *Fault) {
	if a.status == 0 {
		panic(http.ErrAbortHandler)
	}
	if f.RetryAfter != "" {
		a.header.Set("Retry-After", string(f.RetryAfter))
	}
	for name, value := range f.Headers {
		a.header.Set(name, value)
	}
	switch half := len(a.body) / 2; {
	case f.Truncate == Half:
		a.body = a.body[:half]
	case f.Truncate > 0:
		a.body = a.body[:min(len(a.body), int(f.Truncate))]
	}
	if f.BodyBytes == 0 && f.BytesPerSecond == 0 {
		write(w, a)
		return
	}
	body := a.body
	a.body = nil
	write(w, a)
	pad(w, r, f.BodyBytes-int64(len(body)))
	trickle(w, r, body, f.BytesPerSecond)
}

// pad sends n blanks, which are valid before any JSON.
func pad(w http.ResponseWriter, r *http.Request, n int64) {
	blanks := bytes.Repeat([]byte(" "), 64<<10)
	for n > 0 && r.Context().Err() == nil {
		written, err := w.Write(blanks[:min(n, int64(len(blanks)))])
		if err != nil {
			return
		}
		n -= int64(written)
	}
}

// trickle sends the body at a number of bytes per second; 0 means no limit.
func trickle(w http.ResponseWriter, r *http.Request, body []byte, perSecond int) {
	if perSecond <= 0 {
		_, _ = w.Write(body)
		return
	}
	tick := time.NewTicker(max(time.Second/time.Duration(perSecond), time.Millisecond))
	defer tick.Stop()
	step := max(1, perSecond/1000)
	for flush := http.NewResponseController(w); len(body) > 0; {
		n := min(step, len(body))
		if _, err := w.Write(body[:n]); err != nil || flush.Flush() != nil {
			return
		}
		body = body[n:]
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

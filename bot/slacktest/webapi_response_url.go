package slacktest

import (
	"net/http"
)

// serveResponseURL is https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.
func (a *webAPI) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	const name = "response_url"
	answered, cut := a.applyFault(w, r, name)
	if answered {
		return
	}
	p := params{}
	if err := p.readJSON(http.MaxBytesReader(w, r.Body, maxRequest)); err != nil {
		a.reply(w, name, err.Error(), encode(failed(err.Error()).answer()))
		return
	}
	status, err := a.useResponseURL(r.PathValue("token"), p)
	switch {
	case cut:
		a.ws.recordCall(name, status, "cut")
		panic(http.ErrAbortHandler)
	case err != nil:
		a.ws.recordCall(name, status, err.code)
		writeJSON(w, status, err.answer())
	default:
		a.ws.recordCall(name, status, "")
		_, _ = w.Write([]byte("ok"))
	}
}

func (a *webAPI) useResponseURL(token string, p params) (int, *apiError) {
	a.ws.mu.Lock()
	defer a.ws.mu.Unlock()
	u := a.ws.responseURLs[token]
	switch {
	case u == nil, a.ws.options.Now().Sub(u.made) > responseURLLifetime:
		return http.StatusNotFound, failed("expired_url")
	case u.uses == maxResponseURLUses:
		return http.StatusNotFound, failed("used_url")
	}
	u.uses++
	if err := a.ws.respond(u, object(p)); err != nil {
		a.ws.recordViolation("response_url", err)
		return http.StatusBadRequest, err
	}
	return http.StatusOK, nil
}

package slacktest

import (
	"net/http"
)

// serveResponseURL is https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.
func (s *Server) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	const name = "response_url"
	answered, cut := s.spoil(w, r, name)
	if answered {
		return
	}
	p := params{}
	if err := p.readJSON(http.MaxBytesReader(w, r.Body, maxRequest)); err != nil {
		s.reply(w, name, err.Error(), encode(failed(err.Error()).answer()))
		return
	}
	status, err := s.useResponseURL(r.PathValue("token"), p)
	switch {
	case cut:
		s.recordCall(name, status, "cut")
		panic(http.ErrAbortHandler)
	case err != nil:
		s.recordCall(name, status, err.code)
		writeJSON(w, status, err.answer())
	default:
		s.recordCall(name, status, "")
		_, _ = w.Write([]byte("ok"))
	}
}

func (s *Server) useResponseURL(token string, p params) (int, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.urls[token]
	switch {
	case u == nil, s.options.Now().Sub(u.made) > responseTime:
		return http.StatusNotFound, failed("expired_url")
	case u.uses == responseUses:
		return http.StatusNotFound, failed("used_url")
	}
	u.uses++
	if err := s.respond(u, object(p)); err != nil {
		s.violate("response_url", err)
		return http.StatusBadRequest, err
	}
	return http.StatusOK, nil
}

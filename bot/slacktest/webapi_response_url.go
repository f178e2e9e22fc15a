package slacktest

import (
	"crypto/rand"
	"net/http"
	"time"
)

const (
	// responseTime and responseUses are how long and how often a response URL works.
	responseTime = 30 * time.Minute
	responseUses = 5
)

// responseURL lets the app answer an action without being in the channel.
type responseURL struct {
	user, channel string
	message       *Message // What was pressed on; nil for commands.
	made          time.Time
	uses          int
}

type responseURLs map[string]*responseURL

func newResponseURLs() responseURLs { return responseURLs{} }

func (s *Server) newResponseURL(user, channel string, m *Message) string {
	token := rand.Text()
	s.urls[token] = &responseURL{user: user, channel: channel, message: m, made: s.options.Now()}
	return s.base + "/response/" + token
}

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

// respond shows an answer: a new message, for the person alone by default, or another text for the message that was
// pressed on. The caller holds mu.
func (s *Server) respond(u *responseURL, answer object) *apiError {
	p := params(answer)
	if p.is("delete_original") && u.message != nil {
		u.message.Deleted = true
		s.notify()
		return nil
	}
	m, err := readMessage(p)
	if err != nil {
		return err
	}
	if p.is("replace_original") && u.message != nil {
		s.edit(u.message, m)
		return nil
	}
	m.Channel, m.ThreadTS = u.channel, p.str("thread_ts")
	if p.str("response_type") != "in_channel" {
		m.EphemeralTo = u.user
	}
	s.post(m)
	return nil
}

package slacktest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// call is one request to a Web API method that has passed the token, scope and rate checks.
type call struct {
	params
	server *Server
	base   string // Scheme and host the caller used.
	byApp  bool   // Called with the app-level token.
}

// method is one method of the Web API. run is called with mu held.
type method struct {
	// scope is what the token needs, empty for none.
	scope string
	// perMinute is how many calls of the method a minute Slack allows.
	perMinute int
	// token says which of the two tokens the method takes.
	token tokenKind
	run   func(*Server, call) (object, *apiError)
}

type tokenKind int

const (
	withBotToken tokenKind = iota
	withAppToken
	withAnyToken
	withoutToken
)

// Slack's rate limit tiers, in calls a minute: https://docs.slack.dev/apis/web-api/rate-limits.
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

// methods returns the Web API by method name.
func methods() map[string]method {
	all := map[string]method{
		"api.test":              {perMinute: tier4, token: withoutToken, run: (*Server).apiTest},
		"auth.test":             {perMinute: 600, token: withAnyToken, run: (*Server).authTest},
		"apps.connections.open": {scope: "connections:write", perMinute: tier3, token: withAppToken, run: (*Server).connectionsOpen},
		"blocks.validate":       {perMinute: tier4, run: (*Server).blocksValidate},
		"team.info":             {scope: "team:read", perMinute: tier3, run: (*Server).teamInfo},
	}
	for _, group := range []map[string]method{chatMethods(), conversationMethods(), peopleMethods(), viewMethods(), fileMethods()} {
		maps.Copy(all, group)
	}
	return all
}

// serveAPI answers one call: first the faults, then the method, and every call is recorded.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	answered, cut := s.spoil(w, r, name)
	if answered {
		return
	}
	p, token, err := readParams(r)
	if err != nil {
		s.reply(w, name, err.Error(), encode(failed(err.Error()).answer()))
		return
	}
	answer, code, retryAfter := s.invoke(name, token, call{params: p, server: s, base: baseURL(r)})
	if retryAfter > 0 {
		s.replyRateLimited(w, name, retryAfter)
		return
	}
	if cut {
		s.recordCall(name, http.StatusOK, "cut")
		panic(http.ErrAbortHandler)
	}
	s.reply(w, name, code, answer)
}

// invoke checks the rate and runs the method. It returns the answer, encoded while nothing can change it, with its
// error code, or the seconds that the caller must wait.
func (s *Server) invoke(name, token string, c call) (answer []byte, code string, retryAfter int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.allowed(name, token)
	if err != nil {
		return encode(err.answer()), err.code, 0
	}
	if wait := s.limitCall(name, m.perMinute, c.str("channel")); wait > 0 {
		return nil, "", wait
	}
	c.byApp = token == s.AppToken
	fields, err := m.run(s, c)
	if err != nil {
		s.violate(name, err)
		return encode(err.answer()), err.code, 0
	}
	fields["ok"] = true
	s.notify()
	return encode(fields), "", 0
}

// allowed returns the method if it exists and the token may call it.
func (s *Server) allowed(name, token string) (method, *apiError) {
	m, known := s.methods[name]
	if !known {
		return m, &apiError{code: "unknown_method", fields: object{"req_method": name}}
	}
	return m, s.authorise(m, token)
}

// authorise checks the kind of the token and its scope.
func (s *Server) authorise(m method, token string) *apiError {
	if m.token == withoutToken {
		return nil
	}
	switch token {
	case "":
		return failed("not_authed")
	case s.BotToken:
		if m.token == withAppToken {
			return failed("not_allowed_token_type")
		}
		return s.needScope(m.scope)
	case s.AppToken:
		if m.token == withBotToken {
			return failed("not_allowed_token_type")
		}
		return nil
	}
	return failed("invalid_auth")
}

// needScope returns missing_scope unless the bot token has the scope; an empty one needs nothing.
func (s *Server) needScope(scope string) *apiError {
	if scope == "" || slices.Contains(s.options.BotScopes, scope) {
		return nil
	}
	provided := strings.Join(s.options.BotScopes, ",")
	return &apiError{code: "missing_scope", fields: object{"needed": scope, "provided": provided}}
}

func (s *Server) reply(w http.ResponseWriter, name, code string, answer []byte) {
	s.recordCall(name, http.StatusOK, code)
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.options.BotScopes, ","))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(answer)
}

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

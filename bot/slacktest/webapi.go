package slacktest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// webAPI is the Web API: the methods that the app calls with its tokens, response URLs and file uploads.
type webAPI struct {
	ws      *workspace
	faults  *faults
	socket  *socketMode
	methods map[string]method
	limits  limits
}

func newWebAPI(ws *workspace, f *faults, socket *socketMode) *webAPI {
	return &webAPI{ws: ws, faults: f, socket: socket, methods: methods(), limits: newLimits()}
}

// call is one request to a Web API method that has passed the token, scope and rate checks.
type call struct {
	params
	base  string // Scheme and host the caller used.
	byApp bool   // Set for calls with the app-level token.
}

// method is one method of the Web API. run is called with mu held.
type method struct {
	// scope is the scope that the token needs, empty for none.
	scope string
	// perMinute is Slack's limit of calls per minute.
	perMinute int
	// token is the kind of token that the method accepts.
	token tokenKind
	run   func(*webAPI, call) (object, *apiError)
}

type tokenKind int

const (
	withBotToken tokenKind = iota
	withAppToken
	withAnyToken
	withoutToken
)

// Slack's rate limit tiers, in calls per minute: https://docs.slack.dev/apis/web-api/rate-limits.
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

// methods returns the Web API by method name.
func methods() map[string]method {
	all := map[string]method{
		"api.test":              {perMinute: tier4, token: withoutToken, run: (*webAPI).apiTest},
		"auth.test":             {perMinute: 600, token: withAnyToken, run: (*webAPI).authTest},
		"apps.connections.open": {scope: "connections:write", perMinute: tier3, token: withAppToken, run: (*webAPI).connectionsOpen},
		"blocks.validate":       {perMinute: tier4, run: (*webAPI).blocksValidate},
		"team.info":             {scope: "team:read", perMinute: tier3, run: (*webAPI).teamInfo},
	}
	for _, group := range []map[string]method{chatMethods(), conversationMethods(), peopleMethods(), viewMethods(), fileMethods()} {
		maps.Copy(all, group)
	}
	return all
}

// serve handles one call: it applies a fault, if one is pending, then runs the method and records the call.
func (a *webAPI) serve(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	answered, cut := a.applyFault(w, r, name)
	if answered {
		return
	}
	p, token, err := readParams(r)
	if err != nil {
		a.reply(w, name, err.Error(), encode(failed(err.Error()).answer()))
		return
	}
	answer, code, retryAfter := a.invoke(name, token, call{params: p, base: baseURL(r)})
	if retryAfter > 0 {
		a.replyRateLimited(w, name, retryAfter)
		return
	}
	if cut {
		a.ws.recordCall(name, http.StatusOK, "cut")
		panic(http.ErrAbortHandler)
	}
	a.reply(w, name, code, answer)
}

// invoke checks the rate limit and runs the method. It returns the response, encoded while the lock is held, with its
// error code, or the seconds that the caller must wait.
func (a *webAPI) invoke(name, token string, c call) (answer []byte, code string, retryAfter int) {
	a.ws.mu.Lock()
	defer a.ws.mu.Unlock()
	m, err := a.allowed(name, token)
	if err != nil {
		return encode(err.answer()), err.code, 0
	}
	if wait := a.rateLimitWait(name, m.perMinute, c.str("channel")); wait > 0 {
		return nil, "", wait
	}
	c.byApp = token == appToken
	fields, err := m.run(a, c)
	if err != nil {
		a.ws.recordViolation(name, err)
		return encode(err.answer()), err.code, 0
	}
	fields["ok"] = true
	a.ws.notify()
	return encode(fields), "", 0
}

// allowed returns the method if it exists and the token may call it.
func (a *webAPI) allowed(name, token string) (method, *apiError) {
	m, known := a.methods[name]
	if !known {
		return m, &apiError{code: "unknown_method", fields: object{"req_method": name}}
	}
	return m, a.authorise(m, token)
}

// authorise checks the kind of the token and its scope.
func (a *webAPI) authorise(m method, token string) *apiError {
	if m.token == withoutToken {
		return nil
	}
	switch token {
	case "":
		return failed("not_authed")
	case botToken:
		if m.token == withAppToken {
			return failed("not_allowed_token_type")
		}
		return a.ws.options.requireScope(m.scope)
	case appToken:
		if m.token == withBotToken {
			return failed("not_allowed_token_type")
		}
		return nil
	}
	return failed("invalid_auth")
}

// requireScope returns missing_scope unless the bot token has the scope. An empty scope is always granted.
func (o Options) requireScope(scope string) *apiError {
	if scope == "" || slices.Contains(o.BotScopes, scope) {
		return nil
	}
	provided := strings.Join(o.BotScopes, ",")
	return &apiError{code: "missing_scope", fields: object{"needed": scope, "provided": provided}}
}

func (a *webAPI) reply(w http.ResponseWriter, name, code string, answer []byte) {
	a.ws.recordCall(name, http.StatusOK, code)
	w.Header().Set("X-OAuth-Scopes", strings.Join(a.ws.options.BotScopes, ","))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(answer)
}

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

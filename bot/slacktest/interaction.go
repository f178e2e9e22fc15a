package slacktest

import (
	"encoding/json"
	"net/http"
)

// Result is the result of a person's action.
type Result struct {
	OK    bool  `json:"ok"`
	AckMS int64 `json:"ack_ms"` // Milliseconds until the ack.
	// Response is the payload of the ack, null if there is none.
	Response json.RawMessage `json:"response"`
	// Error is the error that the person sees: operation_timeout after three seconds, dispatch_failed if no app is
	// connected, or the errors of a view.
	Error string `json:"error"`
}

// rejected returns the result of an action that was not sent to the app.
func rejected(reason string) Result { return Result{Error: reason, Response: json.RawMessage("null")} }

// interactions turns the actions of people into payloads, sends them over Socket Mode and applies the app's responses.
type interactions struct {
	ws     *workspace
	socket *socketMode
}

// register adds the routes for the actions of people, which the control API and the page share.
func (i *interactions) register(mux *http.ServeMux) {
	mux.HandleFunc("POST /command", postHandler(func(c Command) (any, error) { return i.command(c), nil }))
	mux.HandleFunc("POST /press", postHandler(func(p Press) (any, error) { return i.press(p), nil }))
	mux.HandleFunc("POST /submit", postHandler(func(v Submit) (any, error) { return i.submit(v), nil }))
	mux.HandleFunc("POST /suggest", postHandler(func(g Suggest) (any, error) { return i.suggest(g), nil }))
	mux.HandleFunc("POST /close", postHandler(func(c Close) (any, error) { return i.close(c), nil }))
	mux.HandleFunc("POST /envelope", postHandler(func(e Envelope) (any, error) { return i.socket.sendRaw(e) }))
}

// basePayload returns the fields that all interactive payloads have.
func (i *interactions) basePayload(kind string, u *User, view string) object {
	p := object{
		"type": kind, "team": teamOf(u), "api_app_id": appID, "token": verification,
		"user":       object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"enterprise": nil, "is_enterprise_install": false, "trigger_id": i.ws.newTrigger(u.ID, view),
	}
	if u.EnterpriseID != "" {
		p["enterprise"] = object{"id": u.EnterpriseID, "name": enterpriseName}
	}
	return p
}

func teamOf(u *User) object {
	team := object{"id": u.TeamID, "domain": domainOf(u.TeamID)}
	if u.EnterpriseID != "" {
		team["enterprise_id"], team["enterprise_name"] = u.EnterpriseID, enterpriseName
	}
	return team
}

// domainOf returns the subdomain of a workspace.
func domainOf(team string) string {
	switch team {
	case teamID:
		return teamDomain
	case sisterTeamID:
		return sisterDomain
	}
	return "elsewhere"
}

// channelName returns the channel's name as it appears in payloads.
func channelName(c *Channel) string {
	switch {
	case c == nil:
		return ""
	case c.IsIM:
		return "directmessage"
	case c.IsPrivate:
		return "privategroup"
	}
	return c.Name
}

package slacktest

import (
	"encoding/json"
	"net/http"
)

// Result is how an action of a person ended.
type Result struct {
	OK    bool  `json:"ok"`
	AckMS int64 `json:"ack_ms"` // Milliseconds until the ack.
	// Response is the payload of the ack, null when there was none.
	Response json.RawMessage `json:"response"`
	// Error is what the person would see: operation_timeout after three seconds, dispatch_failed when nobody is
	// connected, the errors of a view.
	Error string `json:"error"`
}

// rejected is an action that never left the person's client.
func rejected(reason string) Result { return Result{Error: reason, Response: json.RawMessage("null")} }

// interactions is the part of Slack that carries what people do to the app: it builds the payloads, sends them over
// Socket Mode and applies the answers.
type interactions struct {
	ws     *workspace
	socket *socketMode
}

// register adds the actions of people to the control API or to the page.
func (i *interactions) register(mux *http.ServeMux) {
	mux.HandleFunc("POST /command", posted(func(c Command) (any, error) { return i.command(c), nil }))
	mux.HandleFunc("POST /press", posted(func(p Press) (any, error) { return i.press(p), nil }))
	mux.HandleFunc("POST /submit", posted(func(v Submit) (any, error) { return i.submit(v), nil }))
	mux.HandleFunc("POST /suggest", posted(func(g Suggest) (any, error) { return i.suggest(g), nil }))
	mux.HandleFunc("POST /close", posted(func(c Close) (any, error) { return i.close(c), nil }))
	mux.HandleFunc("POST /envelope", posted(func(e Envelope) (any, error) { return i.socket.sendRaw(e) }))
}

// basePayload returns what all interactive payloads have.
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

// domainOf returns the first part of a workspace's address.
func domainOf(team string) string {
	switch team {
	case teamID:
		return teamDomain
	case sisterTeamID:
		return sisterDomain
	}
	return "elsewhere"
}

// channelName returns what payloads call a conversation.
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

package slacktest

import (
	"encoding/json"
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

// result waits for the ack of an envelope that was sent and says how it went.
func (s *Server) result(e *envelope, sent bool) Result {
	if !sent {
		return rejected("dispatch_failed")
	}
	s.mu.Lock()
	acked := e.acked
	s.mu.Unlock()
	seen := s.await(acked)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := Result{OK: seen == "", AckMS: e.took.Milliseconds(), Response: e.response, Error: seen}
	if r.Response == nil {
		r.Response = json.RawMessage("null")
	}
	return r
}

// person returns a user, or a stranger with that id: forgeries come from anybody.
func (s *Server) person(id string) *User {
	if u := s.world.user(id); u != nil {
		return u
	}
	return &User{ID: id, Name: id, TeamID: teamID}
}

// interaction returns what all interactive payloads have.
func (s *Server) interaction(kind string, u *User, view string) object {
	p := object{
		"type": kind, "team": s.teamOf(u), "api_app_id": appID, "token": verification,
		"user":       object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"enterprise": nil, "is_enterprise_install": false, "trigger_id": s.newTrigger(u.ID, view),
	}
	if u.EnterpriseID != "" {
		p["enterprise"] = object{"id": u.EnterpriseID, "name": enterpriseName}
	}
	return p
}

func (s *Server) teamOf(u *User) object {
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

package slacktest

import "cmp"

// Suggest is a person typing into a select whose options the app supplies.
type Suggest struct {
	User     string `json:"user"`
	Channel  string `json:"channel,omitempty"`
	TS       string `json:"ts,omitempty"`
	ViewID   string `json:"view_id,omitempty"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id,omitempty"`
	Value    string `json:"value"` // What was typed.
}

// Suggest sends a block_suggestion payload and waits for the ack, whose payload has the options:
// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select.
func (s *Server) Suggest(g Suggest) Result {
	s.mu.Lock()
	e := s.dispatch("interactive", "", true, encode(s.suggestPayload(g)))
	sent := e.deliveries > 0
	s.mu.Unlock()
	return s.result(e, sent)
}

func (s *Server) suggestPayload(g Suggest) object {
	payload := s.interaction("block_suggestion", s.person(g.User), g.ViewID)
	delete(payload, "trigger_id")
	payload["action_id"], payload["block_id"], payload["value"] = g.ActionID, g.BlockID, g.Value
	if v := s.modals.find(g.ViewID, ""); v != nil {
		payload["container"] = object{"type": "view", "view_id": g.ViewID}
		payload["view"] = v.wire()
		return payload
	}
	channel := cmp.Or(g.Channel, s.Channel)
	payload["container"] = object{"type": "message", "message_ts": g.TS, "channel_id": channel}
	payload["channel"] = object{"id": channel, "name": channelName(s.world.channel(channel))}
	if m := s.messages.find(g.Channel, g.TS); m != nil && m.EphemeralTo == "" {
		payload["message"] = s.wire(m, false)
	}
	return payload
}

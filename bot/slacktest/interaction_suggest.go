package slacktest

import "cmp"

// Suggest is text typed into a select whose options the app supplies.
type Suggest struct {
	User     string `json:"user"`
	Channel  string `json:"channel,omitempty"`
	TS       string `json:"ts,omitempty"`
	ViewID   string `json:"view_id,omitempty"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id,omitempty"`
	Value    string `json:"value"` // The typed text.
}

func (i *interactions) suggest(g Suggest) Result {
	i.ws.mu.Lock()
	e := i.socket.dispatch("interactive", "", true, encode(i.suggestPayload(g)))
	sent := e.deliveries > 0
	i.ws.mu.Unlock()
	return i.socket.awaitResult(e, sent)
}

func (i *interactions) suggestPayload(g Suggest) object {
	payload := i.basePayload("block_suggestion", i.ws.userOrStranger(g.User), g.ViewID)
	delete(payload, "trigger_id")
	payload["action_id"], payload["block_id"], payload["value"] = g.ActionID, g.BlockID, g.Value
	if v := i.ws.views.find(g.ViewID, ""); v != nil {
		payload["container"] = object{"type": "view", "view_id": g.ViewID}
		payload["view"] = v.json()
		return payload
	}
	channel := cmp.Or(g.Channel, adminChannel)
	payload["container"] = object{"type": "message", "message_ts": g.TS, "channel_id": channel}
	payload["channel"] = object{"id": channel, "name": channelName(i.ws.channel(channel))}
	if m := i.ws.messages.findAny(g.Channel, g.TS); m != nil && m.EphemeralTo == "" {
		payload["message"] = i.ws.messageJSON(m, false)
	}
	return payload
}

package slacktest

// Press is the use of a button or another element of a message or view. Neither needs to exist: what is missing is
// built from the fields of the press, as in a forged payload.
type Press struct {
	User     string `json:"user"`
	Channel  string `json:"channel,omitempty"` // Empty means the channel of the message.
	TS       string `json:"ts,omitempty"`
	ViewID   string `json:"view_id,omitempty"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id,omitempty"` // Empty means the first block with the action.
	Value    string `json:"value,omitempty"`    // Empty means the first button with the action.
	// Selected is the selection in an element other than a button: an option's value, a user, a date, a text, or a list
	// of them.
	Selected any `json:"selected,omitempty"`
}

func (i *interactions) press(p Press) Result {
	i.ws.mu.Lock()
	e := i.socket.dispatch("interactive", "", false, encode(i.pressPayload(p)))
	sent := e.deliveries > 0
	i.ws.mu.Unlock()
	return i.socket.awaitResult(e, sent)
}

// pressPayload is https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.
func (i *interactions) pressPayload(p Press) object {
	u := i.ws.userOrStranger(p.User)
	payload := i.basePayload("block_actions", u, p.ViewID)
	if p.ViewID != "" {
		payload["actions"] = i.addView(payload, p)
		return payload
	}
	m := i.ws.messages.findAny(p.Channel, p.TS)
	if m == nil {
		m = &Message{Type: "message", TS: p.TS, Channel: p.Channel, User: botUser, BotID: botID, AppID: appID, Team: teamID}
	}
	if m.Channel == "" {
		m.Channel = adminChannel
	}
	container := object{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.EphemeralTo != ""}
	if m.isReply() {
		container["thread_ts"] = m.ThreadTS
	}
	payload["container"] = container
	payload["channel"] = object{"id": m.Channel, "name": channelName(i.ws.channel(m.Channel))}
	if m.EphemeralTo == "" {
		payload["message"] = i.ws.messageJSON(m, false)
	}
	action, block, e := i.buildAction(m.Blocks, p)
	state := inputState(m.Blocks, nil)
	saveInput(state, block, e, action)
	payload["state"] = object{"values": state}
	payload["response_url"] = i.ws.newResponseURL(u.ID, m.Channel, m)
	payload["actions"] = []object{action}
	return payload
}

// addView completes the payload of a press in a modal and returns the actions.
func (i *interactions) addView(payload object, p Press) []object {
	payload["container"] = object{"type": "view", "view_id": p.ViewID}
	v := i.ws.views.find(p.ViewID, "")
	if v == nil {
		v = &View{ID: p.ViewID, User: p.User, Type: "modal"}
	}
	action, block, e := i.buildAction(v.Blocks, p)
	saveInput(v.Values, block, e, action)
	payload["view"] = v.json()
	return []object{action}
}

// saveInput stores the selection of an element in the state.
func saveInput(state map[string]map[string]object, block string, e, action object) {
	t, keeps := stateTypes[str(e, "type")]
	if keeps && state[block] != nil {
		state[block][str(e, "action_id")] = object{"type": e["type"], t.value: action[t.value]}
	}
}

// buildAction returns the action of a press with its block and element. The element is nil for a forged press.
func (i *interactions) buildAction(blocks []object, p Press) (action object, block string, e object) {
	block, e = findElement(blocks, p)
	action = object{"action_id": p.ActionID, "block_id": block, "action_ts": i.ws.nextTS()}
	if e == nil {
		action["type"], action["value"] = "button", p.Value
		action["text"] = object{"type": "plain_text", "text": p.ActionID, "emoji": true}
		if p.BlockID == "" {
			action["block_id"] = shortID()
		}
		return action, block, nil
	}
	action["type"] = e["type"]
	switch kind := str(e, "type"); kind {
	case "button":
		copyFields(action, e, "text", "value", "style", "url", "confirm")
	case "overflow":
		action["selected_option"] = optionFor(e, p.Selected)
	default:
		chosen := selectedState(e, p.Selected)
		copyFields(action, chosen, stateTypes[kind].value)
		copyFields(action, e, "placeholder")
	}
	return action, block, e
}

func copyFields(to, from object, names ...string) {
	for _, name := range names {
		if from[name] != nil {
			to[name] = from[name]
		}
	}
}

// findElement returns the first element that matches the press, with its block.
func findElement(blocks []object, p Press) (string, object) {
	for _, b := range blocks {
		if p.BlockID != "" && str(b, "block_id") != p.BlockID {
			continue
		}
		for _, e := range elementsOf(b) {
			if str(e, "action_id") == p.ActionID && (p.Value == "" || str(e, "value") == p.Value) {
				return str(b, "block_id"), e
			}
		}
	}
	return p.BlockID, nil
}

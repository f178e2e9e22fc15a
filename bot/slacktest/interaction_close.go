package slacktest

import "slices"

// Close is a person closing the topmost modal.
type Close struct {
	User   string `json:"user"`
	ViewID string `json:"view_id"`
	// All closes the modals below it too, as the cross in the corner does.
	All bool `json:"all,omitempty"`
}

// close closes modals and waits for the acks, https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed.
func (i *interactions) close(c Close) Result {
	i.ws.mu.Lock()
	v := i.ws.modals.top(c.User)
	if v == nil || v.ID != c.ViewID {
		i.ws.mu.Unlock()
		return rejected("view_not_found")
	}
	closed := []*View{v}
	cleared := c.All || v.ClearOnClose
	if cleared {
		closed = slices.Clone(i.ws.modals.stacks[c.User])
		slices.Reverse(closed)
	}
	var told []*envelope
	for _, v := range closed {
		i.ws.modals.remove(v)
		if v.NotifyOnClose {
			told = append(told, i.tellClosed(v, cleared))
		}
	}
	i.ws.notify()
	i.ws.mu.Unlock()
	return i.allAcked(told)
}

// tellClosed sends the view_closed payload of a modal. The caller holds mu.
func (i *interactions) tellClosed(v *View, cleared bool) *envelope {
	payload := i.interaction("view_closed", i.ws.person(v.User), v.ID)
	delete(payload, "trigger_id")
	payload["view"], payload["is_cleared"] = v.wire(), cleared
	return i.socket.dispatch("interactive", "", false, encode(payload))
}

// allAcked waits for every envelope and returns how the last one went, or the first that went wrong.
func (i *interactions) allAcked(told []*envelope) Result {
	r := Result{OK: true, Response: rejected("").Response}
	for _, e := range told {
		i.ws.mu.Lock()
		sent := e.deliveries > 0
		i.ws.mu.Unlock()
		if r = i.socket.result(e, sent); !r.OK {
			break
		}
	}
	return r
}

package slacktest

import "slices"

// Close closes the topmost modal of a person.
type Close struct {
	User   string `json:"user"`
	ViewID string `json:"view_id"`
	// All closes the modals below it too, like the ✕ in the corner.
	All bool `json:"all,omitempty"`
}

// close closes modals and waits for the acks, https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed.
func (i *interactions) close(c Close) Result {
	i.ws.mu.Lock()
	v := i.ws.views.top(c.User)
	if v == nil || v.ID != c.ViewID {
		i.ws.mu.Unlock()
		return rejected("view_not_found")
	}
	closed := []*View{v}
	cleared := c.All || v.ClearOnClose
	if cleared {
		closed = slices.Clone(i.ws.views.stacks[c.User])
		slices.Reverse(closed)
	}
	var envelopes []*envelope
	for _, v := range closed {
		i.ws.views.remove(v)
		if v.NotifyOnClose {
			envelopes = append(envelopes, i.sendViewClosed(v, cleared))
		}
	}
	i.ws.notify()
	i.ws.mu.Unlock()
	return i.waitForAll(envelopes)
}

// sendViewClosed sends the view_closed payload of a modal. The caller holds mu.
func (i *interactions) sendViewClosed(v *View, cleared bool) *envelope {
	payload := i.basePayload("view_closed", i.ws.userOrStranger(v.User), v.ID)
	delete(payload, "trigger_id")
	payload["view"], payload["is_cleared"] = v.json(), cleared
	return i.socket.dispatch("interactive", "", false, encode(payload))
}

// waitForAll waits for all envelopes and returns the first failed result, or the last one.
func (i *interactions) waitForAll(envelopes []*envelope) Result {
	r := Result{OK: true, Response: rejected("").Response}
	for _, e := range envelopes {
		i.ws.mu.Lock()
		sent := e.deliveries > 0
		i.ws.mu.Unlock()
		if r = i.socket.awaitResult(e, sent); !r.OK {
			break
		}
	}
	return r
}

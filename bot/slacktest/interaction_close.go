package slacktest

import "slices"

// Close is a person closing the topmost modal.
type Close struct {
	User   string `json:"user"`
	ViewID string `json:"view_id"`
	// All closes the modals below it too, as the cross in the corner does.
	All bool `json:"all,omitempty"`
}

// CloseView is a person closing the topmost modal with its cancel button: the one below it shows again, unless the
// modal clears them all. The app hears of it when it asked to.
func (s *Server) CloseView(user, viewID string) Result {
	return s.close(Close{User: user, ViewID: viewID})
}

// CloseViews is a person closing all modals with the cross of the topmost. The app hears of each for which it asked.
func (s *Server) CloseViews(user, viewID string) Result {
	return s.close(Close{User: user, ViewID: viewID, All: true})
}

// close closes modals and waits for the acks, https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed.
func (s *Server) close(c Close) Result {
	s.mu.Lock()
	v := s.modals.top(c.User)
	if v == nil || v.ID != c.ViewID {
		s.mu.Unlock()
		return rejected("view_not_found")
	}
	closed := []*View{v}
	cleared := c.All || v.ClearOnClose
	if cleared {
		closed = slices.Clone(s.modals.stacks[c.User])
		slices.Reverse(closed)
	}
	var told []*envelope
	for _, v := range closed {
		s.modals.remove(v)
		if v.NotifyOnClose {
			told = append(told, s.tellClosed(v, cleared))
		}
	}
	s.notify()
	s.mu.Unlock()
	return s.allAcked(told)
}

// tellClosed sends the view_closed payload of a modal. The caller holds mu.
func (s *Server) tellClosed(v *View, cleared bool) *envelope {
	payload := s.interaction("view_closed", s.person(v.User), v.ID)
	delete(payload, "trigger_id")
	payload["view"], payload["is_cleared"] = v.wire(), cleared
	return s.dispatch("interactive", "", false, encode(payload))
}

// allAcked waits for every envelope and returns how the last one went, or the first that went wrong.
func (s *Server) allAcked(told []*envelope) Result {
	r := Result{OK: true, Response: rejected("").Response}
	for _, e := range told {
		s.mu.Lock()
		sent := e.deliveries > 0
		s.mu.Unlock()
		if r = s.result(e, sent); !r.OK {
			break
		}
	}
	return r
}

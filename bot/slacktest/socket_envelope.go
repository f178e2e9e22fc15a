package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"
)

const (
	// ackTime is how long a person waits for the app.
	ackTime = 3 * time.Second
	// maxDeliveries is how often an envelope is sent before it is given up.
	maxDeliveries = 4
)

// envelope is one payload on its way to the app.
type envelope struct {
	id, kind   string
	accepts    bool // The ack may carry a payload.
	payload    json.RawMessage
	sentAt     time.Time
	sent       time.Time // By package time, so that waiting is measured by the clock that waits.
	ackedAt    *time.Time
	took       time.Duration
	acked      chan struct{}
	response   json.RawMessage
	deliveries int
	on         *connection // Where it was sent last; nil when that connection has gone.
	again      *time.Timer
}

// dispatch makes an envelope and sends it, twice or garbled if a fault says so. The caller holds mu.
func (s *Server) dispatch(kind, id string, accepts bool, payload json.RawMessage) *envelope {
	e := s.newEnvelope(kind, id, accepts, payload)
	s.deliver(e)
	if s.faults.take(func(f *Fault) bool { return f.Envelope == "duplicate" }) != nil {
		s.deliver(e)
	}
	if s.faults.take(func(f *Fault) bool { return f.Envelope == "duplicate_new_id" }) != nil {
		s.deliver(s.newEnvelope(kind, "", accepts, payload))
	}
	s.notify()
	return e
}

func (s *Server) newEnvelope(kind, id string, accepts bool, payload json.RawMessage) *envelope {
	if id == "" {
		id = rand.Text()
	}
	e := &envelope{
		id: id, kind: kind, accepts: accepts, payload: payload, sentAt: s.options.Now(), sent: time.Now(), acked: make(chan struct{}),
	}
	s.ledger.all = append(s.ledger.all, e)
	s.ledger.byID[id] = e
	return e
}

// deliver sends an envelope to one connection, and again later unless it is acked. The caller holds mu.
func (s *Server) deliver(e *envelope) {
	c := s.socket.pick()
	if c == nil || s.closed {
		return
	}
	wire := object{"envelope_id": e.id, "type": e.kind, "accepts_response_payload": e.accepts, "payload": e.payload}
	if e.deliveries > 0 {
		wire["retry_attempt"], wire["retry_reason"] = e.deliveries, "timeout"
	}
	if s.faults.take(func(f *Fault) bool { return f.Envelope == "malformed" }) != nil {
		wire["payload"] = object{"type": []string{"unreadable"}, "team_id": 1}
	}
	e.deliveries++
	e.on = c
	c.send(frame{data: encode(wire)})
	if e.again == nil {
		e.again = time.AfterFunc(s.options.RedeliverAfter, func() { s.redeliver(e) })
	} else {
		e.again.Reset(s.options.RedeliverAfter)
	}
}

// redeliver sends an envelope again that was not acked in time.
func (s *Server) redeliver(e *envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.ackedAt == nil && e.deliveries < maxDeliveries {
		s.deliver(e)
	}
}

// redeliverLost sends what a connection took with it. What was never sent stays lost, as in Slack. The caller holds
// mu.
func (s *Server) redeliverLost() {
	for _, e := range s.ledger.all {
		if e.on == nil && e.ackedAt == nil && e.deliveries > 0 && e.deliveries < maxDeliveries {
			s.deliver(e)
		}
	}
}

// acknowledge reads one frame of the app.
func (s *Server) acknowledge(data []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal(data, &ack)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.ledger.byID[ack.EnvelopeID]
	switch {
	case err != nil || ack.EnvelopeID == "":
		s.violate("socket", refused("invalid_ack", string(data), "an ack is an object with an envelope_id"))
		return
	case e == nil:
		s.violate("socket", refused("unknown_envelope", string(data), "no such envelope"))
		return
	case e.ackedAt != nil:
		return
	case s.faults.take(func(f *Fault) bool { return f.Envelope == "drop_ack" }) != nil:
		return
	}
	s.settle(e, ack.Payload)
}

func (s *Server) settle(e *envelope, payload json.RawMessage) {
	now := s.options.Now()
	e.ackedAt, e.took = &now, time.Since(e.sent)
	if e.again != nil {
		e.again.Stop()
	}
	switch text := string(payload); {
	case text == "" || text == "null" || text == "{}" || text == `""`:
	case !e.accepts:
		s.violate("socket", refused("unexpected_payload", payload, "this envelope accepts no payload"))
	default:
		e.response = payload
	}
	close(e.acked)
	s.notify()
}

// await waits for the ack, as long as a person would. It returns what the person sees otherwise.
func (s *Server) await(acked <-chan struct{}) string {
	timer := time.NewTimer(ackTime)
	defer timer.Stop()
	select {
	case <-acked:
		return ""
	case <-timer.C:
		return "operation_timeout"
	case <-s.done.Done():
		return "dispatch_failed"
	}
}

// Envelope is a raw envelope, or one that was sent before and comes again.
type Envelope struct {
	Type       string          `json:"type,omitempty"`
	Payload    json.RawMessage `json:"payload,omitempty"`
	EnvelopeID string          `json:"envelope_id,omitempty"` // Empty makes one.
	Replay     string          `json:"replay,omitempty"`      // The id of an earlier envelope.
}

// Envelope sends an envelope as it is given and waits for the ack.
func (s *Server) Envelope(raw Envelope) (Result, error) {
	s.mu.Lock()
	e := s.ledger.byID[raw.Replay]
	switch {
	case raw.Replay != "" && e == nil:
		s.mu.Unlock()
		return Result{}, errors.New("no such envelope")
	case raw.Replay != "":
		e.sent, e.acked, e.ackedAt = time.Now(), make(chan struct{}), nil
		s.deliver(e)
	default:
		e = s.dispatch(raw.Type, raw.EnvelopeID, raw.Type != "events_api", raw.Payload)
	}
	sent := e.deliveries > 0
	s.mu.Unlock()
	return s.result(e, sent), nil
}

package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"time"
)

const (
	// ackTimeout is how long Slack waits for an ack before it shows the person an error.
	ackTimeout = 3 * time.Second
	// maxDeliveries is the maximum number of deliveries of an envelope.
	maxDeliveries = 4
)

// envelope is a payload for the app.
type envelope struct {
	id, kind       string
	acceptsPayload bool // The ack may carry a payload.
	payload        json.RawMessage
	sentAt         time.Time
	firstSent      time.Time // In package time's clock, for measuring durations.
	ackedAt        *time.Time
	ackDelay       time.Duration
	acked          chan struct{}
	response       json.RawMessage
	deliveries     int
	connection     *connection // The last connection it was sent to, nil if that one has ended.
	redelivery     *time.Timer
}

// dispatch creates an envelope and sends it, twice if there is such a fault. The caller holds mu.
func (s *socketMode) dispatch(kind, id string, accepts bool, payload json.RawMessage) *envelope {
	e := s.newEnvelope(kind, id, accepts, payload)
	s.deliver(e)
	if s.faults.take(func(f *Fault) bool { return f.Envelope == "duplicate" }) != nil {
		s.deliver(e)
	}
	if s.faults.take(func(f *Fault) bool { return f.Envelope == "duplicate_new_id" }) != nil {
		s.deliver(s.newEnvelope(kind, "", accepts, payload))
	}
	s.ws.notify()
	return e
}

func (s *socketMode) newEnvelope(kind, id string, accepts bool, payload json.RawMessage) *envelope {
	if id == "" {
		id = rand.Text()
	}
	e := &envelope{
		id: id, kind: kind, acceptsPayload: accepts, payload: payload, sentAt: s.ws.options.Now(), firstSent: time.Now(), acked: make(chan struct{}),
	}
	s.ledger.all = append(s.ledger.all, e)
	s.ledger.byID[id] = e
	return e
}

// deliver sends an envelope to a random connection and schedules a redelivery. The caller holds mu.
func (s *socketMode) deliver(e *envelope) {
	c := s.pick()
	if c == nil || s.ws.closed {
		return
	}
	wire := object{"envelope_id": e.id, "type": e.kind, "accepts_response_payload": e.acceptsPayload, "payload": e.payload}
	if e.deliveries > 0 {
		wire["retry_attempt"], wire["retry_reason"] = e.deliveries, "timeout"
	}
	if s.faults.take(func(f *Fault) bool { return f.Envelope == "malformed" }) != nil {
		wire["payload"] = object{"type": []string{"unreadable"}, "team_id": 1}
	}
	e.deliveries++
	e.connection = c
	if e.isPress() {
		c.presses[e.id] = true
	}
	c.send(frame{data: encode(wire)})
	if e.redelivery == nil {
		e.redelivery = time.AfterFunc(s.ws.options.RedeliverAfter, func() { s.redeliver(e) })
	} else {
		e.redelivery.Reset(s.ws.options.RedeliverAfter)
	}
}

// isPress reports whether the payload is a press, also a forged one.
func (e *envelope) isPress() bool {
	if e.kind != "interactive" {
		return false
	}
	value, _ := decodeJSON(e.payload)
	payload, _ := value.(object)
	return str(payload, "type") == "block_actions"
}

// redeliver sends an envelope again if it has no ack.
func (s *socketMode) redeliver(e *envelope) {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	if e.ackedAt == nil && e.deliveries < maxDeliveries {
		s.deliver(e)
	}
}

// redeliverLost sends the envelopes of ended connections again. As in Slack, envelopes that were never sent are lost.
// The caller holds mu.
func (s *socketMode) redeliverLost() {
	for _, e := range s.ledger.all {
		if e.connection == nil && e.ackedAt == nil && e.deliveries > 0 && e.deliveries < maxDeliveries {
			s.deliver(e)
		}
	}
}

// acknowledge handles a frame from the app.
func (s *socketMode) acknowledge(data []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal(data, &ack)
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	e := s.ledger.byID[ack.EnvelopeID]
	switch {
	case err != nil || ack.EnvelopeID == "":
		s.ws.recordViolation("socket", invalidPayload("invalid_ack", string(data), "an ack must be an object with an envelope_id"))
		return
	case e == nil:
		s.ws.recordViolation("socket", invalidPayload("unknown_envelope", string(data), "no such envelope"))
		return
	case e.ackedAt != nil:
		return
	case s.faults.take(func(f *Fault) bool { return f.Envelope == "drop_ack" }) != nil:
		return
	}
	s.recordAck(e, ack.Payload)
}

func (s *socketMode) recordAck(e *envelope, payload json.RawMessage) {
	now := s.ws.options.Now()
	e.ackedAt, e.ackDelay = &now, time.Since(e.firstSent)
	if e.redelivery != nil {
		e.redelivery.Stop()
	}
	switch text := string(payload); {
	case text == "" || text == "null" || text == "{}" || text == `""`:
	case !e.acceptsPayload:
		s.ws.recordViolation("socket", invalidPayload("unexpected_payload", payload, "this envelope does not accept a payload"))
	default:
		e.response = payload
	}
	close(e.acked)
	s.ws.notify()
}

// waitForAck waits up to ackTimeout. It returns the error that the person sees, empty if the ack arrived.
func (s *socketMode) waitForAck(acked <-chan struct{}) string {
	timer := time.NewTimer(ackTimeout)
	defer timer.Stop()
	select {
	case <-acked:
		return ""
	case <-timer.C:
		return "operation_timeout"
	case <-s.ws.done.Done():
		return "dispatch_failed"
	}
}

// awaitResult waits for the ack of an envelope and returns the result. sent is false if no connection was available.
func (s *socketMode) awaitResult(e *envelope, sent bool) Result {
	if !sent {
		return rejected("dispatch_failed")
	}
	s.ws.mu.Lock()
	acked := e.acked
	s.ws.mu.Unlock()
	seen := s.waitForAck(acked)
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	r := Result{OK: seen == "", AckMS: e.ackDelay.Milliseconds(), Response: e.response, Error: seen}
	if r.Response == nil {
		r.Response = json.RawMessage("null")
	}
	return r
}

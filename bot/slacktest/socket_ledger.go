package slacktest

import (
	"encoding/json"
	"errors"
	"time"
)

// Ack is an envelope in the ledger.
type Ack struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	SentAt     time.Time  `json:"sent_at"`
	AckedAt    *time.Time `json:"acked_at"` // Nil until it is acked.
	AckMS      int64      `json:"ack_ms"`   // Milliseconds from the first delivery to the ack.
	Late       bool       `json:"late"`     // Not acked within three seconds.
	Deliveries int        `json:"deliveries"`
}

// ledger holds all envelopes in the order in which they were sent.
type ledger struct {
	all  []*envelope
	byID map[string]*envelope
}

func newLedger() ledger { return ledger{byID: map[string]*envelope{}} }

func (s *socketMode) listAcks() []Ack {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	acks := []Ack{}
	for _, e := range s.ledger.all {
		late := e.ackDelay > ackTimeout || e.ackedAt == nil && time.Since(e.firstSent) > ackTimeout
		acks = append(acks, Ack{
			ID: e.id, Type: e.kind, SentAt: e.sentAt, AckedAt: e.ackedAt, AckMS: e.ackDelay.Milliseconds(), Late: late, Deliveries: e.deliveries,
		})
	}
	return acks
}

func (l *ledger) stopTimers() {
	for _, e := range l.all {
		if e.redelivery != nil {
			e.redelivery.Stop()
		}
	}
}

// detach marks the envelopes of an ended connection.
func (l *ledger) detach(c *connection) {
	for _, e := range l.all {
		if e.connection == c {
			e.connection = nil
		}
	}
}

// replay sends an envelope once more and reports whether a connection was available. The next ack is then that of this
// delivery. The caller holds mu.
func (s *socketMode) replay(e *envelope) (sent bool) {
	before := e.deliveries
	s.deliver(e)
	if e.deliveries == before {
		return false
	}
	e.firstSent = time.Now()
	if e.ackedAt != nil {
		e.ackedAt, e.response, e.acked = nil, nil, make(chan struct{})
	}
	return true
}

// Envelope is a raw envelope to send, or an earlier one to replay.
type Envelope struct {
	Type       string          `json:"type,omitempty"`
	Payload    json.RawMessage `json:"payload,omitempty"`
	EnvelopeID string          `json:"envelope_id,omitempty"` // Empty generates one.
	Replay     string          `json:"replay,omitempty"`      // The id of an earlier envelope.
}

func (s *socketMode) sendRaw(raw Envelope) (Result, error) {
	s.ws.mu.Lock()
	e := s.ledger.byID[raw.Replay]
	var sent bool
	switch {
	case raw.Replay != "" && e == nil:
		s.ws.mu.Unlock()
		return Result{}, errors.New("no such envelope")
	case raw.Replay != "":
		sent = s.replay(e)
	default:
		e = s.dispatch(raw.Type, raw.EnvelopeID, raw.Type != "events_api", raw.Payload)
		sent = e.deliveries > 0
	}
	s.ws.mu.Unlock()
	return s.awaitResult(e, sent), nil
}

package slacktest

import "time"

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

// ledger is every envelope in the order of sending.
type ledger struct {
	all  []*envelope
	byID map[string]*envelope
}

func newLedger() ledger { return ledger{byID: map[string]*envelope{}} }

// Acks returns the ledger: every envelope and when it was acked.
func (s *Server) Acks() []Ack {
	s.mu.Lock()
	defer s.mu.Unlock()
	acks := []Ack{}
	for _, e := range s.ledger.all {
		late := e.took > ackTime || e.ackedAt == nil && time.Since(e.sent) > ackTime
		acks = append(acks, Ack{
			ID: e.id, Type: e.kind, SentAt: e.sentAt, AckedAt: e.ackedAt, AckMS: e.took.Milliseconds(), Late: late, Deliveries: e.deliveries,
		})
	}
	return acks
}

func (l *ledger) stopTimers() {
	for _, e := range l.all {
		if e.again != nil {
			e.again.Stop()
		}
	}
}

// lose marks what went to a connection that has gone.
func (l *ledger) lose(c *connection) {
	for _, e := range l.all {
		if e.on == c {
			e.on = nil
		}
	}
}

package storage

import (
	"errors"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	deliveries = table[time.Time]{name: "deliveries"}
	decided    = table[lastDecision]{name: "decided"}
)

// DeliveryTime is how long deliveries are remembered. Slack delivers an envelope
// again within minutes.
const DeliveryTime = 24 * time.Hour

// Delivery identifies a press, a submitted modal or a command as Slack delivered
// it. Slack delivers at least once, and not always in order.
type Delivery struct {
	IDs     []string  // each identifies it alone, such as its trigger id; empty: not known.
	Pressed time.Time // when the person pressed, by Slack's clock; zero: now.
}

// ErrDuplicate reports a delivery that was dealt with before. Nothing was
// changed.
var ErrDuplicate = errors.New("delivered before")

// lastDecision is who decided about an object last, and when by Slack's clock.
type lastDecision struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// For returns the same database for the decision of one delivery. Its methods
// that decide return [ErrDuplicate] if the delivery was dealt with before, and a
// [Refusal] with the cause older if it was pressed before the last decision about
// the same object.
func (s *Store) For(d Delivery) *Store {
	bound := *s
	bound.delivery = d
	return &bound
}

// UseClock sets the clock that orders decisions: Slack's, because a press carries
// its time. It may be behind, but never ahead. Without it only the order of
// presses is known. Call it before the store is used.
func (s *Store) UseClock(now func() time.Time) { s.clock = now }

// decide runs a change that decides about one object, such as an exclusion or a
// batch. In the same transaction it checks and records the delivery and the
// order of decisions. A refused delivery is recorded, too: what it wanted may be
// possible later, when it is delivered again.
func (s *Store) decide(object, by string, change func(*bolt.Tx) error) error {
	err := s.db.Update(func(tx *bolt.Tx) error {
		if s.delivery.isKnown(tx, "") || s.delivery.isKnown(tx, object) {
			return ErrDuplicate
		}
		last, _, err := decided.get(tx, []byte(object))
		if err != nil {
			return err
		}
		if s.delivery.Pressed.Before(last.At) && !s.delivery.Pressed.IsZero() {
			return Refusal{Cause: CauseOlder, By: last.By, At: last.At}
		}
		if err := change(tx); err != nil {
			return err
		}
		return errors.Join(s.delivery.record(tx, object), s.recordDecision(tx, object, by))
	})
	if _, refused := AsRefusal(err); refused && len(s.delivery.IDs) > 0 {
		return errors.Join(err, s.db.Update(func(tx *bolt.Tx) error { return s.delivery.record(tx, object) }))
	}
	return err
}

// Accept records a delivery that decides nothing about what is stored, such as a
// request for a scan. It returns [ErrDuplicate] if it was accepted before.
func (s *Store) Accept(what string) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if s.delivery.isKnown(tx, "") || s.delivery.isKnown(tx, what) {
			return ErrDuplicate
		}
		return s.delivery.record(tx, what)
	})
}

// recordDecision stores who decided about an object and when.
func (s *Store) recordDecision(tx *bolt.Tx, object, by string) error {
	last, _, err := decided.get(tx, []byte(object))
	if err != nil {
		return err
	}
	at := s.delivery.Pressed
	if at.IsZero() && s.clock != nil {
		at = s.clock()
	}
	if at.Before(last.At) {
		at = last.At
	}
	return decided.put(tx, []byte(object), lastDecision{By: by, At: at})
}

// Refuse records a refusal of the delivery in the audit log. The same delivery
// changes nothing later, either.
func (s *Store) Refuse(l AuditEntry) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if s.delivery.isKnown(tx, "") {
			return ErrDuplicate
		}
		return errors.Join(appendAudit(tx, l), s.delivery.record(tx, ""))
	})
}

// isKnown reports whether the delivery was recorded for an object, or as a whole
// if object is empty.
func (d Delivery) isKnown(tx *bolt.Tx, object string) bool {
	for _, id := range d.IDs {
		if deliveries.has(tx, deliveryKey(id, object)) {
			return true
		}
	}
	return false
}

func (d Delivery) record(tx *bolt.Tx, object string) error {
	for _, id := range d.IDs {
		if err := deliveries.put(tx, deliveryKey(id, object), time.Now().UTC()); err != nil {
			return err
		}
	}
	return nil
}

// The objects that decisions are about, as the keys of the order of decisions.
const pauseObject = "pause"

func exclusionObject(account string) string { return "exclusion/" + account }
func ruleObject(rule string) string         { return "rule/" + rule }
func restoreObject(account string) string   { return "restore/" + account }
func reportObject(id uint64) string         { return "report/" + strconv.FormatUint(id, 10) }
func batchObject(id uint64) string          { return "batch/" + strconv.FormatUint(id, 10) }

func deliveryKey(id, object string) []byte { return []byte(id + "|" + object) }

// ForgetDeliveries deletes the deliveries that are older than [DeliveryTime].
func (s *Store) ForgetDeliveries(now time.Time) error {
	return sweepOld(s, deliveries, func(at time.Time) bool { return now.Sub(at) > DeliveryTime })
}

// sweepDecided forgets the order of decisions made before a time.
func (s *Store) sweepDecided(before time.Time) error {
	return sweepOld(s, decided, func(last lastDecision) bool { return last.At.Before(before) })
}

// sweepOld deletes the values of a table that are old, a chunk in each
// transaction.
func sweepOld[T any](s *Store, t table[T], old func(T) bool) error {
	var gone [][]byte
	err := s.db.View(func(tx *bolt.Tx) error {
		for key := range t.keys(tx, nil) {
			v, _, err := t.get(tx, key)
			if err != nil {
				return err
			}
			if old(v) {
				gone = append(gone, append([]byte(nil), key...))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.deleteAll(gone, t.delete)
}

package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// StaleAfter is how old the last sign of life may be before a database counts
// as possibly put back from a copy.
const StaleAfter = 24 * time.Hour

// Heartbeat leaves a sign of life.
func (s *Store) Heartbeat(now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyHeartbeat, now) })
}

// Distrust deals with a database that is marked as a copy (see
// [Store.SaveCopy]), or whose last sign of life is too old: it may be a copy, and
// decisions made since may be missing, exclusions among them. Open
// reports are superseded and batches closed, so that nobody can be suspended
// before a new scan. What was sent is still settled by reading. Behind is how
// old the database is, 0 where it is not.
func (s *Store) Distrust(now time.Time) (behind time.Duration, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		last, old, err := lastKnownGood(tx, now)
		if err != nil || !old {
			return err
		}
		behind = max(now.Sub(last), time.Second)
		if err := closeUnfinished(tx, now); err != nil {
			return err
		}
		if err := supersede(tx, 0, now); err != nil {
			return err
		}
		if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "distrust", Outcome: behind.Round(time.Minute).String()}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteBehind, At: now, Text: last.UTC().Format(time.RFC3339)})
	})
	return behind, err
}

// lastKnownGood is when the database was last known to be whole, and whether decisions
// made since may be missing. The mark of a copy is taken off.
func lastKnownGood(tx *bolt.Tx, now time.Time) (at time.Time, old bool, err error) {
	at, marked, err := getMeta[time.Time](tx, keyCopy)
	if err != nil {
		return at, false, err
	}
	if marked {
		return at, true, meta.delete(tx, []byte(keyCopy))
	}
	at, ok, err := getMeta[time.Time](tx, keyHeartbeat)
	return at, ok && now.Sub(at) > StaleAfter, err
}

// closeUnfinished ends every batch that is not finished.
func closeUnfinished(tx *bolt.Tx, now time.Time) error {
	open, err := unfinishedBatches(tx)
	if err != nil {
		return err
	}
	for _, b := range open {
		b, err := batch(tx, b.ID) // ending the one before may have changed it.
		if err != nil {
			return err
		}
		if b.State == BatchAwaiting {
			err = withdraw(tx, b, Bot, now)
		} else if err = skipPending(tx, b, SkipClosed, now); err == nil {
			b.ClosedBy = Bot
			err = endWhenConfirmed(tx, b, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

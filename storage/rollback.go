package storage

import (
	"encoding/binary"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// MaxHeartbeatAge is the age of the last heartbeat from which a database may be
// a restored backup.
const MaxHeartbeatAge = 24 * time.Hour

// Heartbeat records that the bot is running.
func (s *Store) Heartbeat(now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyHeartbeat, now) })
}

// InvalidateIfRolledBack handles a database that is marked as a backup (see
// [Store.Backup]) or whose last heartbeat is too old. Decisions made since may
// be missing, exclusions among them, so open reports are superseded and batches
// are closed: no one can be suspended before a new scan. Requests that were
// sent are still confirmed by reading. It returns the age of the database, or 0
// if it is current.
func (s *Store) InvalidateIfRolledBack(now time.Time) (behind time.Duration, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		last, old, err := lastKnownGood(tx, now)
		if err != nil || !old {
			return err
		}
		behind = max(now.Sub(last), time.Second)
		if err := distrust(tx, last, now); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteRolledBack, At: now, Text: last.UTC().Format(time.RFC3339)})
	})
	return behind, errors.Join(err, s.loadInstallation())
}

// distrust closes everything that decisions may be missing for, as of last. The
// database gets a new installation, so that no press on an earlier message
// counts, and the messages with buttons that it knows are redrawn.
func distrust(tx *bolt.Tx, last, now time.Time) error {
	if err := closeUnfinished(tx, now); err != nil {
		return err
	}
	if err := supersede(tx, 0, now); err != nil {
		return err
	}
	if err := errors.Join(renewInstallation(tx), redrawButtons(tx)); err != nil {
		return err
	}
	behind := max(now.Sub(last), time.Second)
	return appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "distrust", Outcome: behind.Round(time.Minute).String()})
}

// redrawButtons marks the messages as stale whose buttons still count, because
// they carry the previous installation or none: those of reports that can change,
// or that have a suspension in effect.
func redrawButtons(tx *bolt.Tx) error {
	with := map[uint64]bool{}
	for key := range live.keys(tx, nil) {
		with[binary.BigEndian.Uint64(key)] = true
	}
	for report, err := range activeSuspensions.all(tx, nil) {
		if err != nil {
			return err
		}
		with[report] = true
	}
	for id := range with {
		if err := markStale(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// lastKnownGood returns when the database was last known to be complete, and
// reports whether later decisions may be missing. It removes the mark of a
// backup.
func lastKnownGood(tx *bolt.Tx, now time.Time) (at time.Time, old bool, err error) {
	at, marked, err := getMeta[time.Time](tx, keyBackup)
	if err != nil {
		return at, false, err
	}
	if marked {
		return at, true, meta.delete(tx, []byte(keyBackup))
	}
	at, ok, err := getMeta[time.Time](tx, keyHeartbeat)
	return at, ok && now.Sub(at) > MaxHeartbeatAge, err
}

// closeUnfinished closes every unfinished batch.
func closeUnfinished(tx *bolt.Tx, now time.Time) error {
	open, err := unfinishedBatches(tx)
	if err != nil {
		return err
	}
	for _, b := range open {
		b, err := batch(tx, b.ID) // closing the previous batch may have changed it.
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

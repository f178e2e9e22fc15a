package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// Pause is the order to suspend no one.
type Pause struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Paused returns the pause in effect. It reports false if there is none.
func (s *Store) Paused() (p Pause, ok bool, err error) { return readMeta[Pause](s, keyPause) }

// Pause stops the suspensions of all batches until [Store.Unpause]. Restores
// continue.
func (s *Store) Pause(by string, now time.Time) error {
	return s.decide(pauseObject, by, func(tx *bolt.Tx) error {
		have, paused, err := getMeta[Pause](tx, keyPause)
		if err != nil {
			return err
		}
		if paused {
			return Refusal{Cause: CauseAlready, By: have.By, At: have.At}
		}
		if err := setMeta(tx, keyPause, Pause{By: by, At: now}); err != nil {
			return err
		}
		return recordPause(tx, "pause", Note{Kind: NotePaused, By: by, At: now})
	})
}

// Unpause ends the pause.
func (s *Store) Unpause(by string, now time.Time) error {
	return s.decide(pauseObject, by, func(tx *bolt.Tx) error {
		_, paused, err := getMeta[Pause](tx, keyPause)
		if err != nil {
			return err
		}
		if !paused {
			return Refusal{Cause: CauseAlready}
		}
		if err := meta.delete(tx, []byte(keyPause)); err != nil {
			return err
		}
		return recordPause(tx, "resume", Note{Kind: NoteUnpaused, By: by, At: now})
	})
}

func recordPause(tx *bolt.Tx, action string, n Note) error {
	if err := appendAudit(tx, AuditEntry{At: n.At, Actor: n.By, Action: action}); err != nil {
		return err
	}
	return noteInLiveReports(tx, n)
}

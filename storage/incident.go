package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// Trouble is why the bot cannot work now, and the one message in the channel that
// tells it: it is drawn anew with every try, and a last time when it is over.
type Trouble struct {
	Code    string    `json:"code"`
	Since   time.Time `json:"since"`
	Tries   int       `json:"tries"`             // how often it was met, …
	LastAt  time.Time `json:"last_at"`           // … and when last.
	EndedAt time.Time `json:"ended_at,omitzero"` // zero: it lasts.
	Message Message   `json:"message,omitzero"`
	Version uint64    `json:"version"` // counts the changes of what the message says.
	Drawn   uint64    `json:"drawn"`   // the version the message shows.
}

// SetTrouble says that the bot cannot work, or still cannot. What is new about it
// has an audit line.
func (s *Store) SetTrouble(code string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		t, in, err := getMeta[Trouble](tx, keyTrouble)
		if err != nil {
			return err
		}
		if news := t.Code != code || !t.EndedAt.IsZero(); news {
			if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "cannot work", Outcome: code}); err != nil {
				return err
			}
		}
		if !in {
			t.Since = now
		}
		t.Code, t.LastAt, t.EndedAt = code, now, time.Time{}
		t.Tries++
		t.Version++
		return setMeta(tx, keyTrouble, t)
	})
}

// EndTrouble says that the bot can work. Where the channel was told that it
// cannot, that message is to say so.
func (s *Store) EndTrouble(now time.Time) error {
	if _, in, err := s.Trouble(); err != nil || !in {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		t, in, err := getMeta[Trouble](tx, keyTrouble)
		if err != nil || !in || !t.EndedAt.IsZero() {
			return err
		}
		if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "works again", Outcome: t.Code}); err != nil {
			return err
		}
		if t.Message == (Message{}) {
			return meta.delete(tx, []byte(keyTrouble))
		}
		t.EndedAt = now
		t.Version++
		return setMeta(tx, keyTrouble, t)
	})
}

// Trouble is why the bot cannot work; in is false where it can.
func (s *Store) Trouble() (t Trouble, in bool, err error) {
	t, in, err = readMeta[Trouble](s, keyTrouble)
	return t, in && t.EndedAt.IsZero(), err
}

// StaleTrouble is trouble whose message is not yet true; due is false where there
// is none.
func (s *Store) StaleTrouble() (t Trouble, due bool, err error) {
	t, in, err := readMeta[Trouble](s, keyTrouble)
	return t, in && t.Drawn != t.Version, err
}

// TroubleTried says that posting the message is about to begin.
func (s *Store) TroubleTried(now time.Time) error {
	return s.changeTrouble(func(t *Trouble) { t.Message.TriedAt = now })
}

// TroubleDrawn says where the message stands and which version it shows. With it
// trouble that is over is done with.
func (s *Store) TroubleDrawn(version uint64, at Message) error {
	return s.changeTrouble(func(t *Trouble) { t.Drawn, t.Message = version, at })
}

func (s *Store) changeTrouble(change func(*Trouble)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		t, in, err := getMeta[Trouble](tx, keyTrouble)
		if err != nil || !in {
			return err
		}
		change(&t)
		if !t.EndedAt.IsZero() && t.Drawn == t.Version {
			return meta.delete(tx, []byte(keyTrouble))
		}
		return setMeta(tx, keyTrouble, t)
	})
}

package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// Incident records why the bot is blocked, and the one message in the channel
// about it. The message is redrawn with every attempt and once more at the end.
type Incident struct {
	Code          string    `json:"code"`
	Since         time.Time `json:"since"`
	Attempts      int       `json:"tries"`             // how often the problem occurred.
	LastAt        time.Time `json:"last_at"`           // when it last occurred.
	EndedAt       time.Time `json:"ended_at,omitzero"` // zero: not over.
	Message       Message   `json:"message,omitzero"`
	Version       uint64    `json:"version"` // incremented when the content of the message changes.
	PostedVersion uint64    `json:"drawn"`   // the version that the message shows.
}

// SetIncident records that the bot is blocked, or still is. A new incident or a
// new code gets an audit entry.
func (s *Store) SetIncident(code string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		t, in, err := getMeta[Incident](tx, keyIncident)
		if err != nil {
			return err
		}
		if news := t.Code != code || !t.EndedAt.IsZero(); news {
			if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "cannot work", Outcome: code}); err != nil {
				return err
			}
		}
		if !in {
			t.Since = now
		}
		t.Code, t.LastAt, t.EndedAt = code, now, time.Time{}
		t.Attempts++
		t.Version++
		return setMeta(tx, keyIncident, t)
	})
}

// EndIncident records that the bot works again. If the channel was told of the
// incident, its message is redrawn.
func (s *Store) EndIncident(now time.Time) error {
	if _, in, err := s.Incident(); err != nil || !in {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		t, in, err := getMeta[Incident](tx, keyIncident)
		if err != nil || !in || !t.EndedAt.IsZero() {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "works again", Outcome: t.Code}); err != nil {
			return err
		}
		if t.Message == (Message{}) {
			return meta.delete(tx, []byte(keyIncident))
		}
		t.EndedAt = now
		t.Version++
		return setMeta(tx, keyIncident, t)
	})
}

// Incident returns why the bot is blocked. It reports false if it is not.
func (s *Store) Incident() (t Incident, in bool, err error) {
	t, in, err = readMeta[Incident](s, keyIncident)
	return t, in && t.EndedAt.IsZero(), err
}

// StaleIncident returns an incident whose message is out of date. It reports
// false if there is none.
func (s *Store) StaleIncident() (t Incident, due bool, err error) {
	t, in, err := readMeta[Incident](s, keyIncident)
	return t, in && t.PostedVersion != t.Version, err
}

// MarkIncidentAttempted records, before the request, that the message is about
// to be posted.
func (s *Store) MarkIncidentAttempted(now time.Time) error {
	return s.changeIncident(func(t *Incident) { t.Message.AttemptedAt = now })
}

// MarkIncidentPosted records where the message is and which version it shows.
// It removes an incident that is over.
func (s *Store) MarkIncidentPosted(version uint64, at Message) error {
	return s.changeIncident(func(t *Incident) { t.PostedVersion, t.Message = version, at })
}

func (s *Store) changeIncident(change func(*Incident)) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		t, in, err := getMeta[Incident](tx, keyIncident)
		if err != nil || !in {
			return err
		}
		change(&t)
		if !t.EndedAt.IsZero() && t.PostedVersion == t.Version {
			return meta.delete(tx, []byte(keyIncident))
		}
		return setMeta(tx, keyIncident, t)
	})
}

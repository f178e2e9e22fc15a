package storage

import (
	"encoding/json"
	"time"

	bolt "go.etcd.io/bbolt"
)

var meta = table[json.RawMessage]{name: "meta"}

// The keys of the meta bucket.
const (
	keySchema             = "schema"
	keyGreeted            = "greeted"
	keyLastSlot           = "last_slot"
	keyPause              = "pause"
	keySalt               = "salt"
	keyIncident           = "trouble"
	keyHeartbeat          = "heartbeat"
	keyApprovers          = "approvers"
	keySettings           = "settings"
	keyActivityScope      = "activity_scope"
	keyOldExclusionsNoted = "old_exclusions_named"
	keyTableRefused       = "no_table"
	keyLastSweep          = "swept"
	keyConnected          = "connected"
	keyChannelOutage      = "no_channel"
	keyBackup             = "copy"
	keyAPIKey             = "api_key"
	keyInstallation       = "installation"
	keyWarnings           = "warnings"
	keyOvertaken          = "overtaken"
	keyHiddenEmails       = "hidden_emails"
	keyProtected          = "protected_accounts" // by entry of INACTIVEBOT_PROTECT, see [protectKey].
)

func setMeta[T any](tx *bolt.Tx, name string, v T) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return meta.put(tx, []byte(name), body)
}

func getMeta[T any](tx *bolt.Tx, name string) (v T, ok bool, err error) {
	body, ok, err := meta.get(tx, []byte(name))
	if !ok || err != nil {
		return v, false, err
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, false, ErrCorrupt{Bucket: meta.name, Key: name}
	}
	return v, true, nil
}

// readMeta is getMeta in its own transaction.
func readMeta[T any](s *Store, name string) (v T, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		v, ok, err = getMeta[T](tx, name)
		return err
	})
	return v, ok, err
}

// TableRefused reports whether Slack rejected the table layout.
func (s *Store) TableRefused() (bool, error) {
	refused, _, err := readMeta[bool](s, keyTableRefused)
	return refused, err
}

// SetTableRefused stores whether Slack rejected the table layout.
func (s *Store) SetTableRefused(refused bool) error {
	have, err := s.TableRefused()
	if err != nil || have == refused {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyTableRefused, refused) })
}

// LastSlot returns the last slot of the schedule that was handled, or the zero
// time.
func (s *Store) LastSlot() (time.Time, error) {
	at, _, err := readMeta[time.Time](s, keyLastSlot)
	return at, err
}

// SetLastSlot records that all slots up to at were handled.
func (s *Store) SetLastSlot(at time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyLastSlot, at) })
}

// Greet plans the message of the first start. It reports true only once for
// each database.
func (s *Store) Greet(now time.Time) (first bool, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		if _, done, err := getMeta[time.Time](tx, keyGreeted); done || err != nil {
			return err
		}
		first = true
		if err := setMeta(tx, keyGreeted, now); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteGreeting, At: now})
	})
	return first, err
}

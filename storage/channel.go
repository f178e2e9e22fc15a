package storage

import (
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// NoChannel is why nothing can be posted to the admin channel now, and who has
// been told of it.
type NoChannel struct {
	Code  string    `json:"code"` // Slack's.
	Since time.Time `json:"since"`
	Told  []string  `json:"told,omitempty"` // Slack users.
}

// SetNoChannel says that nothing can be posted to the admin channel. It is the
// same trouble until [Store.EndNoChannel], whatever Slack calls it meanwhile.
func (s *Store) SetNoChannel(code string, now time.Time) error {
	if _, in, err := s.NoChannel(); err != nil || in {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		if _, in, err := getMeta[NoChannel](tx, keyNoChannel); err != nil || in {
			return err
		}
		if err := setMeta(tx, keyNoChannel, NoChannel{Code: code, Since: now}); err != nil {
			return err
		}
		return appendAudit(tx, Line{At: now, Actor: Bot, Action: "cannot post", Outcome: code})
	})
}

// NoChannel is why nothing can be posted to the admin channel; in is false where
// it can.
func (s *Store) NoChannel() (c NoChannel, in bool, err error) {
	return readMeta[NoChannel](s, keyNoChannel)
}

// TellNoChannel says that somebody is about to be told, before the message goes
// out: nobody is told twice. First is false where they were told already, or the
// trouble is over.
func (s *Store) TellNoChannel(user string) (first bool, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		c, in, err := getMeta[NoChannel](tx, keyNoChannel)
		if err != nil || !in || slices.Contains(c.Told, user) {
			return err
		}
		first = true
		c.Told = append(c.Told, user)
		return setMeta(tx, keyNoChannel, c)
	})
	return first, err
}

// NotTold takes back that somebody was told, because the message certainly did
// not go out.
func (s *Store) NotTold(user string) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		c, in, err := getMeta[NoChannel](tx, keyNoChannel)
		if err != nil || !in {
			return err
		}
		c.Told = slices.DeleteFunc(c.Told, func(told string) bool { return told == user })
		return setMeta(tx, keyNoChannel, c)
	})
}

// EndNoChannel says that something was posted to the admin channel, and plans to
// say there since when that was not possible, where it was not.
func (s *Store) EndNoChannel(now time.Time) error {
	if _, in, err := s.NoChannel(); err != nil || !in {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		c, in, err := getMeta[NoChannel](tx, keyNoChannel)
		if err != nil || !in {
			return err
		}
		if err := meta.delete(tx, []byte(keyNoChannel)); err != nil {
			return err
		}
		if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "can post again", Outcome: c.Code}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteChannelBack, At: c.Since, Until: now})
	})
}

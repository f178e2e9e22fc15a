package storage

import (
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ChannelOutage records why nothing can be posted to the admin channel, and who
// was told.
type ChannelOutage struct {
	Code     string    `json:"code"` // Slack's error code.
	Since    time.Time `json:"since"`
	Notified []string  `json:"told,omitempty"` // the Slack users who were told.
}

// SetChannelOutage records that nothing can be posted to the admin channel. It
// is one outage until [Store.EndChannelOutage], even if Slack returns another
// error code meanwhile.
func (s *Store) SetChannelOutage(code string, now time.Time) error {
	if _, in, err := s.ChannelOutage(); err != nil || in {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		if _, in, err := getMeta[ChannelOutage](tx, keyChannelOutage); err != nil || in {
			return err
		}
		return beginOutage(tx, code, now)
	})
}

// HideReports records that names may not be shown in the admin channel, like an
// outage. The messages of reports that can change become stale, and their lists are
// deleted.
func (s *Store) HideReports(code string, now time.Time) error {
	if c, in, err := s.ChannelOutage(); err != nil || in && c.Code == code {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		all, err := liveReports(tx)
		if err != nil {
			return err
		}
		for _, r := range all {
			if err := errors.Join(deleteFiles(tx, &r, now), putReport(tx, &r)); err != nil {
				return err
			}
		}
		return beginOutage(tx, code, now)
	})
}

// beginOutage stores a new outage, about which no one was told.
func beginOutage(tx *bolt.Tx, code string, now time.Time) error {
	if err := setMeta(tx, keyChannelOutage, ChannelOutage{Code: code, Since: now}); err != nil {
		return err
	}
	return appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "cannot post", Outcome: code})
}

// ChannelOutage returns why nothing can be posted to the admin channel. It
// reports false if posting works.
func (s *Store) ChannelOutage() (c ChannelOutage, in bool, err error) {
	return readMeta[ChannelOutage](s, keyChannelOutage)
}

// MarkOutageNotified records, before the message is sent, that a person is told
// of the outage, so that no one is told twice. It reports false if the person
// was told already or the outage is over.
func (s *Store) MarkOutageNotified(user string) (first bool, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		c, in, err := getMeta[ChannelOutage](tx, keyChannelOutage)
		if err != nil || !in || slices.Contains(c.Notified, user) {
			return err
		}
		first = true
		c.Notified = append(c.Notified, user)
		return setMeta(tx, keyChannelOutage, c)
	})
	return first, err
}

// UnmarkOutageNotified removes that record because the message was definitely
// not sent.
func (s *Store) UnmarkOutageNotified(user string) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		c, in, err := getMeta[ChannelOutage](tx, keyChannelOutage)
		if err != nil || !in {
			return err
		}
		c.Notified = slices.DeleteFunc(c.Notified, func(told string) bool { return told == user })
		return setMeta(tx, keyChannelOutage, c)
	})
}

// EndChannelOutage records that a message was posted to the admin channel.
// After an outage it plans a note about it in the channel.
func (s *Store) EndChannelOutage(now time.Time) error {
	if _, in, err := s.ChannelOutage(); err != nil || !in {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		c, in, err := getMeta[ChannelOutage](tx, keyChannelOutage)
		if err != nil || !in {
			return err
		}
		if err := meta.delete(tx, []byte(keyChannelOutage)); err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "can post again", Outcome: c.Code}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteChannelBack, At: c.Since, Until: now})
	})
}

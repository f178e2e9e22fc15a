package storage

import (
	"maps"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// WarningKind is the subject of a [Warning].
type WarningKind string

// The kinds of warnings.
const (
	// WarnOtherProgram: another program is connected to the same Slack app, or
	// posted messages whose presses arrive here.
	WarnOtherProgram WarningKind = "other_program"
	// WarnNewerMessage: a message in Slack shows decisions that the database does
	// not have. It ends when the lock of a later report is overridden.
	WarnNewerMessage WarningKind = "newer_message"
	// WarnChannel: nothing can or may be posted to the admin channel, see
	// [ChannelOutage].
	WarnChannel WarningKind = "channel"
)

// Warning is a danger that a person must look into while the bot runs on.
type Warning struct {
	Kind  WarningKind `json:"kind"`
	Since time.Time   `json:"since"`
}

// SetWarning records a warning, once until it is cleared.
func (s *Store) SetWarning(kind WarningKind, now time.Time) error {
	if have, _, err := readMeta[map[WarningKind]Warning](s, keyWarnings); err != nil || !have[kind].Since.IsZero() {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error { return setWarning(tx, kind, now) })
}

func setWarning(tx *bolt.Tx, kind WarningKind, now time.Time) error {
	have, _, err := getMeta[map[WarningKind]Warning](tx, keyWarnings)
	if err != nil || !have[kind].Since.IsZero() {
		return err
	}
	if have == nil {
		have = map[WarningKind]Warning{}
	}
	have[kind] = Warning{Kind: kind, Since: now}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "warning", Outcome: string(kind)}); err != nil {
		return err
	}
	return setMeta(tx, keyWarnings, have)
}

// ClearWarning records that a warning is over.
func (s *Store) ClearWarning(kind WarningKind, now time.Time) error {
	if have, _, err := readMeta[map[WarningKind]Warning](s, keyWarnings); err != nil || have[kind].Since.IsZero() {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error { return clearWarning(tx, kind, now) })
}

func clearWarning(tx *bolt.Tx, kind WarningKind, now time.Time) error {
	have, _, err := getMeta[map[WarningKind]Warning](tx, keyWarnings)
	if err != nil || have[kind].Since.IsZero() {
		return err
	}
	delete(have, kind)
	if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "warning ended", Outcome: string(kind)}); err != nil {
		return err
	}
	return setMeta(tx, keyWarnings, have)
}

// Warnings returns the warnings in effect, oldest first.
func (s *Store) Warnings() (all []Warning, err error) {
	have, _, err := readMeta[map[WarningKind]Warning](s, keyWarnings)
	if err != nil {
		return nil, err
	}
	all = slices.Collect(maps.Values(have))
	c, out, err := s.ChannelOutage()
	if out {
		all = append(all, Warning{Kind: WarnChannel, Since: c.Since})
	}
	slices.SortFunc(all, func(a, b Warning) int { return a.Since.Compare(b.Since) })
	return all, err
}

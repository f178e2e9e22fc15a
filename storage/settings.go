package storage

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// RecordSettings compares the settings with those of the last start and records
// which have changed. It takes digests by name: the audit log says that a
// setting changed, never its value.
func (s *Store) RecordSettings(digests map[string]string, now time.Time) (changed []string, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		have, known, err := getMeta[map[string]string](tx, keySettings)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(digests)) {
			if have[name] != digests[name] {
				changed = append(changed, name)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		outcome := "first start"
		if known {
			outcome = strings.Join(changed, ", ")
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "settings", Outcome: outcome}); err != nil {
			return err
		}
		return setMeta(tx, keySettings, digests)
	})
	return changed, err
}

// RecordApprovers compares the approvers with those stored before. It records a
// change and notes it in the thread of a report.
func (s *Store) RecordApprovers(reportID uint64, ids []string, now time.Time) error {
	slices.Sort(ids)
	return s.db.Update(func(tx *bolt.Tx) error {
		have, known, err := getMeta[[]string](tx, keyApprovers)
		if err != nil || known && slices.Equal(have, ids) {
			return err
		}
		if err := setMeta(tx, keyApprovers, ids); err != nil {
			return err
		}
		line := AuditEntry{At: now, Actor: Bot, Action: "approvers", Report: reportID, Outcome: fmt.Sprint(len(ids)), Detail: map[string]string{"ids": strings.Join(ids, ",")}}
		if err := appendAudit(tx, line); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteApprovers, ReportID: reportID, At: now, Text: strings.Join(ids, ",")})
	})
}

// RecordHiddenEmails notes in the thread of a report which approvers show no email
// in Slack, if that has changed: their own accounts are not protected.
func (s *Store) RecordHiddenEmails(reportID uint64, ids []string, now time.Time) error {
	have, _, err := readMeta[[]string](s, keyHiddenEmails)
	if err != nil || slices.Equal(have, ids) {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		if err := setMeta(tx, keyHiddenEmails, ids); err != nil || len(ids) == 0 {
			return err
		}
		return addNote(tx, Note{Kind: NoteHiddenEmails, ReportID: reportID, At: now, Text: strings.Join(ids, ",")})
	})
}

// apiKey is the salted hash of the key in use and when it was first seen.
type apiKey struct {
	Hash  string    `json:"hash"`
	Since time.Time `json:"since"`
}

// KeyFirstSeen returns since when the bot has used the API key with this
// digest. A new key counts from now on.
func (s *Store) KeyFirstSeen(digest string, now time.Time) (since time.Time, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		have, _, err := getMeta[apiKey](tx, keyAPIKey)
		if err != nil {
			return err
		}
		if err := makeSalt(tx); err != nil {
			return err
		}
		hash, err := hashText(tx, digest)
		if since = have.Since; err != nil || have.Hash == hash {
			return err
		}
		since = now
		return setMeta(tx, keyAPIKey, apiKey{Hash: hash, Since: now})
	})
	return since, err
}

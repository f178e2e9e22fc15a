package storage

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Settings compares the installation's settings with those of the last start,
// and records which have changed. They are given as digests, by name: the audit
// log tells that a setting changed, never its value.
func (s *Store) Settings(digests map[string]string, now time.Time) (changed []string, err error) {
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
		if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "settings", Outcome: outcome}); err != nil {
			return err
		}
		return setMeta(tx, keySettings, digests)
	})
	return changed, err
}

// Approvers compares who may press now with who could before, and records and
// notes a change in the thread of a report.
func (s *Store) Approvers(reportID uint64, ids []string, now time.Time) error {
	slices.Sort(ids)
	return s.db.Update(func(tx *bolt.Tx) error {
		have, known, err := getMeta[[]string](tx, keyApprovers)
		if err != nil || known && slices.Equal(have, ids) {
			return err
		}
		if err := setMeta(tx, keyApprovers, ids); err != nil {
			return err
		}
		line := Line{At: now, Actor: Bot, Action: "approvers", Report: reportID, Outcome: fmt.Sprint(len(ids)), Detail: map[string]string{"ids": strings.Join(ids, ",")}}
		if err := appendAudit(tx, line); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteApprovers, ReportID: reportID, At: now, Text: strings.Join(ids, ",")})
	})
}

// apiKey is the key in use: a salted hash of it, and when it was first seen.
type apiKey struct {
	Hash  string    `json:"hash"`
	Since time.Time `json:"since"`
}

// KeySince is since when the bot has had the API key that a digest stands for. A
// key that was not seen before counts from now on.
func (s *Store) KeySince(digest string, now time.Time) (since time.Time, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		have, _, err := getMeta[apiKey](tx, keyAPIKey)
		if err != nil {
			return err
		}
		if err := makeSalt(tx); err != nil {
			return err
		}
		hash, err := textHash(tx, digest)
		if since = have.Since; err != nil || have.Hash == hash {
			return err
		}
		since = now
		return setMeta(tx, keyAPIKey, apiKey{Hash: hash, Since: now})
	})
	return since, err
}

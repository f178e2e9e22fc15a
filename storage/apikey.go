package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

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

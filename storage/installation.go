package storage

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// Installation is the random id of a database. Every button and modal in Slack
// carries it, so that a press never acts on another database's report with the
// same number. A backup that is put back gets a new id.
type Installation struct {
	ID       string   `json:"id"`                 // 8 letters of A–Z and 2–7, the first one A–Z.
	Previous []string `json:"previous,omitempty"` // the ids before it, oldest first.
}

// Has reports whether id is the installation or a previous one.
func (i Installation) Has(id string) bool { return id == i.ID || slices.Contains(i.Previous, id) }

// identity holds the installation of an open database in memory, because every
// message and modal needs it.
type identity struct {
	mu  sync.RWMutex
	now Installation
}

func (i *identity) set(to Installation) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.now = to
}

// Installation returns the id of this database and its previous ones.
func (s *Store) Installation() Installation {
	s.identity.mu.RLock()
	defer s.identity.mu.RUnlock()
	return s.identity.now
}

// loadInstallation reads the installation after the database was opened or its
// id has changed. A copy from before schema 2 has none.
func (s *Store) loadInstallation() error {
	have, _, err := readMeta[Installation](s, keyInstallation)
	if err == nil {
		s.identity.set(have)
	}
	return err
}

// makeInstallation gives the database its first id. For a database that was in
// use it is derived from the first audit entry, so that a backup from before the
// migration gets the same id.
func makeInstallation(tx *bolt.Tx) error {
	seed := rand.Text()
	for line, err := range audit.all(tx, nil) {
		if err != nil {
			return err
		}
		seed = line.Hash
		break
	}
	return setMeta(tx, keyInstallation, Installation{ID: installationID(seed)})
}

// renewInstallation gives the database a new id and keeps the old one as a
// previous id.
func renewInstallation(tx *bolt.Tx) error {
	have, _, err := getMeta[Installation](tx, keyInstallation)
	if err != nil {
		return err
	}
	return setMeta(tx, keyInstallation, Installation{ID: installationID(rand.Text()), Previous: append(slices.Clone(have.Previous), have.ID)})
}

// installationLength is the number of letters of an installation's id.
const installationLength = 8

// installationID returns the id for a seed. It begins with a letter, so that it
// is never the number of a report.
func installationID(seed string) string {
	sum := sha256.Sum256([]byte("installation " + seed))
	id := []byte(base32.StdEncoding.EncodeToString(sum[:])[:installationLength])
	if id[0] < 'A' {
		id[0] = 'A' + sum[len(sum)-1]%26
	}
	return string(id)
}

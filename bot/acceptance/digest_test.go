package acceptance_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inactivebot/storage"
)

// copyDatabase copies the database file and returns the path of the copy. The bot
// must be idle.
func (w *world) copyDatabase() string {
	w.t.Helper()
	body, err := os.ReadFile(w.path)
	path := filepath.Join(filepath.Dir(w.path), "copy.db")
	if err == nil {
		err = os.WriteFile(path, body, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return path
}

// stored opens a copy of the database for read.
func (w *world) stored(read func(*storage.Store) error) {
	w.t.Helper()
	s, err := storage.Open(w.copyDatabase())
	if err != nil {
		w.t.Fatal(err)
	}
	if err := read(s); err != nil {
		w.t.Error(err)
	}
	if err := s.Close(); err != nil {
		w.t.Error(err)
	}
}

// snapshot reads the whole database. The digest covers everything except the
// audit log, the heartbeat, deliveries, warnings, profiles and whether a message is
// stale; lines is the audit log, newest first.
func (w *world) snapshot() (digest string, lines []storage.AuditEntry) {
	w.t.Helper()
	db, err := bolt.Open(w.copyDatabase(), 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		w.t.Fatal(err)
	}
	sum := sha256.New()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return walk(b, name, func(key, value []byte) error {
				switch string(name) {
				case "stale", "deliveries", "approver_profiles":
					return nil
				case "audit":
					var l storage.AuditEntry
					err := json.Unmarshal(value[checksum:], &l)
					lines = append(lines, l)
					return err
				}
				for _, part := range [][]byte{key, comparedValue(name, value)} {
					sum.Write(append(part, 0))
				}
				return nil
			})
		})
	})
	if err := errors.Join(err, db.Close()); err != nil {
		w.t.Error(err)
	}
	slices.Reverse(lines)
	return hex.EncodeToString(sum.Sum(nil)), lines
}

// checksum is the length of the checksum before each value.
const checksum = 4

func (w *world) digest() string {
	w.t.Helper()
	digest, _ := w.snapshot()
	return digest
}

func (w *world) lines() []storage.AuditEntry {
	w.t.Helper()
	_, lines := w.snapshot()
	return lines
}

// walk visits the values of a bucket and of its nested buckets.
func walk(b *bolt.Bucket, path []byte, visit func(key, value []byte) error) error {
	return b.ForEach(func(key, value []byte) error {
		at := bytes.Join([][]byte{path, key}, []byte{'/'})
		switch {
		case value == nil:
			return walk(b.Bucket(key), at, visit)
		case string(at) == "meta/heartbeat", string(at) == "meta/connected", string(at) == "meta/warnings":
			return nil
		}
		return visit(at, value)
	})
}

// comparedValue returns a value; for a report, without the fields that say whether
// its message has to be redrawn.
func comparedValue(bucket, value []byte) []byte {
	var fields map[string]any
	if string(bucket) != "reports" || json.Unmarshal(value[checksum:], &fields) != nil {
		return bytes.Clone(value)
	}
	delete(fields, "version")
	delete(fields, "drawn")
	out, _ := json.Marshal(fields)
	return out
}

// orgState returns the people of the organisation as JSON, without their activity,
// which changes during the test.
func (w *world) orgState() string {
	w.t.Helper()
	all := w.org.AllPeople()
	for i := range all {
		all[i].ProductAccess = nil
	}
	out, err := json.Marshal(all)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(out)
}

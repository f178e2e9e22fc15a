package storage

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	audit = table[AuditEntry]{name: "audit"}
	texts = table[string]{name: "texts"}
)

// AuditEntry is one entry of the audit log. It contains only ids. Free text is
// stored separately under its salted hash, so that it can be deleted and the
// chain still verifies.
type AuditEntry struct {
	Seq     uint64            `json:"seq"`
	At      time.Time         `json:"at"`
	Actor   string            `json:"actor"`             // a Slack user id, or "bot".
	Action  string            `json:"action"`            // what was done, for example "exclude".
	Account string            `json:"account,omitempty"` // the person concerned.
	Report  uint64            `json:"report,omitempty"`
	Batch   uint64            `json:"batch,omitempty"`
	Outcome string            `json:"outcome,omitempty"`
	Detail  map[string]string `json:"detail,omitempty"` // evidence and numbers; never names, emails or free text.
	Text    string            `json:"text,omitempty"`   // salted hash of a free text, see [Store.AuditText].
	Prev    string            `json:"prev"`
	Hash    string            `json:"hash,omitempty"` // SHA-256 of the entry without this field, in hex.
}

// Bot is the actor of entries that no person caused.
const Bot = "bot"

// hash returns the hash that the entry must have.
func (l AuditEntry) hash() (string, error) {
	l.Hash = ""
	body, err := json.Marshal(l)
	if err != nil {
		return "", fmt.Errorf("encode audit entry: %w", err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

// appendAudit appends an entry to the chain, in the transaction of the change
// that it records.
func appendAudit(tx *bolt.Tx, l AuditEntry) error {
	head, err := auditHead(tx)
	if err != nil {
		return err
	}
	if l.Seq, err = audit.next(tx); err != nil {
		return err
	}
	l.At, l.Prev = l.At.UTC(), head.Hash
	if l.Hash, err = l.hash(); err != nil {
		return err
	}
	return audit.put(tx, numberKey(l.Seq), l)
}

// auditHead returns the last entry. It is zero before the first.
func auditHead(tx *bolt.Tx) (AuditHead, error) {
	for line, err := range audit.newestFirst(tx) {
		return AuditHead{Seq: line.Seq, Hash: line.Hash}, err
	}
	return AuditHead{}, nil
}

// AuditHead is the last entry of the audit log. It is zero before the first.
type AuditHead struct {
	Seq  uint64
	Hash string
}

// AuditHead returns the last entry of the audit log.
func (s *Store) AuditHead() (AuditHead, error) { return view(s, auditHead) }

// HasAuditEntry reports whether the audit log has this entry. A backup that was
// put back lacks later entries, or has others with the same numbers.
func (s *Store) HasAuditEntry(want AuditHead) (bool, error) {
	return view(s, func(tx *bolt.Tx) (bool, error) {
		line, ok, err := audit.get(tx, numberKey(want.Seq))
		return ok && line.Hash == want.Hash, err
	})
}

// saveText stores a free text and returns the salted hash that refers to it.
func saveText(tx *bolt.Tx, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if err := makeSalt(tx); err != nil {
		return "", err
	}
	hash, err := hashText(tx, text)
	if err != nil {
		return "", err
	}
	return hash, texts.put(tx, []byte(hash), text)
}

// makeSalt creates the salt of all text hashes, once for each database.
func makeSalt(tx *bolt.Tx) error {
	if _, ok, err := getMeta[string](tx, keySalt); ok || err != nil {
		return err
	}
	return setMeta(tx, keySalt, rand.Text())
}

// hashText returns the salted hash that refers to a text in the audit log.
func hashText(tx *bolt.Tx, text string) (string, error) {
	salt, _, err := getMeta[string](tx, keySalt)
	sum := sha256.Sum256([]byte(salt + text))
	return hex.EncodeToString(sum[:]), err
}

// AppendAudit appends an entry that belongs to no other change, such as a
// refusal or a start.
func (s *Store) AppendAudit(l AuditEntry) error {
	return s.db.Update(func(tx *bolt.Tx) error { return appendAudit(tx, l) })
}

// AuditEntries returns the entries that match, newest first, at most limit of
// them.
func (s *Store) AuditEntries(limit int, match func(AuditEntry) bool) (out []AuditEntry, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for line, err := range audit.newestFirst(tx) {
			if err != nil || len(out) == limit {
				return err
			}
			if match(line) {
				out = append(out, line)
			}
		}
		return nil
	})
	return out, err
}

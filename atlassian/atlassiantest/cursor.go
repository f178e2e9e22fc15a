package atlassiantest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// position is what a cursor says: of which listing and where in it. The whole
// query is in it, because a cursor replaces the filters that come with it.
type position struct {
	Of    string `json:"o"`           // the route, and whom it is about.
	Next  int    `json:"n"`           // the number to go on from.
	Turn  int    `json:"t,omitempty"` // pages turned so far.
	Query *query `json:"q,omitempty"`
}

// signer makes and reads cursors. They are opaque to others and need no memory
// here.
type signer struct{ key string }

const signatureSize = 8

func newSigner(seed int64) signer { return signer{fmt.Sprint("cursor", seed)} }

// seal is the cursor of the position.
func (s signer) seal(p position) string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // A position is always JSON.
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(text), text...))
}

// open reads a cursor of that listing.
func (s signer) open(cursor, of string) (position, *refusal) {
	var p position
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < signatureSize {
		return p, badCursor
	}
	signature, text := raw[:signatureSize], raw[signatureSize:]
	if subtle.ConstantTimeCompare(signature, s.sign(text)) != 1 {
		return p, badCursor
	}
	if json.Unmarshal(text, &p) != nil || p.Of != of {
		return p, badCursor
	}
	return p, nil
}

func (s signer) sign(text []byte) []byte {
	sum := sha256.Sum256(append([]byte(s.key), text...))
	return sum[:signatureSize]
}

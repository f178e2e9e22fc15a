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
	Of        string `json:"o"`           // the route, and whom it is about.
	Next      int    `json:"n"`           // the number to go on from.
	PagesRead int    `json:"t,omitempty"` // pages turned so far.
	Query     *query `json:"q,omitempty"`
}

// cursorSigner makes and reads cursors. They are opaque to others and need no memory
// here.
type cursorSigner struct{ key string }

const signatureSize = 8

func newCursorSigner(seed int64) cursorSigner { return cursorSigner{fmt.Sprint("cursor", seed)} }

// seal is the cursor of the position.
func (s cursorSigner) seal(p position) string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // A position is always JSON.
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(text), text...))
}

// open reads a cursor of that listing.
func (s cursorSigner) open(cursor, of string) (position, *apiError) {
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

func (s cursorSigner) sign(text []byte) []byte {
	sum := sha256.Sum256(append([]byte(s.key), text...))
	return sum[:signatureSize]
}

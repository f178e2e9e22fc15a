package atlassiantest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// position is the content of a cursor. It includes the whole query, because a
// cursor replaces the filters sent with it.
type position struct {
	Of        string `json:"o"`           // the route and the directory or account.
	Next      int    `json:"n"`           // the number of the next person or product.
	PagesRead int    `json:"t,omitempty"` // pages read so far.
	Query     *query `json:"q,omitempty"`
}

// cursorSigner creates and verifies cursors. They are opaque to clients and
// need no storage.
type cursorSigner struct{ key string }

const signatureSize = 8

func newCursorSigner(seed int64) cursorSigner { return cursorSigner{fmt.Sprint("cursor", seed)} }

// seal returns the cursor of a position.
func (s cursorSigner) seal(p position) string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // A position can always be encoded.
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(text), text...))
}

// open verifies a cursor of the given listing and returns its position.
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

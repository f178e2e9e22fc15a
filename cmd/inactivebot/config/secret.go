package config

import (
	"fmt"
	"io"
)

const redacted = "[redacted]"

// Secret is a token or a key. However it is printed, marshalled or logged, it
// shows as [redacted]; only [Secret.Reveal] gives the value. The value is
// behind a pointer, so that not even a struct that hides a Secret in an
// unexported field, where fmt cannot call its methods, prints it.
type Secret struct{ value *string }

// NewSecret returns a secret with a value.
func NewSecret(value string) Secret { return Secret{&value} }

// Reveal returns the value, for the client that sends it. It is empty for the zero
// Secret.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String returns [redacted].
func (Secret) String() string { return redacted }

// Format prints the same for every verb, %#v and %d among them.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText keeps the value out of JSON and of logs.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

package atlassian

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// decode reads one whole JSON value. Its errors do not repeat the body.
func decode(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%q has the wrong type", wrong.Field)
	}
	return errors.New("the body is not one whole JSON value")
}

// field is a value of an answer that may be missing or wrong without spoiling
// what stands around it.
type field[T any] struct {
	value     T
	present   bool // there, not null, and readable.
	malformed bool
}

// UnmarshalJSON never fails.
func (f *field[T]) UnmarshalJSON(b []byte) error {
	*f = field[T]{}
	if string(b) == "null" {
		return nil
	}
	if json.Unmarshal(b, &f.value) != nil {
		*f = field[T]{malformed: true}
		return nil
	}
	f.present = true
	return nil
}

// text is a field[string] that is quick for strings without escapes, which
// nearly all are.
type text field[string]

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(b []byte) error {
	if s, ok := unquoteSimple(b); ok {
		*t = text{value: s, present: true}
		return nil
	}
	return (*field[string])(t).UnmarshalJSON(b)
}

// unquoteSimple unquotes a JSON string without escapes.
func unquoteSimple(b []byte) (string, bool) {
	if len(b) < 2 || b[0] != '"' || !utf8.Valid(b) {
		return "", false
	}
	b = b[1 : len(b)-1]
	for _, c := range b {
		if c == '\\' {
			return "", false
		}
	}
	return string(b), true
}

// convertList converts a convertList as a whole: nil when it was not told, and nil and not ok
// when it or any element is unreadable.
func convertList[W, T any](f field[[]W], convert func(W) (T, bool)) (_ []T, ok bool) {
	if !f.present {
		return nil, !f.malformed
	}
	all := make([]T, len(f.value))
	for i, w := range f.value {
		if all[i], ok = convert(w); !ok {
			return nil, false
		}
	}
	return all, true
}

// errNoData is an answer whose data is missing or null, which is not an empty one.
var errNoData = errors.New("the body has no data")

package atlassian

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// decode decodes a body of exactly one JSON value. Its errors do not contain
// the body.
func decode(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("the field %q has the wrong type", wrong.Field)
	}
	return errors.New("the response body is not a complete JSON value")
}

// field is a value of a response that may be missing or malformed without
// failing the fields around it.
type field[T any] struct {
	value     T
	present   bool // not missing, not null and not malformed.
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

// text is a field[string] that decodes strings without escapes faster; nearly
// all strings have none.
type text field[string]

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(b []byte) error {
	if s, ok := unquoteSimple(b); ok {
		*t = text{value: s, present: true}
		return nil
	}
	return (*field[string])(t).UnmarshalJSON(b)
}

// unquoteSimple unquotes a JSON string. It reports false if the value is not a
// string or has escapes.
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

// convertList converts all elements of a list. It returns nil for a missing list,
// and nil and false if the list or any element is malformed.
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

// errNoData means that "data" is missing or null, which is not an empty list.
var errNoData = errors.New("the response has no data")

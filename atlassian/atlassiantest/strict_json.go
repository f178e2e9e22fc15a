package atlassiantest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// decodeStrict decodes one JSON object into the struct that v points to. It
// rejects unknown fields, names that differ only in case, values of a wrong type
// and trailing data.
func decodeStrict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	err := d.Decode(v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fmt.Errorf("%s cannot be a JSON %s", wrong.Field, wrong.Value)
	}
	if err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("unexpected data after the object")
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(b, &given) != nil || given == nil {
		return errors.New("not an object")
	}
	fields := reflect.TypeOf(v).Elem()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		delete(given, name)
	}
	for name := range given {
		return fmt.Errorf("unknown field %q", name)
	}
	return nil
}

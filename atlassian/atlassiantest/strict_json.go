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

// decodeStrict reads one JSON object into the struct that v points to. It refuses a
// name the struct has no field for, also one that differs only in case, and
// anything after the object.
func decodeStrict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the object")
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(b, &given) != nil || given == nil {
		return errors.New("it is not an object")
	}
	fields := reflect.TypeOf(v).Elem()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		delete(given, name)
	}
	for name := range given {
		return fmt.Errorf("there is no field %q", name)
	}
	return nil
}

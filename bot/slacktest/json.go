package slacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// object is a JSON object as the app sent it. Numbers are json.Number.
type object = map[string]any

// encode returns the JSON of a value. It panics if the value cannot be encoded.
func encode(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic("slacktest: " + err.Error())
	}
	return data
}

// decodeJSON decodes one JSON value and keeps numbers as written.
func decodeJSON(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, errNotJSON
	}
	if decoder.More() {
		return nil, errNotJSON
	}
	return value, nil
}

var errNotJSON = errors.New("not JSON")

// writeJSON sends a JSON response. A write error means that the client has disconnected.
func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func str(o object, name string) string {
	text, _ := o[name].(string)
	return text
}

func child(o object, name string) object {
	value, _ := o[name].(object)
	return value
}

// children returns the objects in a list field.
func children(o object, name string) []object { return objects(o[name]) }

func objects(value any) []object {
	list, _ := value.([]any)
	var all []object
	for _, item := range list {
		if one, ok := item.(object); ok {
			all = append(all, one)
		}
	}
	return all
}

func find[T any](all []*T, matches func(*T) bool) *T {
	if i := slices.IndexFunc(all, matches); i >= 0 {
		return all[i]
	}
	return nil
}

// copies returns copies of the values that the pointers point to.
func copies[T any](all []*T) []T {
	values := make([]T, 0, len(all))
	for _, v := range all {
		values = append(values, *v)
	}
	return values
}

package atlassiantest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// decodeBody reads the body of a control call into v.
func decodeBody(r *http.Request, v any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	return decodeStrict(body, v)
}

// These are the settings that an empty value ends, with the JSON that does it.
var (
	orgEnds = map[string]string{
		"ari_ids": "false", "churn": "0", "clock_skew_s": "0", "empty_filters": "[]", "hide_suspended": "false",
		"ignore_filters": "[]", "omit": "[]", "read_lag": "[]", "restore_active": "0", "status_case": `""`, "sunset": "[]",
		"visible_after_ms": "0",
	}
	personEnds = map[string]string{"omit": "[]", "email_hidden": "false"}
)

// endEmpty replaces each empty value of a setting with the JSON that ends the
// setting. It returns a body that is not one JSON object unchanged.
func endEmpty(body []byte, ends map[string]string) []byte {
	var given map[string]json.RawMessage
	if json.Unmarshal(body, &given) != nil || given == nil {
		return body
	}
	for name, end := range ends {
		if value, ok := given[name]; ok && isEmpty(value) {
			given[name] = json.RawMessage(end)
		}
	}
	text, err := json.Marshal(given)
	if err != nil {
		panic(err) // What was decoded can be encoded.
	}
	return text
}

// isEmpty reports whether the JSON is null, [], false, "" or 0.
func isEmpty(value json.RawMessage) bool {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return false
	}
	list, ok := v.([]any)
	return v == nil || v == false || v == "" || v == 0.0 || ok && len(list) == 0
}

// merge sets the fields that are in the JSON object.
func (p *Person) merge(body []byte) error {
	access := p.ProductAccess
	p.ProductAccess = nil
	if err := decodeStrict(endEmpty(body, personEnds), p); err != nil {
		return err
	}
	if err := checkOmit(p.Omit); err != nil {
		return err
	}
	var given struct {
		ProductAccess json.RawMessage `json:"product_access"`
	}
	if err := json.Unmarshal(body, &given); err != nil {
		return err
	}
	switch {
	case given.ProductAccess == nil:
		p.ProductAccess = access
	case bytes.Equal(given.ProductAccess, []byte("null")):
		p.NullActivity = true
	}
	return nil
}

// UnmarshalJSON accepts the format of GET /users. A date without a time sets
// ShapeDate.
func (a *Access) UnmarshalJSON(b []byte) error {
	var given struct {
		Key        string  `json:"key"`
		ID         string  `json:"id"`
		LastActive *string `json:"last_active"`
	}
	if err := decodeStrict(b, &given); err != nil {
		return err
	}
	*a = Access{Key: given.Key, ID: given.ID}
	if given.LastActive == nil {
		return nil
	}
	at, err := time.Parse(time.RFC3339, *given.LastActive)
	if err != nil {
		if at, err = time.Parse(time.DateOnly, *given.LastActive); err != nil {
			return err
		}
		a.Shape = ShapeDate
	}
	a.LastActive = new(a.Shape.moment(at))
	return nil
}

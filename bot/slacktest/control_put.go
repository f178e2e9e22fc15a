package slacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

var errNoID = errors.New("id is required")

// putUser changes the given fields of a user or adds a user.
func (c *control) putUser(raw json.RawMessage) (User, error) {
	return put(c.ws, &c.ws.users, raw, User{TeamID: teamID, TZ: "Etc/UTC"}, func(u *User) string { return u.ID })
}

func (c *control) putGroup(raw json.RawMessage) (Group, error) {
	return put(c.ws, &c.ws.groups, raw, Group{}, func(g *Group) string { return g.ID })
}

func (c *control) putChannel(raw json.RawMessage) (Channel, error) {
	return put(c.ws, &c.ws.channels, raw, Channel{}, func(c *Channel) string { return c.ID })
}

// put changes the given fields of the value with the same id, or adds one based on fresh. It returns the stored value.
// It fails, and changes nothing, for an unknown field or a missing id.
func put[T any](ws *workspace, all *[]*T, raw json.RawMessage, fresh T, id func(*T) string) (T, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	value, err := merged(&fresh, raw)
	if err == nil && id(&value) == "" {
		err = errNoID
	}
	if err != nil {
		return fresh, err
	}
	old := find(*all, func(v *T) bool { return id(v) == id(&value) })
	if old != nil {
		if value, err = merged(old, raw); err != nil {
			return fresh, err
		}
	} else {
		old = &fresh
		*all = append(*all, old)
	}
	*old = value
	ws.notify()
	return value, nil
}

// merged returns a copy of a value with the fields of a JSON object. It is a deep copy, so that lists returned earlier
// do not change.
func merged[T any](value *T, fields json.RawMessage) (T, error) {
	var result T
	err := errors.Join(json.Unmarshal(encode(value), &result), decodeStrict(bytes.NewReader(fields), &result))
	return result, err
}

// decodeStrict decodes one JSON value. It fails for fields that the target does not have.
func decodeStrict(body io.Reader, to any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	return decoder.Decode(to)
}

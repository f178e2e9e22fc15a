package slacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

var errNoID = errors.New("id is required")

// appSettings are the settings of the app that a program may change.
type appSettings struct {
	MessagesTab *bool `json:"messages_tab"`
}

func (c *control) configureApp(to appSettings) (any, error) {
	if to.MessagesTab == nil {
		return nil, errors.New("messages_tab is required")
	}
	c.ws.setMessagesTab(*to.MessagesTab)
	return done, nil
}

// putUser changes the given fields of a user or adds a user.
func (c *control) putUser(raw json.RawMessage) (User, error) {
	return put(c.ws, raw, stored[User]{
		all: &c.ws.users, fresh: User{TeamID: teamID, TZ: "Etc/UTC"}, id: func(u *User) string { return u.ID },
	})
}

func (c *control) putGroup(raw json.RawMessage) (Group, error) {
	return put(c.ws, raw, stored[Group]{all: &c.ws.groups, id: func(g *Group) string { return g.ID }})
}

// putChannel changes the given fields of a channel or direct message, or adds one. A direct message without an id is
// the one with its user.
func (c *control) putChannel(raw json.RawMessage) (Channel, error) {
	sent, err := merged(&Channel{}, raw)
	if err != nil {
		return Channel{}, err
	}
	return put(c.ws, raw, stored[Channel]{
		all: &c.ws.channels, fresh: Channel{ID: c.directMessageID(&sent)}, check: c.ws.checkDirectMessage,
		id: func(c *Channel) string { return c.ID },
	})
}

// directMessageID returns the id of the direct message with the given user, an unused one if there is none. It is empty
// unless a direct message was sent without an id.
func (c *control) directMessageID(sent *Channel) string {
	if !sent.IsIM || sent.ID != "" {
		return ""
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	if im := c.ws.directMessageWith(sent.User); im != nil {
		return im.ID
	}
	return c.ws.newID("D")
}

// stored describes a list of the workspace to put.
type stored[T any] struct {
	all   *[]*T
	fresh T               // What a new value is based on.
	id    func(*T) string // Returns the id of a value.
	check func(*T) error  // Completes a value and fails if it is invalid. Nil accepts all.
}

// put changes the given fields of the value with the same id, or adds a value. It returns the stored value. It fails,
// and changes nothing, for an unknown field, a missing id or an invalid value.
func put[T any](ws *workspace, raw json.RawMessage, s stored[T]) (T, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var none T
	value, err := merged(&s.fresh, raw)
	if err != nil {
		return none, err
	}
	if s.id(&value) == "" {
		return none, errNoID
	}
	old := find(*s.all, func(v *T) bool { return s.id(v) == s.id(&value) })
	if old != nil {
		value, err = merged(old, raw)
	}
	if err == nil && s.check != nil {
		err = s.check(&value)
	}
	if err != nil {
		return none, err
	}
	if old == nil {
		old = new(T)
		*s.all = append(*s.all, old)
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

package slacktest

import (
	"encoding/json"
	"errors"
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
func put[T any](ws *workspace, all *[]*T, raw json.RawMessage, fresh T, id func(*T) string) (T, error) {
	var named T
	if err := json.Unmarshal(raw, &named); err != nil {
		return named, err
	}
	if id(&named) == "" {
		return named, errNoID
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	defer ws.notify()
	old := find(*all, func(v *T) bool { return id(v) == id(&named) })
	if old == nil {
		old = &fresh
		*all = append(*all, old)
	}
	var merged T // A separate value, so that lists returned earlier do not change.
	err := errors.Join(json.Unmarshal(encode(old), &merged), json.Unmarshal(raw, &merged))
	*old = merged
	return merged, err
}

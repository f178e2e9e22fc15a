package slacktest

import (
	"slices"
)

// User is a person or a bot, as the control API shows and sets it.
type User struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	RealName          string `json:"real_name"`
	Email             string `json:"email"`
	EmailHidden       bool   `json:"email_hidden"`        // By a policy of the workspace.
	IsGuest           bool   `json:"is_guest"`            // is_restricted in the Web API.
	IsUltraRestricted bool   `json:"is_ultra_restricted"` // A guest of one channel.
	IsStranger        bool   `json:"is_stranger"`         // Set for people of other workspaces even if it is false here.
	IsForgotten       bool   `json:"is_forgotten"`        // Deactivated, with the personal data erased.
	Deleted           bool   `json:"deleted"`
	IsBot             bool   `json:"is_bot"`
	TeamID            string `json:"team_id"`
	EnterpriseID      string `json:"enterprise_id"`
	TZ                string `json:"tz"`
	Locale            string `json:"locale"` // Empty means en-US.
}

// deactivated reports whether the user can no longer sign in.
func (u *User) deactivated() bool { return u.Deleted || u.IsForgotten }

// isForeign reports whether the user belongs to another workspace.
func (u *User) isForeign() bool { return u.TeamID != teamID || u.IsStranger }

// Group is a user group.
type Group struct {
	ID      string   `json:"id"`
	Handle  string   `json:"handle"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
}

// Channel is a channel or a direct message with the bot.
type Channel struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	IsPrivate bool     `json:"is_private"`
	IsShared  bool     `json:"is_shared"`               // With people outside the enterprise.
	IsOrg     bool     `json:"is_org_shared,omitempty"` // With other workspaces of the enterprise.
	IsIM      bool     `json:"is_im"`
	User      string   `json:"user,omitempty"` // The person in a direct message with the bot. Empty for channels.
	Archived  bool     `json:"archived"`
	Members   []string `json:"members"`
}

func (w *workspace) user(id string) *User {
	return find(w.users, func(u *User) bool { return u.ID == id })
}

func (w *workspace) group(id string) *Group {
	return find(w.groups, func(g *Group) bool { return g.ID == id })
}

func (w *workspace) channel(id string) *Channel {
	return find(w.channels, func(c *Channel) bool { return c.ID == id })
}

// has reports whether the user is a member of the channel.
func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// sharesChannel reports whether the user is in a channel that is shared with people outside the enterprise. The caller
// holds mu.
func (w *workspace) sharesChannel(user string) bool {
	return find(w.channels, func(c *Channel) bool { return c.IsShared && c.has(user) }) != nil
}

func (w *workspace) setUser(u User) { set(w, &w.users, u, func(u *User) string { return u.ID }) }

func (w *workspace) setGroup(g Group) { set(w, &w.groups, g, func(g *Group) string { return g.ID }) }

func (w *workspace) setChannel(c Channel) {
	c.completeDirectMessage()
	set(w, &w.channels, c, func(c *Channel) string { return c.ID })
}

// set adds a value to a list or replaces the one with its id.
func set[T any](w *workspace, all *[]*T, value T, id func(*T) string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.notify()
	if old := find(*all, func(v *T) bool { return id(v) == id(&value) }); old != nil {
		*old = value
		return
	}
	*all = append(*all, &value)
}

func (w *workspace) listUsers() []User { return listed(w, &w.users) }

func (w *workspace) listGroups() []Group { return listed(w, &w.groups) }

func (w *workspace) listChannels() []Channel { return listed(w, &w.channels) }

func listed[T any](w *workspace, all *[]*T) []T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return copies(*all)
}

// nameOf returns the name of a user, channel or user group, or the id if it is unknown.
func (w *workspace) nameOf(id string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.user(id); u != nil {
		return u.Name
	}
	if c := w.channel(id); c != nil {
		return c.Name
	}
	if g := w.group(id); g != nil {
		return g.Handle
	}
	return id
}

// kind returns the channel's type in conversations.list.
func (c *Channel) kind() string {
	switch {
	case c.IsIM:
		return "im"
	case c.IsPrivate:
		return "private_channel"
	}
	return "public_channel"
}

// userOrStranger returns a user, or a new one with that id, because a forged payload may name any id. The caller holds mu.
func (w *workspace) userOrStranger(id string) *User {
	if u := w.user(id); u != nil {
		return u
	}
	return &User{ID: id, Name: id, TeamID: teamID}
}

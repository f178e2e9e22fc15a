package slacktest

import "errors"

var (
	errNotDirect  = errors.New("user is only for a direct message: set is_im")
	errNoIMUser   = errors.New("a direct message needs the id of a person as user")
	errSecondIM   = errors.New("there is already a direct message with this user")
	errUnfitForIM = errors.New("a channel cannot become a direct message")
)

func (w *workspace) setMessagesTab(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.messagesTab = on
}

// openDirectMessage returns the direct message of the bot and the user, and creates it if necessary. The caller holds
// mu.
func (w *workspace) openDirectMessage(user string) *Channel {
	im := w.directMessageWith(user)
	if im == nil {
		im = &Channel{ID: w.newID("D"), IsIM: true, User: user}
		im.completeDirectMessage()
		w.channels = append(w.channels, im)
	}
	return im
}

// directMessageWith returns the direct message of the bot and the user, or nil. The caller holds mu.
func (w *workspace) directMessageWith(user string) *Channel {
	return find(w.channels, func(c *Channel) bool { return c.IsIM && c.User == user })
}

// completeDirectMessage sets what follows from the person of a direct message: it is private and has two members. The
// person may also be given as a member. It changes no other channel.
func (c *Channel) completeDirectMessage() {
	if !c.IsIM {
		return
	}
	for _, member := range c.Members {
		if c.User == "" && member != botUser {
			c.User = member
		}
	}
	c.IsPrivate, c.Members = true, []string{botUser, c.User}
}

// checkDirectMessage completes a direct message that the control API sets. It fails unless it is the only one with an
// existing person, and for a channel with a user. The caller holds mu.
func (w *workspace) checkDirectMessage(c *Channel) error {
	if !c.IsIM {
		if c.User != "" {
			return errNotDirect
		}
		return nil
	}
	if old := w.channel(c.ID); old != nil && !old.IsIM {
		return errUnfitForIM
	}
	c.completeDirectMessage()
	if u := w.user(c.User); u == nil || u.IsBot {
		return errNoIMUser
	}
	if other := w.directMessageWith(c.User); other != nil && other.ID != c.ID {
		return errSecondIM
	}
	return nil
}

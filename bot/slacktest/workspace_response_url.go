package slacktest

import (
	"crypto/rand"
	"time"
)

const (
	// responseURLLifetime and maxResponseURLUses limit a response URL.
	responseURLLifetime = 30 * time.Minute
	maxResponseURLUses  = 5
)

// responseURL lets the app respond to an interaction in a channel that it is not in.
type responseURL struct {
	user, channel string
	message       *Message // The message with the pressed button. Nil for commands.
	made          time.Time
	uses          int
}

type responseURLs map[string]*responseURL

func newResponseURLs() responseURLs { return responseURLs{} }

func (w *workspace) newResponseURL(user, channel string, m *Message) string {
	token := rand.Text()
	w.responseURLs[token] = &responseURL{user: user, channel: channel, message: m, made: w.options.Now()}
	return w.base + "/response/" + token
}

// respond shows the app's response: a new message, by default ephemeral, or an edit of the message with the pressed
// button. The caller holds mu.
func (w *workspace) respond(u *responseURL, answer object) *apiError {
	p := params(answer)
	if p.isTrue("delete_original") && u.message != nil {
		u.message.Deleted = true
		w.notify()
		return nil
	}
	m, err := readMessage(p)
	if err != nil {
		return err
	}
	if p.isTrue("replace_original") && u.message != nil {
		w.edit(u.message, m)
		return nil
	}
	m.Channel, m.ThreadTS = u.channel, p.str("thread_ts")
	if p.str("response_type") != "in_channel" {
		m.EphemeralTo = u.user
	}
	w.post(m)
	return nil
}

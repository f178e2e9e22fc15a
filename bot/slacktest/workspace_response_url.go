package slacktest

import (
	"crypto/rand"
	"time"
)

const (
	// responseURLLifetime and responseUses are how long and how often a response URL works.
	responseURLLifetime = 30 * time.Minute
	maxResponseURLUses  = 5
)

// responseURL lets the app answer an action without being in the channel.
type responseURL struct {
	user, channel string
	message       *Message // What was pressed on; nil for commands.
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

// respond shows an answer: a new message, for the person alone by default, or another text for the message that was
// pressed on. The caller holds mu.
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

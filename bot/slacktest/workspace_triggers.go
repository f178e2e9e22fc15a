package slacktest

import (
	"crypto/rand"
	"time"
)

// triggerLifetime is how long a trigger is valid.
const triggerLifetime = 3 * time.Second

// trigger allows the app to open one modal for a person.
type trigger struct {
	user string
	view string // The modal of the interaction. Empty outside modals.
	made time.Time
	used bool
}

func (w *workspace) newTrigger(user, view string) string {
	id := "9" + rand.Text()
	w.triggers[id] = &trigger{user: user, view: view, made: w.options.Now()}
	return id
}

// useTrigger marks a trigger as used. The error is invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
func (w *workspace) useTrigger(id string) (*trigger, *apiError) {
	t := w.triggers[id]
	switch {
	case t == nil:
		return nil, failed("invalid_trigger_id")
	case t.used:
		return nil, failed("exchanged_trigger_id")
	case w.options.Now().Sub(t.made) > triggerLifetime:
		return nil, failed("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

package handler

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// press is one thing that a person did in Slack: a button, a submitted modal or
// a command. It carries only ids; the data is read from the store.
type press struct {
	what         string // the action id, callback id or command word.
	user         string
	channel      string        // empty in a modal.
	message      slack.Message // the message it happened on; empty in a modal.
	value        string        // a button's value, a modal's private metadata, a command's words.
	trigger      string
	response     string // the response_url, empty in a modal.
	view         string // the id of the modal it happened in, empty outside.
	submit       bool   // the modal was submitted, not a button in it pressed.
	private      string // that modal's private metadata.
	installation string // that made the button or modal; empty: an older version, or a command.
	delivery     storage.Delivery
	state        map[string]map[string]slack.BlockAction
}

// pressFromEvent returns who pressed, and where. It is empty if the event is no
// press.
func pressFromEvent(evt socketmode.Event) press {
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		return press{
			user: data.UserID, channel: data.ChannelID, value: data.Text, trigger: data.TriggerID, response: data.ResponseURL,
			delivery: deliveryOf(data.TriggerID),
		}
	case slack.InteractionCallback:
		return pressFromInteraction(data)
	}
	return press{}
}

func pressFromInteraction(c slack.InteractionCallback) press {
	p := press{
		user: c.User.ID, channel: c.Channel.ID, message: c.Message, trigger: c.TriggerID, response: c.ResponseURL, view: c.View.ID,
		submit: c.Type == slack.InteractionTypeViewSubmission, delivery: deliveryOf(c.TriggerID),
	}
	p.message.Timestamp = c.Container.MessageTs
	p.installation, p.private = blocks.SplitInstallation(c.View.PrivateMetadata)
	return p
}

// of returns the press with what was pressed: a button, an input or a select.
func (p press) of(a *slack.BlockAction) press {
	p.what, p.value = a.ActionID, inputValue(a)
	if p.view == "" {
		p.installation, p.value = blocks.SplitInstallation(p.value)
	} else if a.Type == slack.ActionType(slack.METButton) {
		_, p.value = blocks.SplitInstallation(p.value)
	}
	p.delivery.Pressed = slackTime(a.ActionTs)
	if a.ActionTs != "" {
		p.delivery.IDs = append(p.delivery.IDs, strings.Join([]string{"press", p.user, p.what, a.ActionTs, p.message.Timestamp + p.view}, "/"))
	}
	return p
}

// deliveryOf identifies a delivery by its trigger, which Slack makes once for each
// press, submission or command.
func deliveryOf(trigger string) (d storage.Delivery) {
	if trigger != "" {
		d.IDs = []string{"trigger/" + trigger}
	}
	return d
}

// slackTime returns the time of a Slack timestamp in seconds and microseconds. It
// is zero for anything else.
func slackTime(ts string) time.Time {
	seconds, micros, _ := strings.Cut(ts, ".")
	s, errSeconds := strconv.ParseInt(seconds, 10, 64)
	m, errMicros := strconv.ParseInt(micros, 10, 64)
	if errSeconds != nil || errMicros != nil || len(micros) != len("000000") || s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, m*int64(time.Microsecond)).UTC()
}

// decide returns the store for the decision of this press: a repeated or
// overtaken delivery changes nothing.
func (h *Handler) decide(p press) *storage.Store { return h.store.For(p.delivery) }

// rowOf decodes the value of a person's button.
func (h *Handler) rowOf(value string) (storage.Report, string, error) {
	id, account, ok := strings.Cut(value, ".")
	n, err := strconv.ParseUint(id, 10, 64)
	if !ok || err != nil || account == "" {
		return storage.Report{}, "", storage.ErrNotFound
	}
	r, err := h.store.Report(n)
	return r, account, err
}

// reportOf decodes the value of a report's button.
func (h *Handler) reportOf(value string) (storage.Report, error) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return storage.Report{}, storage.ErrNotFound
	}
	return h.store.Report(n)
}

// batchOf decodes the value of a batch's button, without the set of people that
// may follow the batch.
func (h *Handler) batchOf(value string) (storage.Batch, error) {
	value, _, _ = strings.Cut(value, ".")
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return storage.Batch{}, storage.ErrNotFound
	}
	return h.store.Batch(n)
}

// inputValue returns the value of a button, the text of an input, or the
// selected option.
func inputValue(a *slack.BlockAction) string {
	if a.Value != "" {
		return a.Value
	}
	return a.SelectedOption.Value
}

// textInput returns the text in an input of a submitted modal.
func textInput(p press, action string) string {
	for _, fields := range p.state {
		if field, ok := fields[action]; ok {
			return field.Value
		}
	}
	return ""
}

// candidateOf decodes the value of a person's button: the report, and the
// person in it.
func (h *Handler) candidateOf(value string) (storage.Report, storage.Candidate, error) {
	r, account, err := h.rowOf(value)
	if err != nil {
		return r, storage.Candidate{}, err
	}
	c, err := h.store.Candidate(r, account, time.Now().UTC())
	return r, c, notInReport(err)
}

// checkLive refuses a report that can no longer change, and has its message
// updated, because the person saw an old one.
func (h *Handler) checkLive(r storage.Report) error {
	if r.State.Live() {
		return nil
	}
	if err := h.store.Invalidate(r.ID); err != nil {
		return err
	}
	return storage.Refusal{Cause: storage.CauseState, State: string(r.State)}
}

func notInReport(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Refusal{Cause: storage.CauseNotInReport}
	}
	return err
}

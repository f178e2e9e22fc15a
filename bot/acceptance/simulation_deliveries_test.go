package acceptance_test

import (
	"slices"
	"strconv"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// latePress is a press that Slack delivers some time later, perhaps after others
// have decided about the same thing.
type latePress struct {
	user    string
	action  string
	value   string
	payload map[string]any
	pressed time.Time
	got     time.Time // when it was delivered; zero: not yet.
	done    time.Time // when it was acknowledged.
}

// deliversAgain delivers an earlier envelope once more, of a press, a submitted
// modal or a command.
func (h *history) deliversAgain(a act) {
	all := h.slack.Acks()
	if len(all) == 0 {
		return
	}
	last := all[max(0, len(all)-1-a.on-12*(a.how%2))]
	_, err := h.slack.Envelope(slacktest.Envelope{Replay: last.ID})
	h.must(err)
}

// pressesEarly presses a button that is there and keeps the envelope.
func (h *history) pressesEarly(a act) {
	m := h.facing(a)
	action := []string{"exclude", "undo_exclude", "stop", "resume"}[a.how%4]
	values := buttons(m, action)
	if len(values) == 0 {
		return
	}
	p := latePress{user: a.user(), action: action, value: values[a.on%len(values)], pressed: time.Now()}
	p.payload = with(h.pressOf(p.user, map[string]any{"type": "button", "block_id": "b1", "action_id": action, "value": p.value, "action_ts": actionTS()}),
		"container", map[string]any{"type": "message", "message_ts": m.TS})
	h.late = append(h.late, p)
}

// deliversLate delivers what was kept, the newest first.
func (h *history) deliversLate() {
	for i := range slices.Backward(h.late) {
		p := &h.late[i]
		if !p.got.IsZero() {
			continue
		}
		p.got = time.Now()
		h.delivered(p.user, func() slacktest.Result { return h.send(p.payload) })
		p.done = time.Now()
		h.pass(time.Millisecond) // so that the judge can tell the next one from it.
	}
}

// once lists the actions of which a press or command makes at most one.
var once = []string{
	"exclude", "include", "stopped", "resumed", "close", "withdraw", "undo batch", "pause", "resume", "override", "approve", "approve second", "add rule", "remove rule",
}

// judgeDeliveries: a delivery counts once, so each decision of a person has a
// press or command of its own.
func (h *history) judgeDeliveries() {
	made := slices.Clone(h.decided)
	slices.SortFunc(made, func(a, b decision) int { return a.until.Compare(b.until) })
	for _, l := range h.lines {
		if l.Actor == storage.Bot || !slices.Contains(once, l.Action) {
			continue
		}
		i := slices.IndexFunc(made, func(d decision) bool {
			return d.user == l.Actor && !l.At.Before(d.from) && !l.At.After(d.until.Add(time.Minute))
		})
		if i < 0 {
			h.note("%q by %s at %s has no press of its own", l.Action, l.Actor, l.At)
			continue
		}
		made = slices.Delete(made, i, i+1)
	}
}

// contested lists, for a button, the actions that decide about the same person or
// batch.
var contested = map[string][]string{
	"exclude": {"exclude", "include"}, "undo_exclude": {"exclude", "include"},
	"stop": {"stopped", "resumed", "close", "undo batch"}, "resume": {"stopped", "resumed", "close", "undo batch"},
}

// judgeLate: a press that was overtaken by another decision about the same thing
// changes nothing. A command's time is known to about two seconds.
func (h *history) judgeLate() {
	const near = 2 * time.Second
	for _, p := range h.late {
		about := func(l storage.AuditEntry) bool {
			return slices.Contains(contested[p.action], l.Action) && (l.Account == accountOf(p.value) || l.Batch != 0 && h.sealed(number(l.Batch)) == p.value)
		}
		overtaken := slices.ContainsFunc(h.lines, func(l storage.AuditEntry) bool {
			return about(l) && l.At.After(p.pressed.Add(near)) && l.At.Before(p.got)
		})
		counted := slices.ContainsFunc(h.lines, func(l storage.AuditEntry) bool {
			return about(l) && l.Actor == p.user && !l.At.Before(p.got) && !l.At.After(p.done)
		})
		if overtaken && counted {
			h.note("%s of %s, pressed at %s by %s, counted although it was overtaken", p.action, p.value, p.pressed, p.user)
		}
	}
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

package e2e

import (
	"maps"
	"slices"
	"time"

	"inactivebot/storage"
)

// ackMoments are the kill moments right after an ack.
var ackMoments = []string{
	"ack of exclude", "ack of approve", "ack of second approval", "ack of pause", "ack of resume", "ack of restore", "ack of undo",
}

// decision is an acknowledged decision. It must be in the database from then on.
type decision struct {
	what   string
	stored func(snapshot) bool
}

// decide makes a decision and kills the bot right after the ack. It reports
// whether the decision was accepted. If it was not, the audit log must have a
// refusal.
func (c *crash) decide(p decision, path string, body fields) bool {
	c.t.Helper()
	refusals := c.acknowledged(p.what, path, body)
	c.kill("ack of " + p.what)
	stored := p.stored(c.seen)
	c.start()
	switch {
	case stored:
		c.decisions = append(c.decisions, p)
	case c.seen.refusals == refusals:
		c.t.Fatalf("lost although it was acknowledged: %s", p.what)
	}
	return stored
}

// acknowledged does something in Slack until the bot acknowledges it. Half of
// the time it kills the bot at a random moment before that, often before the
// ack. It returns the number of earlier refusals.
func (c *crash) acknowledged(what, path string, body fields) (refusals int) {
	c.t.Helper()
	for range 10 {
		c.connected()
		refusals = c.seen.refusals
		acked := make(chan bool, 1)
		go func() { acked <- c.send(path, body) }()
		if c.rng.IntN(2) == 0 {
			select {
			case ok := <-acked:
				acked <- ok
			case <-time.After(time.Duration(c.rng.IntN(8000)) * time.Microsecond):
				c.kill(atRandom)
				c.start()
			}
		}
		if <-acked {
			return refusals
		}
	}
	c.t.Fatalf("never acknowledged: %s", what)
	return refusals
}

// retryDecision repeats a decision that the bot refuses, as it does if a
// look-up takes too long.
func (c *crash) retryDecision(decided func() bool) {
	c.t.Helper()
	for range 5 {
		if decided() {
			return
		}
	}
	c.t.Fatal("the decision is refused repeatedly")
}

// exclude presses Exclude in a row.
func (c *crash) exclude(row int) bool {
	c.t.Helper()
	account := c.listed[row]
	accepted := c.decide(decision{"exclude", func(s snapshot) bool { return slices.Contains(s.excluded, account) }},
		"/press", c.button(c.addresses.Users.Approver, "exclude", c.rows[row]))
	if accepted && c.seen.steps[account].Claims == 0 {
		c.excluded[account] = true
	}
	return accepted
}

// approve approves everyone except the excluded person, with a second approver
// if the round requires one.
func (c *crash) approve() {
	c.t.Helper()
	u := c.addresses.Users
	c.retryDecision(func() bool {
		modal := c.openModal(u.Approver, "suspend_all", "", "suspend_confirm")
		body := fields{"user": u.Approver, "view_id": modal}
		if c.two() {
			body["values"] = fields{"how_many": fields{"choice": fields{"type": "radio_buttons", "selected_option": fields{"value": "all"}}}}
		} else {
			c.markApproved()
		}
		return c.decide(decision{"approve", func(s snapshot) bool {
			return len(s.batch.Approvals) > 0 && s.batch.Approvals[0].By == u.Approver && slices.Equal(s.people, c.people)
		}}, "/submit", body)
	})
	if !c.two() {
		return
	}
	c.markApproved()
	c.retryDecision(func() bool {
		modal := c.openModal(u.Approver2, "second_approve", "", "second_confirm")
		return c.decide(decision{"second approval", func(s snapshot) bool {
			return len(s.batch.Approvals) == 2 && s.batch.Approvals[1].By == u.Approver2
		}}, "/submit", fields{"user": u.Approver2, "view_id": modal})
	})
}

// markApproved records that the people of the batch may be suspended from now on.
func (c *crash) markApproved() {
	for _, account := range c.people {
		c.approved[account] = true
	}
}

// pause pauses all suspensions, checks that no one is claimed during the pause,
// and ends it.
func (c *crash) pause() {
	c.t.Helper()
	ada, claims := c.addresses.Users.Approver, -1
	accepted := c.decide(decision{"pause", func(s snapshot) bool {
		if s.paused && claims < 0 {
			claims = s.claims
		}
		return s.paused && s.claims == claims
	}}, "/command", fields{"user": ada, "command": "/inactive", "text": "pause"})
	if !accepted {
		return
	}
	c.killSoon()
	c.decisions = slices.DeleteFunc(c.decisions, func(p decision) bool { return p.what == "pause" })
	c.retryDecision(func() bool {
		return c.decide(decision{"resume", func(s snapshot) bool { return !s.paused }}, "/command", fields{"user": ada, "command": "/inactive", "text": "resume"})
	})
	c.decisions = slices.DeleteFunc(c.decisions, func(p decision) bool { return p.what == "resume" })
}

// restoreOne restores a suspended person, if there is one.
func (c *crash) restoreOne() {
	c.t.Helper()
	ada := c.addresses.Users.Approver
	who := slices.IndexFunc(c.listed, func(a string) bool { return c.seen.steps[a].State == storage.StepSuspended })
	if who < 0 {
		return
	}
	account := c.listed[who]
	modal := c.openModal(ada, "restore", c.rows[who], "restore_confirm")
	c.restoreAsked[account] = true
	c.restoreAcked[account] = c.decide(decision{"restore", func(s snapshot) bool { return isRestoring(s.steps[account]) }}, "/submit", fields{"user": ada, "view_id": modal})
}

// undo restores everyone in the batch.
func (c *crash) undo() {
	c.t.Helper()
	ada := c.addresses.Users.Approver
	if len(c.report().buttons("undo_batch")) == 0 {
		return // everyone is already restored or skipped.
	}
	for _, account := range c.people {
		c.restoreAsked[account] = true
	}
	c.retryDecision(func() bool {
		modal := c.openModal(ada, "undo_batch", "", "undo_confirm")
		return c.decide(decision{"undo", func(s snapshot) bool {
			return s.batch.UndoneBy == ada && !slices.ContainsFunc(c.people, func(a string) bool {
				st := s.steps[a]
				return st.State == storage.StepSuspended || st.State == storage.StepClaimed || st.State == storage.StepPending
			})
		}}, "/submit", fields{"user": ada, "view_id": modal})
	})
	maps.Copy(c.restoreAcked, c.restoreAsked)
}

// isRestoring reports whether a step's person is restored or about to be.
func isRestoring(st storage.Step) bool {
	return st.State == storage.StepRestoring || st.State == storage.StepRestored
}

package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// checkReport fails if the message shows a state that a person does not have.
// It may be late, but not early.
func (c *crash) checkReport(orgState map[string]person) {
	c.t.Helper()
	for i, row := range c.report().rows() {
		if i >= len(c.listed) {
			return
		}
		p := orgState[c.listed[i]]
		if strings.Contains(row, saysSuspended) && p.Suspends == 0 || strings.Contains(row, saysRestored) && p.Suspended {
			c.t.Fatalf("the message says about %s, suspended %d and restored %d times: %s", p.AccountID, p.Suspends, p.Restores, row)
		}
	}
}

const saysRestored = "restored by <@"

// finish waits until the message shows the final state, and checks that it is
// correct. Half of the time it first kills the bot while this message is still
// to be drawn and everything else is most likely done.
func (c *crash) finish(phase string) {
	c.t.Helper()
	if c.seen.stale && c.rng.IntN(2) == 0 {
		c.killDuring(moment{phase, "chat.update", "before"}, func() {}, 1500*time.Millisecond)
	}
	c.await("the end of "+phase, func() string { return c.notYetTrue(c.report(), c.orgState()) })
}

// notYetTrue returns what is not yet done or not yet shown.
func (c *crash) notYetTrue(m message, orgState map[string]person) string {
	rows := m.rows()
	if len(rows) != len(c.listed) {
		return fmt.Sprintf("%d rows, want %d", len(rows), len(c.listed))
	}
	var suspended []string
	for i, row := range rows {
		p := orgState[c.listed[i]]
		switch {
		case p.Suspended && c.restoreAcked[p.AccountID]:
			return p.AccountID + " is not restored"
		case p.Suspended:
			suspended = append(suspended, c.rows[i])
		}
		if !slices.ContainsFunc(c.expectedTexts(p), func(s string) bool { return strings.Contains(row, s) }) {
			return fmt.Sprintf("suspended %d and restored %d times: %s", p.Suspends, p.Restores, row)
		}
	}
	back := min(1, len(suspended))
	for action, want := range map[string]int{"suspend_all": 0, "stop": 0, "resume": 0, "close": 0, "second_approve": 0, "exclude": 0, "undo_batch": back, "restore_somebody": back} {
		if got := len(m.buttons(action)); got != want {
			return fmt.Sprintf("%d %s buttons, want %d", got, action, want)
		}
	}
	if got := m.buttons("restore"); !slices.Equal(got, suspended) {
		return fmt.Sprintf("Restore buttons for %q, want %q", got, suspended)
	}
	if n := len(suspended); n > 0 && !strings.Contains(m.Text, fmt.Sprintf("%d p", n)) {
		return fmt.Sprintf("%d people are suspended: %s", n, m.Text)
	}
	return ""
}

// expectedTexts returns texts of which a person's final row must contain one.
func (c *crash) expectedTexts(p person) []string {
	switch {
	case p.Suspended:
		return []string{saysSuspended}
	case p.Restores > 0:
		return []string{saysRestored}
	case !slices.Contains(c.people, p.AccountID):
		return []string{"excluded by <@"}
	case c.excluded[p.AccountID]:
		return []string{"skipped: excluded since the approval"}
	}
	return []string{"skipped: ", "unclear: ", "not suspended: "}
}

// end kills the bot for the last time. Everyone approved must be in a final
// state, the message must be up to date, and nothing may have been posted twice
// or violate Slack's rules.
func (c *crash) end() {
	c.t.Helper()
	for tries := 1; ; tries++ {
		c.kill(atRandom)
		s := c.seen
		if s.pending+s.sent+s.restoring == 0 && !s.stale {
			break
		}
		if tries == 10 {
			c.t.Fatalf("at the end %d steps are pending, %d sent, %d restoring; the message is stale: %t", s.pending, s.sent, s.restoring, s.stale)
		}
		c.start()
		<-time.After(time.Duration(tries) * 200 * time.Millisecond) // it was killed before it recorded the update of the message.
		c.finish(restoring)
	}
	c.postedOnce()
	for _, v := range get[[]json.RawMessage](c.simulation, c.addresses.SlackControl+"/violations") {
		c.t.Errorf("slack would have refused %s", v)
	}
}

// postedOnce fails if the channel has a message of the bot twice.
func (c *crash) postedOnce() {
	c.t.Helper()
	times := map[string]int{}
	for _, m := range get[[]struct {
		Metadata struct {
			Event   string         `json:"event_type"`
			Payload map[string]any `json:"event_payload"`
		} `json:"metadata"`
	}](c.simulation, c.addresses.SlackControl+"/messages?channel="+c.addresses.Channel) {
		if m.Metadata.Event != "" {
			times[fmt.Sprint(m.Metadata.Event, " ", m.Metadata.Payload["id"])]++
		}
	}
	for id, n := range times {
		if n > 1 {
			c.t.Errorf("%s was posted %d times", id, n)
		}
	}
}

package e2e

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The phases of a round.
const (
	publishing = "publishing"
	suspending = "suspending"
	restoring  = "restoring"
)

// atRandom is the name of all kill moments that are not listed.
const atRandom = "a random moment"

// calls are the bot's calls in each phase; Slack's methods start with "chat.".
var calls = map[string][]string{
	publishing: {"POST users/search", "chat.postMessage"},
	suspending: {"POST users/search", "GET last-active-dates", "POST suspend", "chat.postMessage", "chat.update"},
	restoring:  {"POST users/search", "POST restore", "chat.postMessage", "chat.update"},
}

// moment is a kill moment: a call in progress, before or after it takes effect.
type moment struct {
	phase, call, cut string
}

func (m moment) String() string { return m.phase + ": " + m.cut + " " + m.call }

func (m moment) atSlack() bool { return strings.HasPrefix(m.call, "chat.") }

// moments returns all kill moments of a phase.
func moments(phase string) (all []moment) {
	for _, call := range calls[phase] {
		all = append(all, moment{phase, call, "before"}, moment{phase, call, "after"})
	}
	return all
}

const (
	// crashTimeout bounds each wait; it allows for a busy machine.
	crashTimeout = 90 * time.Second
	// callWithin is how long to wait for the call at which to kill. If the bot
	// does not make it in time, the test kills at another moment.
	callWithin = 3 * time.Second
)

// crash is one round in which the bot is killed repeatedly.
type crash struct {
	*simulation
	*killLog
	number int
	rng    *rand.Rand
	bot    *process

	rows, listed []string        // the report's people: button values and accounts.
	people       []string        // the batch's people.
	approved     map[string]bool // people who may be suspended.
	excluded     map[string]bool // people excluded before the bot claimed them.
	restoreAsked map[string]bool // people whose restore was requested.
	restoreAcked map[string]bool // people whose restore was acknowledged.
	decisions    []decision
	settled      map[string]int // suspend requests up to the one that took effect.
	seen         snapshot       // the last killed bot's database.
}

// two reports whether the batch needs a second approver.
func (c *crash) two() bool { return c.number%2 == 0 }

// start starts the bot. In half of the rounds the approver needs a second one.
func (c *crash) start() {
	c.t.Helper()
	u, more := c.addresses.Users, []string{"INACTIVEBOT_SETTLE=1s", "INACTIVEBOT_SCHEDULE=CRON_TZ=UTC 0 0 29 2 *"}
	if c.two() {
		more = append(more, "INACTIVEBOT_MAX_SUSPEND=3", "INACTIVEBOT_APPROVERS="+u.Approver+","+u.Approver2)
	}
	c.bot = launch(c.t, c.dir, c.settings(more...), "inactivebot", "serve")
}

// work kills the bot repeatedly while it works, and makes other decisions in
// between, until nothing is left to do.
func (c *crash) work(phase string, kills int) {
	c.t.Helper()
	for range kills {
		possible := c.possible(phase)
		if len(possible) == 0 {
			return
		}
		switch c.rng.IntN(8) {
		case 0:
			c.killSoon()
		case 1:
			c.otherDecision(phase)
		default:
			later := time.Duration(max(0, c.rng.IntN(1800)-1200)) * time.Millisecond
			c.killDuring(c.rarest(c.rng, possible), func() {}, later)
		}
	}
}

// possible returns the moments that can still occur in the phase.
func (c *crash) possible(phase string) []moment {
	return slices.DeleteFunc(moments(phase), func(m moment) bool { return c.seen.expectedCalls(m.call) == 0 })
}

// otherDecision makes another decision.
func (c *crash) otherDecision(phase string) {
	c.t.Helper()
	pending := slices.IndexFunc(c.listed, func(a string) bool { return c.seen.steps[a].State == "pending" && c.seen.steps[a].Claims == 0 })
	switch which := c.rng.IntN(3); {
	case phase == suspending && which == 0 && pending >= 0 && len(c.excluded) < 3:
		c.exclude(pending)
	case phase == suspending && which == 1:
		c.pause()
	default:
		c.restoreOne()
	}
}

// killSoon lets the bot work for up to 400 ms and kills it.
func (c *crash) killSoon() {
	c.t.Helper()
	<-time.After(time.Duration(c.rng.IntN(400)) * time.Millisecond)
	c.kill(atRandom)
	c.start()
}

// killDuring kills the bot at the moment, or later: work that does not wait for
// that call continues until then.
func (c *crash) killDuring(m moment, begin func(), later time.Duration) {
	c.t.Helper()
	control := c.holdCall(m)
	begin()
	name, answered := atRandom, func() bool { return true }
	if c.request(http.MethodGet, control+"/held", nil, callWithin) {
		name = m.String()
		if m.atSlack() {
			n := c.handledCalls(m.call)
			answered = func() bool { return c.handledCalls(m.call) > n }
		}
	}
	<-time.After(later)
	c.killUntil(name, answered)
	c.start()
}

// holdCall holds one of the moment's next calls and returns the control API
// that holds it.
func (c *crash) holdCall(m moment) (control string) {
	c.t.Helper()
	control = c.addresses.AtlassianControl
	fault := fields{"route": m.call, "skip": c.rng.IntN(max(1, min(3, c.seen.expectedCalls(m.call)))), "count": 1, "hold": true, "cut": m.cut}
	if m.atSlack() {
		control, fault = c.addresses.SlackControl, fields{"method": m.call, "count": 1, "hold": true}
		if m.cut == "before" { // otherwise the call takes effect when it is released.
			fault["cut"] = m.cut
		}
	}
	post[fields](c.simulation, control+"/faults", fault)
	return control
}

// kill kills the bot, releases held calls and inspects the database.
func (c *crash) kill(name string) {
	c.t.Helper()
	c.killUntil(name, func() bool { return true })
}

func (c *crash) killUntil(name string, answered func() bool) {
	c.t.Helper()
	c.bot.kill()
	for _, control := range []string{c.addresses.AtlassianControl, c.addresses.SlackControl} {
		ask[fields](c.simulation, http.MethodDelete, control+"/faults", nil)
		post[fields](c.simulation, control+"/release", fields{})
	}
	c.await("the held call to end", func() string { return missing(answered()) })
	c.await("the connection to end", func() string {
		return missing(len(get[[]json.RawMessage](c.simulation, c.addresses.SlackControl+"/connections")) == 0)
	})
	c.inspect(name)
	c.add(name)
}

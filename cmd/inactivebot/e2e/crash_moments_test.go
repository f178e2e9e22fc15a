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

// atRandom is every other moment.
const atRandom = "a random moment"

// calls lists the requests of the bot in a phase; methods of Slack begin with
// chat.
var calls = map[string][]string{
	publishing: {"POST users/search", "chat.postMessage"},
	suspending: {"POST users/search", "GET last-active-dates", "POST suspend", "chat.postMessage", "chat.update"},
	restoring:  {"POST users/search", "POST restore", "chat.postMessage", "chat.update"},
}

// moment is a request in progress, before or after its effect.
type moment struct {
	phase, call, cut string
}

func (m moment) String() string { return m.phase + ": " + m.cut + " " + m.call }

func (m moment) atSlack() bool { return strings.HasPrefix(m.call, "chat.") }

// moments returns all moments of a phase.
func moments(phase string) (all []moment) {
	for _, call := range calls[phase] {
		all = append(all, moment{phase, call, "before"}, moment{phase, call, "after"})
	}
	return all
}

const (
	// crashTimeout bounds each wait, with room for a machine under load.
	crashTimeout = 90 * time.Second
	// callWithin is how long a test waits for a request of the bot. One that is
	// not sent only means a kill at another moment.
	callWithin = 3 * time.Second
)

// crash is one stage on which the bot is killed again and again.
type crash struct {
	*simulation
	*killLog
	number int
	dice   *rand.Rand
	bot    *process

	rows, listed []string        // the people of the report: button values and accounts.
	people       []string        // those of the batch.
	approved     map[string]bool // who may be suspended now.
	excluded     map[string]bool // who was excluded before the bot came to them.
	restoreAsked map[string]bool // whose restore was asked for.
	restoreAcked map[string]bool // whose restore was acknowledged.
	promises     []promise
	settled      map[string]int // how many requests there had been when a person was suspended.
	seen         snapshot       // the last look into the database of a dead bot.
}

// two reports whether the batch needs a second approver.
func (c *crash) two() bool { return c.number%2 == 0 }

// start starts the bot. Half of the stages have an approver who needs a second.
func (c *crash) start() {
	c.t.Helper()
	u, more := c.addresses.Users, []string{"INACTIVEBOT_SETTLE=1s", "INACTIVEBOT_SCHEDULE=CRON_TZ=UTC 0 0 29 2 *"}
	if c.two() {
		more = append(more, "INACTIVEBOT_MAX_SUSPEND=3", "INACTIVEBOT_APPROVERS="+u.Approver+","+u.Approver2)
	}
	c.bot = launch(c.t, c.dir, c.settings(more...), "inactivebot", "serve")
}

// work kills the bot again and again while it works, and has people decide
// other things meanwhile, until there is nothing left to do.
func (c *crash) work(phase string, kills int) {
	c.t.Helper()
	for range kills {
		possible := c.possible(phase)
		if len(possible) == 0 {
			return
		}
		switch c.dice.IntN(8) {
		case 0:
			c.killSoon()
		case 1:
			c.meanwhile(phase)
		default:
			later := time.Duration(max(0, c.dice.IntN(1800)-1200)) * time.Millisecond
			c.killDuring(c.rarest(c.dice, possible), func() {}, later)
		}
	}
}

// possible returns the moments that can occur, judged by what is left to do.
func (c *crash) possible(phase string) []moment {
	return slices.DeleteFunc(moments(phase), func(m moment) bool { return c.seen.expectedCalls(m.call) == 0 })
}

// meanwhile makes another decision.
func (c *crash) meanwhile(phase string) {
	c.t.Helper()
	pending := slices.IndexFunc(c.listed, func(a string) bool { return c.seen.steps[a].State == "pending" && c.seen.steps[a].Claims == 0 })
	switch which := c.dice.IntN(3); {
	case phase == suspending && which == 0 && pending >= 0 && len(c.excluded) < 3:
		c.exclude(pending)
	case phase == suspending && which == 1:
		c.pause()
	default:
		c.restoreOne()
	}
}

// killSoon lets the bot work for a moment.
func (c *crash) killSoon() {
	c.t.Helper()
	<-time.After(time.Duration(c.dice.IntN(400)) * time.Millisecond)
	c.kill(atRandom)
	c.start()
}

// killDuring kills the bot at a moment, or some time later: whatever does not
// wait for that request continues until then.
func (c *crash) killDuring(m moment, begin func(), later time.Duration) {
	c.t.Helper()
	control := c.holdCall(m)
	begin()
	name, answered := atRandom, func() bool { return true }
	if c.request(http.MethodGet, control+"/held", nil, callWithin) {
		name = m.String()
		if m.atSlack() {
			n := c.answers(m.call)
			answered = func() bool { return c.answers(m.call) > n }
		}
	}
	<-time.After(later)
	c.killUntil(name, answered)
	c.start()
}

// holdCall has the moment's call held, the first one or one of those after it, and
// returns where that is done.
func (c *crash) holdCall(m moment) (control string) {
	c.t.Helper()
	control = c.addresses.AtlassianControl
	fault := fields{"route": m.call, "skip": c.dice.IntN(max(1, min(3, c.seen.expectedCalls(m.call)))), "count": 1, "hold": true, "cut": m.cut}
	if m.atSlack() {
		control, fault = c.addresses.SlackControl, fields{"method": m.call, "count": 1, "hold": true}
		if m.cut == "before" { // without it the call is carried out once it is released.
			fault["cut"] = m.cut
		}
	}
	post[fields](c.simulation, control+"/faults", fault)
	return control
}

// kill kills the bot, lets go what was held, and looks.
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

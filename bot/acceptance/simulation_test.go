package acceptance_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// long draws as many histories as .ci/run checks.
var long = flag.Bool("long", false, "draw 10,000 histories instead of 40")

// lanesOfHistories is the number of histories that run in parallel.
const lanesOfHistories = 4

// TestHistories draws what people, Atlassian, Slack and the machine may do, runs
// it on the real bot, and judges the outcome: no one is suspended who should not
// be, and no decision is lost. A history that fails is reduced to the few events
// that matter, which are printed one a line.
func TestHistories(t *testing.T) {
	count := 40
	if *long {
		count = 10_000
	}
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if err := checks.Value.Set(fmt.Sprint(count / lanesOfHistories)); err != nil {
		t.Fatal(err)
	}
	seen := &tally{}
	t.Run("drawn", func(t *testing.T) {
		for lane := range lanesOfHistories {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(r *rapid.T) {
					p := plans.Draw(r, "history")
					if problems := live(t, p, seen); len(problems) > 0 {
						r.Fatalf("%s\n\n%s", p, strings.Join(problems, "\n"))
					}
				})
			})
		}
	})
	if err := checks.Value.Set(before); err != nil {
		t.Fatal(err)
	}
	seen.enough(t)
}

// live runs one history in its own bubble and returns its problems.
func live(t *testing.T, p plan, seen *tally) (problems []string) {
	t.Helper()
	dir := t.TempDir()
	defer func() { _ = os.RemoveAll(dir) }() // there are thousands.
	synctest.Test(t, func(t *testing.T) {
		h := newHistory(t, dir, p)
		for _, a := range p.acts {
			a.do(h)
		}
		h.end()
		problems = h.judge()
		seen.add(h)
	})
	return problems
}

// tally counts the events of all histories: a proof in which nothing happens
// proves nothing.
type tally struct {
	mu                                                    sync.Mutex
	histories, suspended, batches, seconds, skips, deaths int
	restored, unclear, stops, refused, locked, opened     int
	virtual                                               time.Duration
}

func (c *tally) add(h *history) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.histories++
	c.suspended += len(h.witness.effects)
	c.virtual += time.Since(h.begun)
	c.deaths += h.deaths
	for _, l := range h.lines {
		switch {
		case l.Action == "approve":
			c.batches++
		case l.Action == "approve second":
			c.seconds++
		case l.Action == "skip":
			c.skips++
		case l.Action == "restored" || l.Action == "found restored":
			c.restored++
		case l.Action == "fail":
			c.unclear++
		case l.Action == "stopped":
			c.stops++
		case l.Action == "refused":
			c.refused++
		case l.Action == "report" && l.Outcome == "locked":
			c.locked++
		case l.Action == "override" && l.Outcome == "opened":
			c.opened++
		}
	}
}

// enough fails if one kind of event hardly ever happened. In fewer than 400
// histories that can be chance.
func (c *tally) enough(t *testing.T) {
	t.Helper()
	t.Logf("%d histories, %s each: %d suspensions, %d batches, %d second approvals, %d skips, %d failures, %d restores, %d stops, %d refusals, %d locks, %d of them overridden, %d deaths",
		c.histories, (c.virtual / time.Duration(max(1, c.histories))).Round(time.Minute), c.suspended, c.batches, c.seconds, c.skips, c.unclear, c.restored, c.stops, c.refused, c.locked, c.opened, c.deaths)
	if c.histories < 400 {
		return
	}
	for what, n := range map[string]int{
		"suspensions": c.suspended, "batches": c.batches, "second approvals": c.seconds, "skips": c.skips, "restores": c.restored,
		"stops": c.stops, "refusals": c.refused, "locks": c.locked, "deaths": c.deaths,
	} {
		if n*20 < c.histories {
			t.Errorf("only %d %s in %d histories", n, what, c.histories)
		}
	}
}

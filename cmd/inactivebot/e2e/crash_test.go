package e2e

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// long selects the long form of the tests that have one, as CI does.
var long = flag.Bool("long", false, "run the long form of the tests that have one")

// TestKilledAtEveryMoment kills the real bot at random moments, right after its
// acks, and during each of its requests, before and after the effect. The
// database of each killed bot has lost nothing that was acknowledged, no one
// was suspended twice or without approval, and the audit log verifies. In the
// end each approved person is handled and the message in Slack says how.
func TestKilledAtEveryMoment(t *testing.T) {
	t.Parallel()
	all, crews := &killLog{kills: map[string]int{}, minKills: 1, killsPerRound: 6}, 2
	if *long {
		all.minKills, all.killsPerRound, crews = 400, 24, 4
	}
	t.Run("crews", func(together *testing.T) {
		for crew := range crews {
			together.Run(fmt.Sprint(crew+1), func(t *testing.T) {
				t.Parallel()
				for !together.Failed() && all.needsMore() {
					round := all.next()
					t.Run(fmt.Sprint("round ", round), func(t *testing.T) { crashRound(t, all, round) })
				}
			})
		}
	})
	t.Logf("%s", all)
	if missed := all.missed(); *long && !t.Failed() && len(missed) > 0 {
		t.Errorf("the bot was never killed at: %s", strings.Join(missed, "; "))
	}
}

// killLog counts the kills of all crews together.
type killLog struct {
	mu            sync.Mutex
	rounds        int
	kills         map[string]int // by moment.
	minKills      int            // how many kills there are to be, at least.
	killsPerRound int            // how many of them, about, in one round.
}

// next returns the number of a new round.
func (l *killLog) next() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rounds++
	return l.rounds
}

func (l *killLog) add(moment string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kills[moment]++
}

func (l *killLog) total() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.kills {
		n += k
	}
	return n
}

// missed returns the moments at which the bot was never killed.
func (l *killLog) missed() (names []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range everyMoment() {
		if l.kills[name] == 0 {
			names = append(names, name)
		}
	}
	return names
}

// needsMore reports whether another round is needed. The long form ends at some
// time even if a moment never occurs.
func (l *killLog) needsMore() bool {
	n := l.total()
	return n < l.minKills || *long && n < 3*l.minKills && len(l.missed()) > 0
}

// rarest returns the possible moment that was hit least, at random among
// several.
func (l *killLog) rarest(dice *rand.Rand, possible []moment) moment {
	l.mu.Lock()
	defer l.mu.Unlock()
	dice.Shuffle(len(possible), func(i, j int) { possible[i], possible[j] = possible[j], possible[i] })
	return slices.MinFunc(possible, func(a, b moment) int { return l.kills[a.String()] - l.kills[b.String()] })
}

// String returns the summary in one line.
func (l *killLog) String() string {
	n, missed := l.total(), len(l.missed())
	every := len(everyMoment())
	return fmt.Sprintf("killed %d times in %d rounds, at %d of %d moments and %d times at random ones", n, l.rounds, every-missed, every, l.kills[atRandom])
}

// everyMoment names all moments at which the long form must have killed.
func everyMoment() []string {
	names := slices.Clone(decisions)
	for _, phase := range slices.Sorted(maps.Keys(calls)) {
		for _, m := range moments(phase) {
			names = append(names, m.String())
		}
	}
	return names
}

// crashRound takes one batch from the scan to the restoring of its people, with
// a kill at every turn. Half of the batches need a second approver, and half
// are undone as a whole.
func crashRound(t *testing.T, all *killLog, number int) {
	c := &crash{
		simulation: startSimulation(t, "--no-bot", "--users", "60", "--candidates", "12"), killLog: all, number: number,
		dice: rand.New(rand.NewPCG(uint64(number), 11)), settled: map[string]int{},
		approved: map[string]bool{}, excluded: map[string]bool{}, restoreAsked: map[string]bool{}, restoreAcked: map[string]bool{},
	}
	c.start()
	c.publish()
	c.approve()
	c.work(suspending, all.killsPerRound/3)
	c.finish(suspending)
	if number%4 < 2 {
		c.undo()
	} else {
		c.restoreOne()
		c.restoreOne()
	}
	c.work(restoring, all.killsPerRound/4)
	c.finish(restoring)
	c.end()
}

// publish makes a report and keeps its first person out, however often the bot
// is killed meanwhile.
func (c *crash) publish() {
	c.t.Helper()
	ada := c.addresses.Users.Approver
	for tries := 0; c.seen.report.ID == 0; tries++ {
		c.connected()
		scan := func() { c.sends("/command", fields{"user": ada, "command": "/inactive", "text": "scan"}) }
		if tries < max(1, c.killsPerRound/12) {
			c.killDuring(c.rarest(c.dice, moments(publishing)), scan, 0)
		} else {
			scan()
			c.await("the report", func() string { return missing(len(c.report().rows()) > 0) })
			c.kill(atRandom)
			c.start()
		}
	}
	c.await("the report", func() string { return missing(len(c.report().buttons("exclude")) > 0) })
	c.rows, c.listed = c.waitReport()
	c.retryDecision(func() bool { return c.exclude(0) })
	c.people = slices.DeleteFunc(slices.Clone(c.listed), func(a string) bool { return a == c.listed[0] })
}

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

// long selects the long form of the tests that have one. CI uses it.
var long = flag.Bool("long", false, "run the long form of the tests that have one")

// TestKilledAtEveryMoment kills the real bot at random moments, right after its
// acks, and during each of its calls, before and after the call takes effect.
// In each killed bot's database nothing acknowledged is lost, no one was
// suspended twice or without approval, and the audit log is intact. At the end
// everyone approved is in a final state and the message shows it.
func TestKilledAtEveryMoment(t *testing.T) {
	t.Parallel()
	all, workers := &killLog{kills: map[string]int{}, minKills: 1, killsPerRound: 6}, 2
	if *long {
		all.minKills, all.killsPerRound, workers = 400, 24, 4
	}
	t.Run("workers", func(together *testing.T) {
		for worker := range workers {
			together.Run(fmt.Sprint(worker+1), func(t *testing.T) {
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

// killLog counts the kills of all rounds.
type killLog struct {
	mu            sync.Mutex
	rounds        int
	kills         map[string]int // by moment.
	minKills      int            // the minimum number of kills.
	killsPerRound int            // about how many in one round.
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

// needsMore reports whether another round is needed. The long form also ends if
// a moment never occurs.
func (l *killLog) needsMore() bool {
	n := l.total()
	return n < l.minKills || *long && n < 3*l.minKills && len(l.missed()) > 0
}

// rarest returns one of the possible moments with the fewest kills, chosen at
// random.
func (l *killLog) rarest(rng *rand.Rand, possible []moment) moment {
	l.mu.Lock()
	defer l.mu.Unlock()
	rng.Shuffle(len(possible), func(i, j int) { possible[i], possible[j] = possible[j], possible[i] })
	return slices.MinFunc(possible, func(a, b moment) int { return l.kills[a.String()] - l.kills[b.String()] })
}

// String returns a summary of one line.
func (l *killLog) String() string {
	n, missed := l.total(), len(l.missed())
	every := len(everyMoment())
	return fmt.Sprintf("killed %d times in %d rounds, at %d of %d moments and %d times at random ones", n, l.rounds, every-missed, every, l.kills[atRandom])
}

// everyMoment returns the names of all moments that the long form must cover.
func everyMoment() []string {
	names := slices.Clone(ackMoments)
	for _, phase := range slices.Sorted(maps.Keys(calls)) {
		for _, m := range moments(phase) {
			names = append(names, m.String())
		}
	}
	return names
}

// crashRound runs one batch from the scan to the restore of its people, with
// kills in every phase. Half of the batches need a second approver, and half
// are undone as a whole.
func crashRound(t *testing.T, all *killLog, number int) {
	c := &crash{
		simulation: startSimulation(t, "--no-bot", "--users", "60", "--candidates", "12"), killLog: all, number: number,
		rng: rand.New(rand.NewPCG(uint64(number), 11)), settled: map[string]int{},
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

// publish makes a report and excludes its first person. It kills the bot on the
// way.
func (c *crash) publish() {
	c.t.Helper()
	ada := c.addresses.Users.Approver
	for tries := 0; c.seen.report.ID == 0; tries++ {
		c.connected()
		scan := func() { c.send("/command", fields{"user": ada, "command": "/inactive", "text": "scan"}) }
		if tries < max(1, c.killsPerRound/12) {
			c.killDuring(c.rarest(c.rng, moments(publishing)), scan, 0)
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

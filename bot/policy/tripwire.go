package policy

import (
	"maps"
	"slices"
	"time"
)

// The figures of the tripwires: a share in percent, and a number of people below
// which a share means nothing.
const (
	newInactivePercent, newInactivePeople = 5, 20
	unknownPercent, unknownPeople         = 2, 3
	lostPercent                           = 20
	fewerPercent                          = 30
	backwardsPercent, backwardsPeople     = 1, 3
	noActivityFor                         = 7 * 24 * time.Hour
)

// MaxSkew is how far our clock may be off the API's. Beyond it nobody's days
// can be counted.
const MaxSkew = 5 * time.Minute

// Wire is the name of a tripwire.
type Wire string

// The tripwires. Each fires when a scan looks as if the data, not the people,
// had changed.
const (
	ManyNew        Wire = "many_newly_inactive"
	ManyUnknown    Wire = "many_unknown"
	ActivityLost   Wire = "activity_lost"
	FewerPeople    Wire = "fewer_people"
	WentBackwards  Wire = "went_backwards"
	NobodyActive   Wire = "nobody_active"
	RuleMatchesNot Wire = "rule_matches_nobody"
	ClockOff       Wire = "clock_off"
	WaysDisagree   Wire = "ways_disagree"
)

// Tripwire is one that fired, with the figures that made it.
type Tripwire struct {
	Wire   Wire
	N, Of  int    // N of so many.
	Detail string // a rule, a duration.
}

// Picture is a scan in figures.
type Picture struct {
	People      int
	CanLogIn    int
	Unknown     int
	NewestUse   time.Time // the latest use of anything by anybody; zero: none.
	AllAsked    bool      // nobody's activity was taken from memory.
	RuleMatches map[string]int
	Skew        time.Duration // own clock minus the API's; 0 where it is not known.
	Sampled     int           // candidates read in both ways, …
	Disagree    int           // … and for how many the ways disagree.
	Base        *Change       // nil: there is no scan to compare with.
}

// Change is how a scan differs from its baseline, read with today's threshold.
type Change struct {
	People        int // people of the baseline.
	NewlyInactive int
	Had           int // people with activity on record in the baseline, …
	Lost          int // … and those of them without any now.
	Compared      int // people with activity on record in both, …
	Backwards     int // … and those whose last activity is over a day earlier now.
	RuleMatches   map[string]int
}

// Tripwires are those that fire, in a fixed order; none: the scan looks right.
func Tripwires(p Picture, now time.Time) (fired []Tripwire) {
	if p.Base != nil {
		fired = p.baselineTripwires()
	}
	if p.Unknown > unknownPeople && exceedsPercent(p.Unknown, unknownPercent, p.CanLogIn) {
		fired = append(fired, Tripwire{Wire: ManyUnknown, N: p.Unknown, Of: p.CanLogIn})
	}
	if p.AllAsked && p.CanLogIn > 0 && now.Sub(p.NewestUse) > noActivityFor {
		fired = append(fired, Tripwire{Wire: NobodyActive, Of: p.CanLogIn})
	}
	if p.Skew.Abs() > MaxSkew {
		fired = append(fired, Tripwire{Wire: ClockOff, Detail: p.Skew.Abs().Round(time.Second).String()})
	}
	if p.Disagree > 0 {
		fired = append(fired, Tripwire{Wire: WaysDisagree, N: p.Disagree, Of: p.Sampled})
	}
	return fired
}

// baselineTripwires are the tripwires that compare with the baseline.
func (p Picture) baselineTripwires() (fired []Tripwire) {
	b := p.Base
	if b.NewlyInactive > newInactivePeople && exceedsPercent(b.NewlyInactive, newInactivePercent, p.CanLogIn) {
		fired = append(fired, Tripwire{Wire: ManyNew, N: b.NewlyInactive, Of: p.CanLogIn})
	}
	if exceedsPercent(b.Lost, lostPercent, b.Had) {
		fired = append(fired, Tripwire{Wire: ActivityLost, N: b.Lost, Of: b.Had})
	}
	if exceedsPercent(b.People-p.People, fewerPercent, b.People) {
		fired = append(fired, Tripwire{Wire: FewerPeople, N: p.People, Of: b.People})
	}
	if b.Backwards > backwardsPeople && exceedsPercent(b.Backwards, backwardsPercent, b.Compared) {
		fired = append(fired, Tripwire{Wire: WentBackwards, N: b.Backwards, Of: b.Compared})
	}
	for _, rule := range slices.Sorted(maps.Keys(b.RuleMatches)) {
		if n, still := p.RuleMatches[rule]; still && n == 0 && b.RuleMatches[rule] > 0 {
			fired = append(fired, Tripwire{Wire: RuleMatchesNot, Of: b.RuleMatches[rule], Detail: rule})
		}
	}
	return fired
}

// exceedsPercent reports whether n is more than a share of all.
func exceedsPercent(n, percent, all int) bool { return n > 0 && 100*n > percent*all }

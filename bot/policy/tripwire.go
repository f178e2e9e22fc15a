package policy

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"inactivebot/storage"
)

// The limits of the tripwires: a share in percent, and the number of people up to
// which the share is ignored.
const (
	newInactivePercent, newInactivePeople = 5, 20
	unknownPercent, unknownPeople         = 2, 3
	lostPercent                           = 20
	fewerPercent                          = 30
	backwardsPercent, backwardsPeople     = 1, 3
	noActivityFor                         = 7 * 24 * time.Hour
)

// MaxSkew is how far our clock may differ from the API's. Beyond it, days of
// inactivity cannot be counted reliably.
const MaxSkew = 5 * time.Minute

// TripwireKind is the name of a tripwire.
type TripwireKind string

// The tripwires. Each fires if the data seems to have changed rather than the people.
const (
	ManyNewlyInactive TripwireKind = "many_newly_inactive"
	ManyUnknown       TripwireKind = "many_unknown"
	ActivityLost      TripwireKind = "activity_lost"
	FewerPeople       TripwireKind = "fewer_people"
	WentBackwards     TripwireKind = "went_backwards"
	NoOneActive       TripwireKind = "nobody_active"
	RuleMatchesNoOne  TripwireKind = "rule_matches_nobody"
	ClockOff          TripwireKind = "clock_off"
	SourcesDisagree   TripwireKind = "ways_disagree"
	NoManagementData  TripwireKind = "no_management_source"
	NewerMessage      TripwireKind = storage.LockNewerMessage
)

// Tripwire is a tripwire that fired, with its numbers.
type Tripwire struct {
	Kind   TripwireKind
	N, Of  int    // N of Of people.
	Most   int    // those of N with the cause in Detail.
	Detail string // a rule, a duration, a reason with its detail.
}

// Snapshot has the numbers of a scan that the tripwires check.
type Snapshot struct {
	People      int
	CanLogIn    int
	Unknown     int            // people in lane [Unknown] who count: all but those whose email is hidden.
	Causes      map[string]int // the reasons of Unknown, with their details.
	NoStatus    int            // those of Unknown who are not known to be able to log in.
	EmailHidden int            // people who are unknown because their email is hidden.
	Candidates  int            // people who are listed, or would be if who manages them were known.
	Managed     int            // people who can log in and have a management source.
	NeedManaged bool           // candidates must not be managed by an identity provider.
	NewestUse   time.Time      // the last activity of any person in any app; zero: none.
	NoneCached  bool           // no activity was taken from the cache.
	RuleMatches map[string]int
	ClockSkew   time.Duration // our clock minus the API's; 0: not known.
	Overtaken   bool          // a message in Slack shows decisions that the database does not have.
	Sampled     int           // candidates read from both sources, …
	Disagree    int           // … and those for whom the sources disagree.
	Baseline    *Delta        // nil: no scan to compare with.
}

// Delta is the difference between a scan and its baseline, with today's threshold.
type Delta struct {
	People        int // people of the baseline.
	NewlyInactive int
	Had           int // people with activity on record in the baseline, …
	Lost          int // … and those of them without any now.
	Compared      int // people with activity on record in both, …
	Backwards     int // … and those of them whose last activity is over a day earlier now.
	RuleMatches   map[string]int
}

// Tripwires returns the tripwires that fire, in a fixed order. None means that the
// scan looks right.
func Tripwires(p Snapshot, now time.Time) (fired []Tripwire) {
	if p.Baseline != nil {
		fired = p.baselineTripwires()
	}
	if all := p.CanLogIn + p.NoStatus; p.Unknown > unknownPeople && exceedsPercent(p.Unknown, unknownPercent, all) {
		cause, n := p.mostFrequentCause()
		fired = append(fired, Tripwire{Kind: ManyUnknown, N: p.Unknown, Of: all, Most: n, Detail: cause})
	}
	if p.NeedManaged && p.Candidates > 0 && p.Managed == 0 {
		fired = append(fired, Tripwire{Kind: NoManagementData, N: p.Candidates, Of: p.CanLogIn})
	}
	if p.NoneCached && p.CanLogIn > p.EmailHidden && now.Sub(p.NewestUse) > noActivityFor {
		fired = append(fired, Tripwire{Kind: NoOneActive, Of: p.CanLogIn})
	}
	if p.ClockSkew.Abs() > MaxSkew {
		fired = append(fired, Tripwire{Kind: ClockOff, Detail: p.ClockSkew.Abs().Round(time.Second).String()})
	}
	if p.Overtaken {
		fired = append(fired, Tripwire{Kind: NewerMessage})
	}
	if p.Disagree > 0 {
		fired = append(fired, Tripwire{Kind: SourcesDisagree, N: p.Disagree, Of: p.Sampled})
	}
	return fired
}

// mostFrequentCause returns the most frequent reason for which people are unknown, and
// how many they are.
func (p Snapshot) mostFrequentCause() (cause string, n int) {
	if len(p.Causes) == 0 {
		return "", 0
	}
	causes := slices.Sorted(maps.Keys(p.Causes))
	cause = slices.MaxFunc(causes, func(a, b string) int { return cmp.Compare(p.Causes[a], p.Causes[b]) })
	return cause, p.Causes[cause]
}

// baselineTripwires returns the tripwires that compare with the baseline.
func (p Snapshot) baselineTripwires() (fired []Tripwire) {
	b := p.Baseline
	if b.NewlyInactive > newInactivePeople && exceedsPercent(b.NewlyInactive, newInactivePercent, p.CanLogIn) {
		fired = append(fired, Tripwire{Kind: ManyNewlyInactive, N: b.NewlyInactive, Of: p.CanLogIn})
	}
	if exceedsPercent(b.Lost, lostPercent, b.Had) {
		fired = append(fired, Tripwire{Kind: ActivityLost, N: b.Lost, Of: b.Had})
	}
	if exceedsPercent(b.People-p.People, fewerPercent, b.People) {
		fired = append(fired, Tripwire{Kind: FewerPeople, N: p.People, Of: b.People})
	}
	if b.Backwards > backwardsPeople && exceedsPercent(b.Backwards, backwardsPercent, b.Compared) {
		fired = append(fired, Tripwire{Kind: WentBackwards, N: b.Backwards, Of: b.Compared})
	}
	for _, rule := range slices.Sorted(maps.Keys(b.RuleMatches)) {
		if n, still := p.RuleMatches[rule]; still && n == 0 && b.RuleMatches[rule] > 0 {
			fired = append(fired, Tripwire{Kind: RuleMatchesNoOne, Of: b.RuleMatches[rule], Detail: rule})
		}
	}
	return fired
}

// exceedsPercent reports whether n is more than percent of all.
func exceedsPercent(n, percent, all int) bool { return 100*n > percent*all }

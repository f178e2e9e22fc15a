package policy_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/bot/policy"
)

// scanned is the time of every scan.
var scanned = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// snapshot returns a scan of 1,000 people that equals its baseline except for
// change.
func snapshot(change func(*policy.Snapshot, *policy.Delta)) policy.Snapshot {
	p := policy.Snapshot{
		People: 1000, CanLogIn: 1000, NewestUse: scanned.Add(-time.Hour), NoneCached: true,
		RuleMatches: map[string]int{"group:pilots": 3}, Sampled: 20,
		Baseline: &policy.Delta{People: 1000, Had: 800, Compared: 800, RuleMatches: map[string]int{"group:pilots": 3}},
	}
	change(&p, p.Baseline)
	return p
}

// TestTripwires checks each limit with a scan just over it, which fires, and
// scans at or below it, which do not.
func TestTripwires(t *testing.T) {
	type fired []policy.Tripwire
	tests := map[string]struct {
		change func(*policy.Snapshot, *policy.Delta)
		want   fired
	}{
		"no change": {func(*policy.Snapshot, *policy.Delta) {}, nil},

		"newly inactive over 5 %": {func(_ *policy.Snapshot, b *policy.Delta) { b.NewlyInactive = 51 }, fired{{Kind: policy.ManyNewlyInactive, N: 51, Of: 1000}}},
		"newly inactive 5 %":      {func(_ *policy.Snapshot, b *policy.Delta) { b.NewlyInactive = 50 }, nil},
		"newly inactive over 20 people": {func(p *policy.Snapshot, b *policy.Delta) {
			p.CanLogIn, b.NewlyInactive = 40, 21
		}, fired{{Kind: policy.ManyNewlyInactive, N: 21, Of: 40}}},
		"newly inactive 20 of a team of 40": {func(p *policy.Snapshot, b *policy.Delta) { p.CanLogIn, b.NewlyInactive = 40, 20 }, nil},

		"unknown over 2 %":          {func(p *policy.Snapshot, _ *policy.Delta) { p.Unknown = 21 }, fired{{Kind: policy.ManyUnknown, N: 21, Of: 1000}}},
		"unknown 2 %":               {func(p *policy.Snapshot, _ *policy.Delta) { p.Unknown = 20 }, nil},
		"unknown over 3 people":     {func(p *policy.Snapshot, _ *policy.Delta) { p.CanLogIn, p.Unknown = 40, 4 }, fired{{Kind: policy.ManyUnknown, N: 4, Of: 40}}},
		"unknown 3 of a team of 40": {func(p *policy.Snapshot, _ *policy.Delta) { p.CanLogIn, p.Unknown = 40, 3 }, nil},
		"unknown, most for one reason": {func(p *policy.Snapshot, _ *policy.Delta) {
			p.Unknown, p.Causes = 45, map[string]int{"lookup_failed": 2, "field_missing:addedToOrg": 40, "field_missing:groups": 3}
		}, fired{{Kind: policy.ManyUnknown, N: 45, Of: 1000, Most: 40, Detail: "field_missing:addedToOrg"}}},
		"unknown without a status": {func(p *policy.Snapshot, _ *policy.Delta) {
			p.CanLogIn, p.Unknown, p.NoStatus = 100, 900, 899
		}, fired{{Kind: policy.ManyUnknown, N: 900, Of: 999}}},
		"no management source": {func(p *policy.Snapshot, _ *policy.Delta) { p.NeedManaged, p.Candidates = true, 7 }, fired{{Kind: policy.NoManagementData, N: 7, Of: 1000}}},
		"one management source": {func(p *policy.Snapshot, _ *policy.Delta) {
			p.NeedManaged, p.Candidates, p.Managed = true, 7, 1
		}, nil},
		"no management source, not needed":    {func(p *policy.Snapshot, _ *policy.Delta) { p.Candidates = 7 }, nil},
		"no management source, no candidates": {func(p *policy.Snapshot, _ *policy.Delta) { p.NeedManaged = true }, nil},
		"no one active, all emails hidden": {func(p *policy.Snapshot, _ *policy.Delta) {
			p.NewestUse, p.EmailHidden = time.Time{}, 1000
		}, nil},
		"unknown, no one can log in": {func(p *policy.Snapshot, _ *policy.Delta) { p.CanLogIn, p.Unknown = 0, 4 }, fired{{Kind: policy.ManyUnknown, N: 4}}},

		"activity lost for over 20 %":        {func(_ *policy.Snapshot, b *policy.Delta) { b.Lost = 161 }, fired{{Kind: policy.ActivityLost, N: 161, Of: 800}}},
		"activity lost for 20 %":             {func(_ *policy.Snapshot, b *policy.Delta) { b.Lost = 160 }, nil},
		"activity lost, no one had any":      {func(_ *policy.Snapshot, b *policy.Delta) { b.Had, b.Compared = 0, 0 }, nil},
		"activity lost for all of a few":     {func(_ *policy.Snapshot, b *policy.Delta) { b.Had, b.Lost = 2, 2 }, fired{{Kind: policy.ActivityLost, N: 2, Of: 2}}},
		"down by over 30 %":                  {func(p *policy.Snapshot, _ *policy.Delta) { p.People = 699 }, fired{{Kind: policy.FewerPeople, N: 699, Of: 1000}}},
		"down by 30 %":                       {func(p *policy.Snapshot, _ *policy.Delta) { p.People = 700 }, nil},
		"everyone gone":                      {func(p *policy.Snapshot, _ *policy.Delta) { p.People = 0 }, fired{{Kind: policy.FewerPeople, Of: 1000}}},
		"three times as many people":         {func(p *policy.Snapshot, _ *policy.Delta) { p.People = 3000 }, nil},
		"backwards for over 1 %":             {func(_ *policy.Snapshot, b *policy.Delta) { b.Backwards = 9 }, fired{{Kind: policy.WentBackwards, N: 9, Of: 800}}},
		"backwards for 1 %":                  {func(_ *policy.Snapshot, b *policy.Delta) { b.Backwards = 8 }, nil},
		"backwards for over 3 people":        {func(_ *policy.Snapshot, b *policy.Delta) { b.Compared, b.Backwards = 40, 4 }, fired{{Kind: policy.WentBackwards, N: 4, Of: 40}}},
		"backwards for 3 of a team of 40":    {func(_ *policy.Snapshot, b *policy.Delta) { b.Compared, b.Backwards = 40, 3 }, nil},
		"no one active in over 7 days":       {func(p *policy.Snapshot, _ *policy.Delta) { p.NewestUse = scanned.Add(-7*24*time.Hour - 1) }, fired{{Kind: policy.NoOneActive, Of: 1000}}},
		"a person active 7 days ago":         {func(p *policy.Snapshot, _ *policy.Delta) { p.NewestUse = scanned.Add(-7 * 24 * time.Hour) }, nil},
		"no one ever active":                 {func(p *policy.Snapshot, _ *policy.Delta) { p.NewestUse = time.Time{} }, fired{{Kind: policy.NoOneActive, Of: 1000}}},
		"no one active, some from the cache": {func(p *policy.Snapshot, _ *policy.Delta) { p.NewestUse, p.NoneCached = time.Time{}, false }, nil},
		"a rule that matched matches no one": {func(p *policy.Snapshot, _ *policy.Delta) { p.RuleMatches["group:pilots"] = 0 }, fired{{Kind: policy.RuleMatchesNoOne, Of: 3, Detail: "group:pilots"}}},
		"a rule that still matches one":      {func(p *policy.Snapshot, _ *policy.Delta) { p.RuleMatches["group:pilots"] = 1 }, nil},
		"a removed rule":                     {func(p *policy.Snapshot, _ *policy.Delta) { delete(p.RuleMatches, "group:pilots") }, nil},
		"a new rule that matches no one":     {func(p *policy.Snapshot, _ *policy.Delta) { p.RuleMatches["domain:new.example"] = 0 }, nil},
		"a rule that never matched": {func(p *policy.Snapshot, b *policy.Delta) {
			p.RuleMatches["group:pilots"], b.RuleMatches["group:pilots"] = 0, 0
		}, nil},
		"the clock over 5 minutes ahead":  {func(p *policy.Snapshot, _ *policy.Delta) { p.ClockSkew = 5*time.Minute + time.Second }, fired{{Kind: policy.ClockOff, Detail: "5m1s"}}},
		"the clock over 5 minutes behind": {func(p *policy.Snapshot, _ *policy.Delta) { p.ClockSkew = -5*time.Minute - time.Second }, fired{{Kind: policy.ClockOff, Detail: "5m1s"}}},
		"the clock 5 minutes off":         {func(p *policy.Snapshot, _ *policy.Delta) { p.ClockSkew = -5 * time.Minute }, nil},
		"the sources disagree about one":  {func(p *policy.Snapshot, _ *policy.Delta) { p.Disagree = 1 }, fired{{Kind: policy.SourcesDisagree, N: 1, Of: 20}}},
		"no one could be sampled":         {func(p *policy.Snapshot, _ *policy.Delta) { p.Sampled = 0 }, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := policy.Tripwires(snapshot(test.change), scanned)
			if diff := cmp.Diff([]policy.Tripwire(test.want), got); diff != "" {
				t.Errorf("fired (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSeveralTripwiresAtOnce checks that all are returned, always in the same
// order.
func TestSeveralTripwiresAtOnce(t *testing.T) {
	worst := snapshot(func(p *policy.Snapshot, b *policy.Delta) {
		p.People, p.CanLogIn, p.Unknown, p.NewestUse = 500, 400, 90, time.Time{}
		p.ClockSkew, p.Disagree = -time.Hour, 20
		p.RuleMatches = map[string]int{"group:b": 0, "group:a": 0}
		b.RuleMatches = map[string]int{"group:b": 2, "group:a": 1}
		b.NewlyInactive, b.Lost, b.Backwards = 100, 300, 200
	})
	want := []policy.Tripwire{
		{Kind: policy.ManyNewlyInactive, N: 100, Of: 400},
		{Kind: policy.ActivityLost, N: 300, Of: 800},
		{Kind: policy.FewerPeople, N: 500, Of: 1000},
		{Kind: policy.WentBackwards, N: 200, Of: 800},
		{Kind: policy.RuleMatchesNoOne, Of: 1, Detail: "group:a"},
		{Kind: policy.RuleMatchesNoOne, Of: 2, Detail: "group:b"},
		{Kind: policy.ManyUnknown, N: 90, Of: 400},
		{Kind: policy.NoOneActive, Of: 400},
		{Kind: policy.ClockOff, Detail: "1h0m0s"},
		{Kind: policy.SourcesDisagree, N: 20, Of: 20},
	}
	for range 20 {
		if diff := cmp.Diff(want, policy.Tripwires(worst, scanned)); diff != "" {
			t.Fatalf("fired (-want +got):\n%s", diff)
		}
	}
}

// TestFirstScanHasNothingToCompareWith checks that only tripwires that need no
// baseline fire without one.
func TestFirstScanHasNothingToCompareWith(t *testing.T) {
	alone := func(change func(*policy.Snapshot, *policy.Delta)) policy.Snapshot {
		p := snapshot(change)
		p.Baseline = nil
		return p
	}
	tests := map[string]struct {
		snapshot policy.Snapshot
		want     []policy.Tripwire
	}{
		"an ordinary scan":      {alone(func(*policy.Snapshot, *policy.Delta) {}), nil},
		"an empty organisation": {policy.Snapshot{NoneCached: true}, nil},
		"a rule without people": {alone(func(p *policy.Snapshot, _ *policy.Delta) { p.RuleMatches["group:pilots"] = 0 }), nil},
		"no one active":         {alone(func(p *policy.Snapshot, _ *policy.Delta) { p.NewestUse = time.Time{} }), []policy.Tripwire{{Kind: policy.NoOneActive, Of: 1000}}},
		"many unknown":          {alone(func(p *policy.Snapshot, _ *policy.Delta) { p.Unknown = 900 }), []policy.Tripwire{{Kind: policy.ManyUnknown, N: 900, Of: 1000}}},
		"a newer message":       {alone(func(p *policy.Snapshot, _ *policy.Delta) { p.Overtaken = true }), []policy.Tripwire{{Kind: policy.NewerMessage}}},
		"a wrong clock":         {alone(func(p *policy.Snapshot, _ *policy.Delta) { p.ClockSkew = time.Hour }), []policy.Tripwire{{Kind: policy.ClockOff, Detail: "1h0m0s"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, policy.Tripwires(test.snapshot, scanned)); diff != "" {
				t.Errorf("fired (-want +got):\n%s", diff)
			}
		})
	}
}

package policy_test

import (
	"testing"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

const ns = time.Nanosecond

// In each table the two sides of a boundary are adjacent.

func TestThreshold(t *testing.T) {
	last := func(ts atlassian.Timestamp) []change { return []change{uses(use("confluence", home, ts))} }
	active, inactive := decision{policy.Active, "", ""}, decision{policy.Inactive, "", ""}
	berlin := time.FixedZone("CET", 3600)
	runDecide(t, []decideCase{
		{"a nanosecond before the cutoff", last(at(cutoff.Add(-ns))), inactive},
		{"at the cutoff", last(at(cutoff)), active},
		{"a nanosecond after the cutoff", last(at(cutoff.Add(ns))), active},
		{"a nanosecond before, in another zone", last(at(cutoff.Add(-ns).In(berlin))), inactive},
		{"at the cutoff, in another zone", last(at(cutoff.In(berlin))), active},
		{"the day before the cutoff's day", last(on(2025, 12, 31)), inactive},
		{"the cutoff's day, which ends after the cutoff", last(on(2026, 1, 1)), active},
		{"today, which ends in the future", last(on(2026, 6, 30)), active},
	})
}

// TestDateOnlyCountsToItsLastNanosecond sets the cutoff at the end of a day.
func TestDateOnlyCountsToItsLastNanosecond(t *testing.T) {
	s := policy.Settings{Product: "confluence", InactiveDays: threshold}
	f := policy.Facts{User: atlassian.User{
		AccountID: "a", AccountType: "atlassian", Status: "active", PlatformRoles: []string{}, AddedToOrg: on(2020, 1, 1),
		ProductAccess: []atlassian.ProductAccess{use("confluence", home, on(2026, 1, 1))},
	}}
	midnight := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, threshold)
	for _, c := range []struct {
		name string
		now  time.Time
		want policy.Lane
	}{
		{"the cutoff is the day's last nanosecond", midnight.Add(-ns), policy.Active},
		{"the cutoff is the next midnight", midnight, policy.Inactive},
		{"midnight in a zone where it is still the day before", midnight.In(time.FixedZone("PST", -8*3600)), policy.Inactive},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := policy.Decide(f, s, c.now).Lane; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestThresholdElsewhere(t *testing.T) {
	beside := func(product, site string, ts atlassian.Timestamp) []change {
		return []change{homeOnly, uses(use("confluence", home, longAgo), use(product, site, ts))}
	}
	inactive := decision{policy.Inactive, "", ""}
	runDecide(t, []decideCase{
		{"another app just before the cutoff", beside("trello", home, at(cutoff.Add(-ns))), inactive},
		{"another app at the cutoff", beside("trello", home, at(cutoff)), decision{policy.ActiveElsewhere, policy.OtherApp, "trello"}},
		{"another app on the cutoff's day", beside("trello", home, on(2026, 1, 1)), decision{policy.ActiveElsewhere, policy.OtherApp, "trello"}},
		{"another app on the day before", beside("trello", home, on(2025, 12, 31)), inactive},
		{"another site just before the cutoff", beside("confluence", elsewhere, at(cutoff.Add(-ns))), inactive},
		{"another site at the cutoff", beside("confluence", elsewhere, at(cutoff)), decision{policy.ActiveElsewhere, policy.OtherSite, "confluence"}},
	})
}

func TestFuture(t *testing.T) {
	const tolerated = 5 * time.Minute
	ahead := func(product string, ts atlassian.Timestamp) []change {
		return []change{uses(use("confluence", home, longAgo), use(product, home, ts))}
	}
	runDecide(t, []decideCase{
		{"five minutes ahead", ahead("confluence", at(now.Add(tolerated))), decision{policy.Active, "", ""}},
		{"a nanosecond beyond five minutes", ahead("confluence", at(now.Add(tolerated+ns))), decision{policy.Unknown, policy.InTheFuture, "confluence"}},
		{"another app five minutes ahead", ahead("trello", at(now.Add(tolerated))), decision{policy.ActiveElsewhere, policy.OtherApp, "trello"}},
		{"another app a nanosecond beyond", ahead("trello", at(now.Add(tolerated+ns))), decision{policy.Unknown, policy.InTheFuture, "trello"}},
		{"today, which ends in the future", ahead("confluence", on(2026, 6, 30)), decision{policy.Active, "", ""}},
		{"tomorrow", ahead("confluence", on(2026, 7, 1)), decision{policy.Unknown, policy.InTheFuture, "confluence"}},
		{"a future and a recent use", []change{uses(use("confluence", home, at(now.Add(day))), use("confluence", home, recently))}, decision{policy.Active, "", ""}},
		{"a future date of joining", []change{added(at(now.Add(day)))}, decision{policy.Protected, policy.JustAdded, ""}},
	})
}

func TestJustAdded(t *testing.T) {
	protected, inactive := decision{policy.Protected, policy.JustAdded, ""}, decision{policy.Inactive, "", ""}
	runDecide(t, []decideCase{
		{"a nanosecond less than the threshold ago", []change{added(at(cutoff.Add(ns)))}, protected},
		{"the threshold ago", []change{added(at(cutoff))}, inactive},
		{"a nanosecond more than the threshold ago", []change{added(at(cutoff.Add(-ns)))}, inactive},
		{"on the cutoff's day", []change{added(on(2026, 1, 1))}, protected},
		{"on the day before", []change{added(on(2025, 12, 31))}, inactive},
	})
}

func TestJustRestored(t *testing.T) {
	protected, inactive := decision{policy.Protected, policy.JustRestored, ""}, decision{policy.Inactive, "", ""}
	runDecide(t, []decideCase{
		{"now", []change{restoredAt(now)}, protected},
		{"a nanosecond less than 30 days ago", []change{restoredAt(now.Add(-30*day + ns))}, protected},
		{"30 days ago", []change{restoredAt(now.Add(-30 * day))}, inactive},
		{"by a clock ahead of ours", []change{restoredAt(now.Add(time.Hour))}, protected},
	})
}

func TestCutoffIsInUTC(t *testing.T) {
	zone := time.FixedZone("west", -8*3600)
	s := policy.Settings{InactiveDays: threshold}
	if got := s.Cutoff(now.In(zone)); !got.Equal(cutoff) || got.Location() != time.UTC {
		t.Errorf("Cutoff = %v, want %v", got, cutoff)
	}
}

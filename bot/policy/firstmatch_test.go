package policy_test

import (
	"slices"
	"testing"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

// into maps each lane to a change that makes a person match it, if possible
// without affecting other lanes.
var into = map[policy.Lane]change{
	policy.NotAPerson: accountType("app"),
	policy.AlreadyOff: status("suspended"),
	policy.Excluded:   isExcluded,
	policy.Protected:  isAdmin,
	policy.Unknown:    hasFailed,
	policy.NeverActive: person(func(u *atlassian.User) {
		u.ProductAccess = slices.DeleteFunc(u.ProductAccess, func(p atlassian.ProductAccess) bool { return p.Key == "confluence" })
	}),
	policy.Active:          alsoUses("confluence"),
	policy.ActiveElsewhere: alsoUses("trello"),
	policy.IDPManaged:      synced,
	policy.Inactive:        func(*policy.Facts, *policy.Settings) {},
}

func alsoUses(product string) change {
	return person(func(u *atlassian.User) { u.ProductAccess = append(u.ProductAccess, use(product, home, recently)) })
}

func TestFirstMatchWins(t *testing.T) {
	for i, first := range policy.Lanes {
		for _, second := range policy.Lanes[i:] {
			t.Run(string(first)+" before "+string(second), func(t *testing.T) {
				if got := decide(into[second], into[first]).Lane; got != first {
					t.Errorf("got %s, want %s", got, first)
				}
			})
		}
	}
}

func TestFirstMatchWinsOverAllBehind(t *testing.T) {
	for i, first := range policy.Lanes {
		var changes []change
		for _, lane := range slices.Backward(policy.Lanes[i:]) {
			changes = append(changes, into[lane])
		}
		if got := decide(changes...).Lane; got != first {
			t.Errorf("%s with all later lanes: got %s", first, got)
		}
	}
}

// TestFirstReasonWins checks the order of reasons within protected and unknown.
func TestFirstReasonWins(t *testing.T) {
	all := []change{isAdmin, protect("712020:ada"), approvers("ada@example.com"), added(at(now)), restoredAt(now)}
	for i, want := range []policy.Reason{policy.AdminRole, policy.ProtectSetting, policy.IsApprover, policy.JustAdded, policy.JustRestored} {
		if got := decide(all[i:]...).Reason; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := decide(isExcluded, ruled(t, "ada@example.com")).Reason; got != policy.ByExclusion {
		t.Errorf("got %s, want %s", got, policy.ByExclusion)
	}
}

package e2e

import (
	"slices"
	"strings"
	"time"
)

// lanesOf computes everyone's lane from the product description and the
// simulator's state, without code of the bot.
func lanesOf(orgState map[string]person, days int, now time.Time) map[string]string {
	lanes := map[string]string{}
	for account, p := range orgState {
		lanes[account] = laneOf(p, now.UTC().AddDate(0, 0, -days), now)
	}
	return lanes
}

func laneOf(p person, cutoff, now time.Time) string {
	isAdmin := slices.ContainsFunc(p.PlatformRoles, func(role string) bool { return strings.HasSuffix(role, "admin") })
	confluence, others, future := latestUse(p.ProductAccess, now)
	switch {
	case p.AccountType != "atlassian":
		return "not_a_person"
	case p.Status != "active":
		return "already_off"
	case isAdmin || p.AddedToOrg.After(cutoff):
		return "protected"
	case p.ProductAccess == nil, future && confluence.Before(cutoff):
		return "unknown"
	case confluence.IsZero():
		return "never_active"
	case !confluence.Before(cutoff):
		return "active"
	case !others.Before(cutoff):
		return "active_elsewhere"
	case p.ManagementSource == "synced":
		return "idp_managed"
	}
	return "inactive"
}

// latestUse returns the latest use of Confluence and of other apps, and whether
// a use is in the future. A date counts as the end of its day, which may be
// later today.
func latestUse(all []use, now time.Time) (confluence, others time.Time, future bool) {
	for _, a := range all {
		switch {
		case a.LastActive == nil:
		case a.LastActive.After(now.Add(24 * time.Hour)):
			future = true
		case a.Key == "confluence" && a.LastActive.After(confluence):
			confluence = *a.LastActive
		case a.Key != "confluence" && a.LastActive.After(others):
			others = *a.LastActive
		}
	}
	return confluence, others, future
}

// inactive returns the accounts that a report must list, sorted.
func (s *simulation) inactive(days int) (accounts []string) {
	s.t.Helper()
	for account, lane := range lanesOf(s.orgState(), days, time.Now()) {
		if lane == "inactive" {
			accounts = append(accounts, account)
		}
	}
	slices.Sort(accounts)
	return accounts
}

package scan

import (
	"context"
	"hash/fnv"
	"strings"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// noJitterWithin is the time before the end of the threshold within which look-ups are
// no longer spread out.
const noJitterWithin = 7 * 24 * time.Hour

// useDates makes the pass look up the activity of each person.
func (p *Pass) useDates() error {
	p.source = storage.SourceDates
	if p.Store == nil {
		return nil
	}
	return p.Store.SetActivityScope(p.Policy.Product + " on " + strings.Join(p.Policy.Sites, ","))
}

// decideByDates decides about a chunk of people. It looks up a person only if the
// decision depends on the activity and the cache does not answer it.
func (p *Pass) decideByDates(ctx context.Context, users []atlassian.User, known []storage.AccountState, yield func(Result, error) bool) error {
	seen, err := p.cachedActivity(users)
	if err != nil {
		return err
	}
	selected := make([]bool, len(users))
	for i, u := range users {
		users[i], selected[i] = p.prepare(u, known[i], seen[i])
	}
	failed, err := p.lookUp(ctx, users, selected, maxConsecutiveFailures)
	if err != nil {
		return err
	}
	var toCache []storage.CachedActivity
	for i, u := range users {
		if failed[i] {
			p.lookUps.failed = append(p.lookUps.failed, u)
			continue
		}
		j := evaluate(policy.Facts{User: u, SearchOnly: !selected[i]}, known[i], p.Policy, p.now)
		if selected[i] && j.Decision.Lane == policy.Active {
			toCache = append(toCache, p.cacheEntry(j))
		}
		if !yield(j, nil) {
			return errStopped
		}
	}
	if p.Store == nil {
		return nil
	}
	return p.Store.SaveActivity(toCache)
}

// cachedActivity returns the activity that earlier passes stored for the people,
// in their order.
func (p *Pass) cachedActivity(users []atlassian.User) ([]storage.CachedActivity, error) {
	if p.Store == nil {
		return make([]storage.CachedActivity, len(users)), nil
	}
	return p.Store.Activity(accountsOf(users))
}

// prepare reports whether a person's activity must be looked up, and otherwise adds
// what is known of it. That is not necessary if another lane matches first, or if the
// cached last use is still within the threshold.
func (p *Pass) prepare(u atlassian.User, k storage.AccountState, seen storage.CachedActivity) (atlassian.User, bool) {
	decision := func() policy.Decision {
		return evaluate(policy.Facts{User: u, SearchOnly: true}, k, p.Policy, p.now).Decision
	}
	if u.ProductAccess != nil {
		return u, lacksDate(decision())
	}
	u.ProductAccess = []atlassian.ProductAccess{}
	if decision().Lane != policy.NeverActive {
		return u, false
	}
	u.ProductAccess = nil
	if seen.LastActive.Before(p.Policy.Cutoff(p.now)) || !p.now.Before(seen.CheckAfter) {
		return u, true
	}
	p.fromCache = true
	u.ProductAccess = []atlassian.ProductAccess{{Key: p.Policy.Product, ID: p.anySite(), LastActive: atlassian.Timestamp{At: seen.LastActive}}}
	return u, false
}

// anySite returns a site in scope. The cache does not store the site.
func (p *Pass) anySite() string {
	if len(p.Policy.Sites) == 0 {
		return ""
	}
	return p.Policy.Sites[0]
}

// cacheEntry returns the cache entry of a person. It expires at the latest
// when the last use leaves the threshold. The expiry has jitter by account, so that
// not all entries expire in the same scan.
func (p *Pass) cacheEntry(j Result) storage.CachedActivity {
	seen := storage.CachedActivity{AccountID: j.User.AccountID, LastActive: earlier(j.Decision.LastActive, p.now)}
	left := seen.LastActive.Sub(p.Policy.Cutoff(p.now))
	if left > noJitterWithin {
		left = left/2 + time.Duration(float64(left)*0.45*jitter(seen.AccountID))
	}
	seen.CheckAfter = p.now.Add(left)
	return seen
}

// earlier returns the earlier of two times. The end of the current day is in the
// future, and a later scan would reject it.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// jitter returns a number in [0, 1) that is constant for an account.
func jitter(account string) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(account))
	return float64(h.Sum32()) / (1 << 32)
}

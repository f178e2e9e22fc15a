package scan

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/storage"
)

const (
	// lookupConcurrency is how many people are looked up at a time. The rate
	// limit sets the speed; concurrency only compensates for a slow network.
	lookupConcurrency = 8
	// noJitterWithin is the time before the end of the threshold within which
	// look-ups are no longer spread out.
	noJitterWithin = 7 * 24 * time.Hour
	// maxConsecutiveFailures ends the scan: that many failures in a row are not
	// caused by individual users. It bridges an outage of a minute.
	maxConsecutiveFailures = 25
	// toleratedFailures is how many people may be unreadable if no look-up
	// succeeded.
	toleratedFailures = 3
)

// adminRoles are the platform roles of an admin, see
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
var adminRoles = []string{"atlassian/org-admin", "atlassian/site-admin", "atlassian/user-access-admin"}

// perUserActivity is a pass that looks up the activity of each person.
type perUserActivity struct {
	extras    rolesAndGroups   // missing from the listing.
	plain     bool             // the listing contains no roles and groups.
	fromCache bool             // the activity of some people was read from the cache.
	failed    []atlassian.User // people to look up again at the end.

	answered            atomic.Bool  // the activity of at least one person was read.
	consecutiveFailures atomic.Int32 // failed look-ups since the last success.
}

// rolesAndGroups contains roles and groups that were read with separate searches,
// by account.
type rolesAndGroups struct {
	roles  map[string][]string
	groups map[string][]atlassian.Group
}

// useDates makes the pass look up each person.
func (p *Pass) useDates(ctx context.Context, plain bool) error {
	x, err := p.readRolesAndGroups(ctx, plain, nil)
	if err != nil {
		return err
	}
	p.source, p.dates = storage.SourceDates, &perUserActivity{extras: x, plain: plain}
	if p.Store == nil {
		return nil
	}
	return p.Store.SetActivityScope(p.Policy.Product + " on " + strings.Join(p.Policy.Sites, ","))
}

// readRolesAndGroups finds the admins and, for a plain listing, the members of the
// groups in rules. It searches only the accounts, or everyone if there are none.
// An error must end the scan, because admins and group members would not be
// protected.
func (s Scanner) readRolesAndGroups(ctx context.Context, plain bool, accounts []string) (rolesAndGroups, error) {
	x := rolesAndGroups{roles: map[string][]string{}, groups: map[string][]atlassian.Group{}}
	for _, role := range adminRoles {
		for u, err := range s.Client.Users(ctx, s.Directory, atlassian.Query{RoleIDs: []string{role}, AccountIDs: accounts, Plain: plain}) {
			if err != nil {
				return x, fmt.Errorf("read administrators: %w", err)
			}
			x.roles[u.AccountID] = append(x.roles[u.AccountID], role)
		}
	}
	if !plain {
		return x, nil
	}
	for _, rule := range s.Policy.Rules {
		group, ok := strings.CutPrefix(rule.String(), "group:")
		if !ok {
			continue
		}
		found := false
		for u, err := range s.Client.Users(ctx, s.Directory, atlassian.Query{GroupIDs: []string{group}, AccountIDs: accounts, Plain: true}) {
			if err != nil {
				return x, fmt.Errorf("read the members of a rule's group: %w", err)
			}
			found = true
			x.groups[u.AccountID] = append(x.groups[u.AccountID], atlassian.Group{ID: group})
		}
		if found {
			continue
		}
		if err := s.isGroup(ctx, rule, group); err != nil {
			return x, err
		}
	}
	return x, nil
}

// isGroup returns a [problem.GroupError] if the group of a rule has no members: the
// rule may contain a name instead of an id.
func (s Scanner) isGroup(ctx context.Context, rule policy.Rule, group string) error {
	for _, err := range s.Client.Users(ctx, s.Directory, atlassian.Query{GroupIDs: []string{group}, Plain: true}) {
		if err != nil {
			return fmt.Errorf("read the members of a rule's group: %w", err)
		}
		return nil
	}
	return problem.GroupError{Rule: rule.String()}
}

// complete adds to a person the roles and groups that were read separately.
func (x rolesAndGroups) complete(u atlassian.User, plain bool) atlassian.User {
	u.PlatformRoles = concat(u.PlatformRoles, x.roles[u.AccountID])
	if u.Groups == nil && plain {
		u.Groups = concat(x.groups[u.AccountID], nil)
	}
	return u
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
			p.dates.failed = append(p.dates.failed, u)
			continue
		}
		j := evaluate(u, known[i], p.Policy, p.now)
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

// prepare adds roles and groups to a person, and reports whether the activity must
// be looked up. That is not necessary if another lane matches first, or if the
// cached last use is still within the threshold.
func (p *Pass) prepare(u atlassian.User, k storage.AccountState, seen storage.CachedActivity) (atlassian.User, bool) {
	u = p.dates.extras.complete(u, p.dates.plain)
	if u.ProductAccess != nil {
		return u, false
	}
	u.ProductAccess = []atlassian.ProductAccess{}
	if evaluate(u, k, p.Policy, p.now).Decision.Lane != policy.NeverActive {
		return u, false
	}
	u.ProductAccess = nil
	if seen.LastActive.Before(p.Policy.Cutoff(p.now)) || !p.now.Before(seen.CheckAfter) {
		return u, true
	}
	p.dates.fromCache = true
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

// lookUp looks up the activity of the users marked in selected, and reports for
// which of them it failed. It returns an error that affects every look-up, or the
// last of maxFailures failures in a row.
func (p *Pass) lookUp(ctx context.Context, users []atlassian.User, selected []bool, maxFailures int) (failed []bool, err error) {
	failed = make([]bool, len(users))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(lookupConcurrency)
	for i := range users {
		if !selected[i] {
			continue
		}
		all.Go(func() error {
			activity, err := p.Client.LastActive(ctx, users[i].AccountID)
			switch {
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case err == nil:
				users[i] = withActivity(users[i], activity)
				p.dates.answered.Store(true)
				p.dates.consecutiveFailures.Store(0)
			case affectsEveryone(err), int(p.dates.consecutiveFailures.Add(1)) >= maxFailures:
				return err
			default:
				failed[i] = true
			}
			return nil
		})
	}
	return failed, all.Wait()
}

// affectsEveryone reports whether the look-up of any other person would fail with
// the same error.
func affectsEveryone(err error) bool {
	switch atlassian.KindOf(err) {
	case atlassian.KindUnauthorized, atlassian.KindForbidden, atlassian.KindGone, atlassian.KindRateLimited, atlassian.KindRedirected:
		return true
	}
	return false
}

// withActivity adds the data of last-active-dates to a user.
func withActivity(u atlassian.User, a atlassian.Activity) atlassian.User {
	if a.ProductAccess != nil {
		u.ProductAccess = concat(u.ProductAccess, a.ProductAccess)
	}
	if u.AddedToOrg.IsZero() {
		u.AddedToOrg = a.AddedToOrg
	}
	return u
}

// concat returns a new list of a and b. It is never nil, because nil means that
// the list is missing.
func concat[T any](a, b []T) []T { return append(append([]T{}, a...), b...) }

// retryFailed retries the failed look-ups. People whose look-up fails again are
// unknown. If no look-up of the scan succeeded, it returns the last error, unless at
// most toleratedFailures people failed.
func (p *Pass) retryFailed(ctx context.Context, yield func(Result, error) bool) error {
	users := p.dates.failed
	if len(users) == 0 {
		return nil
	}
	maxFailures := math.MaxInt
	if !p.dates.answered.Load() && len(users) > toleratedFailures {
		maxFailures = len(users)
	}
	p.dates.consecutiveFailures.Store(0)
	failed, err := p.lookUp(ctx, users, slices.Repeat([]bool{true}, len(users)), maxFailures)
	known, errKnown := p.known(users)
	if err := errors.Join(err, errKnown); err != nil {
		return err
	}
	for i, u := range users {
		if !yield(evaluateFacts(policy.Facts{User: u, Failed: failed[i]}, known[i], p.Policy, p.now), nil) {
			return errStopped
		}
	}
	return nil
}

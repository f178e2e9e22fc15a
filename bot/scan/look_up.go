package scan

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

const (
	// lookUpConcurrency is how many people are looked up at a time. The rate
	// limit sets the speed; concurrency only compensates for a slow network.
	lookUpConcurrency = 8
	// maxConsecutiveFailures ends the scan: that many failures in a row are not
	// caused by individual users. It bridges an outage of a minute.
	maxConsecutiveFailures = 25
	// toleratedFailures is how many people may be unreadable if no look-up
	// succeeded.
	toleratedFailures = 3
)

// lookUps are the requests of one pass for the activity of single people.
type lookUps struct {
	failed []atlassian.User // people to look up again at the end.

	answered            atomic.Bool  // the activity of at least one person was read.
	consecutiveFailures atomic.Int32 // failed look-ups since the last success.
}

// lookUp looks up the activity of the users marked in selected, and reports for
// which of them it failed. It returns an error that affects every look-up, or the
// last of maxFailures failures in a row.
func (p *Pass) lookUp(ctx context.Context, users []atlassian.User, selected []bool, maxFailures int) (failed []bool, err error) {
	failed = make([]bool, len(users))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(lookUpConcurrency)
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
				p.lookUps.answered.Store(true)
				p.lookUps.consecutiveFailures.Store(0)
			case p.lookUps.answered.Load() && refusesPerson(err):
				failed[i] = true // about this person.
			case affectsEveryone(err), int(p.lookUps.consecutiveFailures.Add(1)) >= maxFailures:
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
// the same error. A refusal (403) may be about one person.
func affectsEveryone(err error) bool {
	switch atlassian.KindOf(err) {
	case atlassian.KindUnauthorized, atlassian.KindGone, atlassian.KindRateLimited, atlassian.KindRedirected:
		return true
	}
	return false
}

// refusesPerson reports whether the API refused to tell about one person.
func refusesPerson(err error) bool {
	kind := atlassian.KindOf(err)
	return kind == atlassian.KindForbidden || kind == atlassian.KindNotFound
}

// retryFailed retries the failed look-ups. People whose look-up fails again are
// unknown. If no look-up of the scan succeeded, it returns the last error, unless at
// most toleratedFailures people failed.
func (p *Pass) retryFailed(ctx context.Context, yield func(Result, error) bool) error {
	users := p.lookUps.failed
	if len(users) == 0 {
		return nil
	}
	maxFailures := math.MaxInt
	if !p.lookUps.answered.Load() && len(users) > toleratedFailures {
		maxFailures = len(users)
	}
	p.lookUps.consecutiveFailures.Store(0)
	failed, err := p.lookUp(ctx, users, slices.Repeat([]bool{true}, len(users)), maxFailures)
	known, errKnown := p.known(users)
	if err := errors.Join(err, errKnown); err != nil {
		return err
	}
	for i, u := range users {
		if !yield(evaluate(policy.Facts{User: u, Failed: failed[i]}, known[i], p.Policy, p.now), nil) {
			return errStopped
		}
	}
	return nil
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

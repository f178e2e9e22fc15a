package scan

import (
	"context"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

const (
	// crossCheckSample is the number of candidates whose activity is also read
	// from last-active-dates.
	crossCheckSample = 20
	// sameUseWithin is the difference at which two reports of a last use still
	// agree: one of them may be rounded to a day.
	sameUseWithin = 24 * time.Hour
)

// locks returns the safety locks that a scan triggers.
func (s *Service) locks(ctx context.Context, p *Pass, sc storage.Scan) ([]storage.Lock, error) {
	snapshot := policy.Snapshot{RuleMatches: sc.RuleMatches, NoneCached: !p.fromCache, NeedManaged: !p.Policy.SuspendIDPManaged, Causes: map[string]int{}}
	if skew, known := s.client.ClockSkew(); known {
		snapshot.ClockSkew = skew
	}
	var err error
	if snapshot.Overtaken, err = s.store.Overtaken(); err != nil {
		return nil, err
	}
	if err := s.compareBaseline(sc, &snapshot); err != nil {
		return nil, err
	}
	if err := s.crossCheck(ctx, p, sc, &snapshot); err != nil {
		return nil, err
	}
	var out []storage.Lock
	for _, w := range policy.Tripwires(snapshot, sc.StartedAt) {
		out = append(out, storage.Lock{Kind: string(w.Kind), N: w.N, Of: w.Of, Most: w.Most, Detail: w.Detail})
	}
	return out, nil
}

// compareBaseline adds to the snapshot the totals of the scan, and the comparison
// with its baseline if it has one.
func (s *Service) compareBaseline(sc storage.Scan, snapshot *policy.Snapshot) error {
	base, ok, err := s.store.Baseline(sc, func(base storage.Scan) bool { return SameScope(base, sc.Product, sc.Sites) })
	if err != nil {
		return err
	}
	if ok {
		snapshot.Baseline = &policy.Delta{People: base.People, RuleMatches: base.RuleMatches}
	}
	cutoff := base.StartedAt.AddDate(0, 0, -sc.InactiveDays)
	for pair, err := range s.store.Pairs(sc.ID, base.ID) {
		if err != nil {
			return err
		}
		addTotals(snapshot, pair.Now)
		if ok {
			addChange(snapshot.Baseline, pair, cutoff)
		}
	}
	return nil
}

func addTotals(snapshot *policy.Snapshot, r storage.Row) {
	snapshot.People++
	if r.CanLogIn {
		snapshot.CanLogIn++
	}
	if r.Candidate {
		snapshot.Candidates++
	}
	if r.ManagedBy != "" && r.CanLogIn && r.Lane != string(policy.NotAPerson) {
		snapshot.Managed++
	}
	if r.Reason == lostSourceReason {
		snapshot.Candidates++ // but for that.
	}
	switch {
	case emailHidden(r):
		snapshot.EmailHidden++
	case r.Lane == string(policy.Unknown):
		addUnknown(snapshot, r)
	}
	for _, at := range []time.Time{r.LastActive, r.OtherActive} {
		if at.After(snapshot.NewestUse) {
			snapshot.NewestUse = at
		}
	}
}

// lostSourceReason is the reason of people who would be listed if it were known that no
// identity provider manages them.
const lostSourceReason = string(policy.FieldMissing) + ":managementSource"

// addUnknown adds a person who could not be checked.
func addUnknown(snapshot *policy.Snapshot, r storage.Row) {
	snapshot.Unknown++
	snapshot.Causes[r.Reason]++
	if !r.CanLogIn {
		snapshot.NoStatus++
	}
}

// emailHidden reports whether a person is unknown only because the email is hidden. That
// is the person's choice and no sign of bad data.
func emailHidden(r storage.Row) bool {
	code, _, _ := strings.Cut(r.Reason, ":")
	return code == string(policy.EmailHidden)
}

// addChange adds one person to the comparison. Only activity counts: a decision by
// an admin between the scans does not indicate bad data.
func addChange(c *policy.Delta, pair storage.Pair, cutoff time.Time) {
	before, now := pair.Before, pair.Now
	if now.Candidate && (before.LastActive.IsZero() || !before.LastActive.Before(cutoff)) {
		c.NewlyInactive++
	}
	if before.LastActive.IsZero() || emailHidden(now) {
		return
	}
	noActivity := now.Lane == string(policy.Unknown) || now.Lane == string(policy.NeverActive)
	switch {
	case !now.LastActive.IsZero():
		c.Had++
		c.Compared++
		if before.LastActive.Sub(now.LastActive) > sameUseWithin {
			c.Backwards++
		}
	case noActivity:
		c.Had++
		c.Lost++
	}
}

// crossCheck compares the activity of some candidates with last-active-dates. It
// ignores failed look-ups, because a person who cannot be read is not suspended.
func (s *Service) crossCheck(ctx context.Context, p *Pass, sc storage.Scan, snapshot *policy.Snapshot) error {
	if p.Source() != storage.SourceSearch {
		return nil
	}
	rows, err := s.store.SampleCandidates(sc.ID, crossCheckSample)
	if err != nil {
		return err
	}
	for _, r := range rows {
		activity, err := s.client.LastActive(ctx, r.AccountID)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil || activity.ProductAccess == nil:
			continue
		}
		snapshot.Sampled++
		seen, ok := p.latestUse(activity.ProductAccess)
		if !ok || seen.Sub(r.LastActive).Abs() > sameUseWithin {
			snapshot.Disagree++
		}
	}
	return nil
}

// logLocks logs the safety locks of a scan.
func (s *Service) logLocks(ctx context.Context, sc storage.Scan) {
	for _, l := range sc.Locks {
		zerolog.Ctx(ctx).Warn().Uint64("scan", sc.ID).Str("tripwire", l.Kind).Int("n", l.N).Int("of", l.Of).Msg("safety lock")
	}
}

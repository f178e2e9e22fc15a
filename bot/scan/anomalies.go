package scan

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

const (
	// crossCheckSample is how many candidates are also read in the other way.
	crossCheckSample = 20
	// sameUseWithin is how far apart the two ways may report a last use: one of
	// them may round it to a day.
	sameUseWithin = 24 * time.Hour
)

// locks returns what looks wrong about a scan, and nothing if it looks right.
func (s *Service) locks(ctx context.Context, p *Pass, sc storage.Scan) ([]storage.Lock, error) {
	pic := policy.Snapshot{RuleMatches: sc.RuleMatches, NoneCached: !p.Remembered()}
	if skew, known := s.client.ClockSkew(); known {
		pic.ClockSkew = skew
	}
	if err := s.compareBaseline(sc, &pic); err != nil {
		return nil, err
	}
	if err := s.crossCheck(ctx, p, sc, &pic); err != nil {
		return nil, err
	}
	var out []storage.Lock
	for _, w := range policy.Tripwires(pic, sc.StartedAt) {
		out = append(out, storage.Lock{Kind: string(w.Kind), N: w.N, Of: w.Of, Detail: w.Detail})
	}
	return out, nil
}

// compareBaseline compares the scan's rows with those of its baseline, if it
// has one.
func (s *Service) compareBaseline(sc storage.Scan, pic *policy.Snapshot) error {
	base, ok, err := s.store.Baseline(sc)
	if err != nil {
		return err
	}
	if ok {
		pic.Baseline = &policy.Delta{People: base.People, RuleMatches: base.RuleMatches}
	}
	cutoff := base.StartedAt.AddDate(0, 0, -sc.InactiveDays)
	for pair, err := range s.store.Pairs(sc.ID, base.ID) {
		if err != nil {
			return err
		}
		addTotals(pic, pair.Now)
		if ok {
			addChange(pic.Baseline, pair, cutoff)
		}
	}
	return nil
}

func addTotals(pic *policy.Snapshot, r storage.Row) {
	pic.People++
	if r.CanLogIn {
		pic.CanLogIn++
	}
	if r.Lane == string(policy.Unknown) {
		pic.Unknown++
	}
	for _, at := range []time.Time{r.LastActive, r.OtherActive} {
		if at.After(pic.NewestUse) {
			pic.NewestUse = at
		}
	}
}

// addChange adds one person to the comparison. Only activity counts: decisions
// by admins in between are no sign of bad data.
func addChange(c *policy.Delta, pair storage.Pair, cutoff time.Time) {
	before, now := pair.Before, pair.Now
	if now.Candidate && (before.LastActive.IsZero() || !before.LastActive.Before(cutoff)) {
		c.NewlyInactive++
	}
	if before.LastActive.IsZero() {
		return
	}
	judged := now.Lane == string(policy.Unknown) || now.Lane == string(policy.NeverActive)
	switch {
	case !now.LastActive.IsZero():
		c.Had++
		c.Compared++
		if before.LastActive.Sub(now.LastActive) > sameUseWithin {
			c.Backwards++
		}
	case judged:
		c.Had++
		c.Lost++
	}
}

// crossCheck reads some candidates in the other way, too. A failed look-up says
// nothing here: the second look suspends no one whom it cannot read.
func (s *Service) crossCheck(ctx context.Context, p *Pass, sc storage.Scan, pic *policy.Snapshot) error {
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
		pic.Sampled++
		seen, ok := p.latestUse(activity.ProductAccess)
		if !ok || seen.Sub(r.LastActive).Abs() > sameUseWithin {
			pic.Disagree++
		}
	}
	return nil
}

// logLocks writes what looked wrong to the log.
func (s *Service) logLocks(ctx context.Context, sc storage.Scan) {
	for _, l := range sc.Locks {
		zerolog.Ctx(ctx).Warn().Uint64("scan", sc.ID).Str("tripwire", l.Kind).Int("n", l.N).Int("of", l.Of).Msg("safety lock")
	}
}

package scan

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/storage"
)

// Preview contains the people who would be listed under another threshold.
type Preview struct {
	Inactive int      // number of people who would be listed.
	Unknown  int      // number of people who could not be checked.
	Longest  []Result // the longest inactive, longest first.
}

// Preview scans under a threshold of days and returns at most limit people. It
// stores only an audit line, and no one can be suspended from it.
func (s *Service) Preview(ctx context.Context, by string, days, limit int) (p Preview, err error) {
	defer func() { err = errors.Join(err, s.recordPreview(by, days, err)) }()
	scanner, err := s.scanner(ctx, 0)
	if err != nil {
		return p, err
	}
	scanner.Policy.InactiveDays = days
	for j, err := range scanner.Begin(time.Now().UTC()).People(ctx) {
		if err != nil {
			return p, err
		}
		if j.Decision.Lane == policy.Unknown {
			p.Unknown++
		}
		if j.Decision.Lane != policy.Inactive {
			continue
		}
		p.Inactive++
		p.Longest = append(p.Longest, j)
		slices.SortStableFunc(p.Longest, func(a, b Result) int { return a.Decision.LastActive.Compare(b.Decision.LastActive) })
		p.Longest = p.Longest[:min(len(p.Longest), limit)]
	}
	return p, nil
}

// recordPreview adds the audit line of a preview that ended with err.
func (s *Service) recordPreview(by string, days int, err error) error {
	outcome := "complete"
	if err != nil {
		outcome = "failed: " + problem.Code(err)
	}
	return s.store.AppendAudit(storage.AuditEntry{At: time.Now().UTC(), Actor: by, Action: "look", Outcome: outcome, Detail: map[string]string{"days": strconv.Itoa(days)}})
}

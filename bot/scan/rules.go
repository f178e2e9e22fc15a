package scan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// policyFor returns the policy of the settings, with the larger of its threshold
// and days.
func (s *Service) policyFor(days int) policy.Settings {
	p := s.options.Policy
	p.InactiveDays = max(days, p.InactiveDays)
	p.Rules = slices.Clone(p.Rules)
	return p
}

// policyNow returns the current policy: the settings, what the database adds to
// them, and the emails of the approvers.
func (s *Service) policyNow(ctx context.Context, days int) (policy.Settings, error) {
	p := s.policyFor(days)
	p.Approvers = s.ApproverEmails(ctx) // before the rules, because it may be slow.
	return WithStored(s.store, p, time.Now().UTC())
}

// WithStored adds to the settings the rules that approvers added in Slack, and the
// accounts that entries of INACTIVEBOT_PROTECT matched in earlier scans.
func WithStored(store *storage.Store, p policy.Settings, now time.Time) (policy.Settings, error) {
	stored, err := StoredRules(store, now)
	if err != nil {
		return p, err
	}
	p.Rules = slices.Concat(p.Rules, stored)
	p.ProtectedBefore, err = store.ProtectedAccounts(p.Protect)
	return p, err
}

// StoredRules returns the rules that approvers added in Slack and that are in
// effect.
func StoredRules(store *storage.Store, now time.Time) (rules policy.Rules, err error) {
	stored, err := store.Rules(now)
	if err != nil {
		return nil, err
	}
	for _, r := range stored {
		rule, err := policy.ParseRule(r.Rule)
		if err != nil {
			return nil, fmt.Errorf("stored rule of %s: %w", r.Since.Format(time.RFC3339), err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

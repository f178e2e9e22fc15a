package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// errScanning is a scan that is not begun because another one is running.
var errScanning = errors.New("a scan is running already")

// scan is one pass over the directory that ends in a report for the slot. Where
// it could not read the whole directory there is no report, and the last one
// stays.
func (b *Bot) scan(ctx context.Context, by, slot string, days int) (storage.Report, error) {
	if !b.scanning.TryLock() {
		return storage.Report{}, errScanning
	}
	defer b.scanning.Unlock()
	ctx = withRequestID(ctx)
	scanner, err := b.scanner(ctx, days)
	if err != nil {
		return storage.Report{}, err
	}
	sc, err := b.store.BeginScan(storage.Scan{
		By: by, StartedAt: time.Now().UTC(), Product: scanner.Policy.Product, Sites: scanner.Policy.Sites, Source: SourceSearch,
		DirectoryID: scanner.Directory, InactiveDays: scanner.Policy.InactiveDays,
	})
	if err != nil {
		return storage.Report{}, err
	}
	zerolog.Ctx(ctx).Info().Uint64("scan", sc.ID).Str("by", by).Msg("scan begun")
	b.reading.set(sc.StartedAt, 0)
	defer b.reading.set(time.Time{}, 0)
	before := b.atlassian.Requests()
	pass := scanner.Begin(sc.StartedAt)
	sc.RuleMatches, err = b.readAll(ctx, pass, sc)
	sc.UnmatchedRules, sc.Source = unmatched(sc.RuleMatches), pass.Source()
	if err == nil {
		sc.Locks, err = b.locks(ctx, pass, sc)
	}
	sc.EndedAt, sc.Requests = time.Now().UTC(), b.atlassian.Requests()-before
	b.tellLocks(ctx, sc)
	if err != nil {
		sc.Problem = problem(err)
		return storage.Report{}, errors.Join(err, b.store.EndScan(sc))
	}
	report, _, err := b.store.Publish(sc, slot, b.settings.ReportTTL)
	if err == nil {
		err = b.store.EndTrouble(time.Now().UTC())
	}
	if err != nil {
		return storage.Report{}, err
	}
	b.tellApprovers(ctx, report.ID)
	b.tellHealth(report.ID)
	zerolog.Ctx(ctx).Info().Uint64("scan", sc.ID).Uint64("report", report.ID).Int("candidates", report.Candidates).Int("requests", sc.Requests).Msg("report made")
	b.wakeMessages()
	return report, nil
}

// tellApprovers notes in a report's thread who may press, where that has
// changed. A look-up that fails leaves it to the next report.
func (b *Bot) tellApprovers(ctx context.Context, report uint64) {
	who, err := b.approvers.others(ctx, "")
	if err == nil {
		err = b.store.Approvers(report, who, time.Now().UTC())
	}
	if err != nil && ctx.Err() == nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("approvers not compared")
	}
}

// scanner is what reads the directory under today's rules.
func (b *Bot) scanner(ctx context.Context, days int) (Scanner, error) {
	dir, err := b.directory(ctx)
	if err != nil {
		return Scanner{}, err
	}
	p, err := b.policyNow(ctx, days)
	if err != nil {
		return Scanner{}, err
	}
	return Scanner{Client: b.atlassian, Directory: dir, Policy: p, Store: b.store}, nil
}

// policyNow is today's policy: the settings, the stored rules, and who the
// approvers are.
func (b *Bot) policyNow(ctx context.Context, days int) (policy.Settings, error) {
	p := b.settings.policyFor(days)
	p.Approvers = b.approvers.emails(ctx) // before the rules: it may take a while.
	stored, err := StoredRules(b.store, time.Now().UTC())
	p.Rules = append(p.Rules, stored...)
	return p, err
}

// StoredRules are the rules that approvers made in Slack and that are in effect.
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

// unmatched are the rules that matched nobody.
func unmatched(matches map[string]int) (out []string) {
	for _, rule := range slices.Sorted(maps.Keys(matches)) {
		if matches[rule] == 0 {
			out = append(out, rule)
		}
	}
	return out
}

// readAll judges everybody and stores it chunk by chunk. It returns how many
// people each rule matched.
func (b *Bot) readAll(ctx context.Context, p *Pass, sc storage.Scan) (matches map[string]int, err error) {
	matches = map[string]int{}
	for _, rule := range p.Policy.Rules {
		matches[rule.String()] = 0
	}
	seen, people := storage.Seen{At: sc.StartedAt}, 0
	flush := func() error {
		people += len(seen.Rows)
		b.reading.set(sc.StartedAt, people)
		err := b.store.AddRows(sc.ID, seen)
		seen = storage.Seen{At: sc.StartedAt}
		return err
	}
	for j, err := range p.People(ctx) {
		if err != nil {
			return nil, err
		}
		for _, rule := range p.Policy.Rules {
			if rule.Matches(j.User) {
				matches[rule.String()]++
			}
		}
		seen.Rows, seen.People = append(seen.Rows, j.Row()), append(seen.People, j.Person())
		if j.Returned {
			seen.Returned = append(seen.Returned, j.User.AccountID)
		}
		if len(seen.Rows) == chunk {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return matches, flush()
}

// directory is the id of the directory in use, asked for once.
func (b *Bot) directory(ctx context.Context) (string, error) {
	b.directoryOnce.Lock()
	defer b.directoryOnce.Unlock()
	if b.directoryID != "" {
		return b.directoryID, nil
	}
	d, err := FindDirectory(ctx, b.atlassian, b.settings.DirectoryID)
	if err != nil {
		return "", err
	}
	b.directoryID = d.ID
	return d.ID, nil
}

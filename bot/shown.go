package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// candidates are the people of a report with what has been decided since,
// today's rules among it.
func (b *Bot) candidates(_ context.Context, r storage.Report) ([]storage.Candidate, error) {
	all, err := b.store.Candidates(r, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	rules, err := b.rules()
	if err != nil {
		return nil, err
	}
	for i, c := range all {
		if !c.Open() {
			continue
		}
		if rule, ok := rules.Match(asUser(c)); ok {
			all[i].Rule = rule
		}
	}
	return all, nil
}

// asUser is what is known of a candidate in the form rules are judged on.
func asUser(c storage.Candidate) atlassian.User {
	u := atlassian.User{AccountID: c.Row.AccountID, Name: c.Person.Name, Email: c.Person.Email}
	for _, name := range c.Row.Groups {
		u.Groups = append(u.Groups, atlassian.Group{Name: name})
	}
	return u
}

// rules are the rules in effect: those of the settings, then the stored ones.
func (b *Bot) rules() (policy.Rules, error) {
	all := b.settings.policyFor(0).Rules
	stored, err := b.store.Rules(time.Now().UTC())
	if err != nil {
		return nil, err
	}
	for _, r := range stored {
		rule, err := policy.ParseRule(r.Rule)
		if err != nil {
			return nil, fmt.Errorf("stored rule of %s: %w", r.Since.Format(time.RFC3339), err)
		}
		all = append(all, rule)
	}
	return all, nil
}

// shown is all that a report's message or its Browse modal shows.
func (b *Bot) shown(ctx context.Context, r storage.Report) (blocks.Report, error) {
	out := blocks.Report{Report: r, Only: b.settings.ReportOnly}
	var err error
	if out.Scan, err = b.store.Scan(r.ScanID); err != nil {
		return out, err
	}
	if out.Candidates, err = b.candidates(ctx, r); err != nil {
		return out, err
	}
	if out.Since, err = b.reportBefore(r); err != nil {
		return out, err
	}
	if r.BatchID != 0 {
		if out.Batch, err = b.store.Batch(r.BatchID); err != nil {
			return out, err
		}
		if err := b.showCap(&out); err != nil {
			return out, err
		}
	}
	if r.SupersededBy != 0 {
		out.Newer = b.linkTo(ctx, r.SupersededBy)
	}
	if out.Table, err = b.tabled(); err != nil {
		return out, err
	}
	if out.Paused, _, err = b.store.Paused(); err != nil {
		return out, err
	}
	out.WaitFor, err = b.busyElsewhere(r)
	return out, err
}

// tabled reports whether people stand in a table: it is set, and Slack has not
// refused it.
func (b *Bot) tabled() (bool, error) {
	refused, err := b.store.NoTable()
	return b.settings.Table && !refused, err
}

// showCap says from when the approver of the last batch may go on, where the
// cap keeps the rest waiting.
func (b *Bot) showCap(out *blocks.Report) error {
	if out.Report.State != storage.ReportOpen {
		return nil
	}
	used, free, err := b.store.CapUsed(out.Batch.ApprovedBy(), time.Now().UTC())
	if used >= b.capFor(out.Scan) {
		out.NextFrom = free
	}
	return err
}

// reportBefore is when the report before this one was made, zero if there is
// none.
func (b *Bot) reportBefore(r storage.Report) (time.Time, error) {
	if r.ID <= 1 {
		return time.Time{}, nil
	}
	before, err := b.store.Report(r.ID - 1)
	if isNotFound(err) {
		return time.Time{}, nil
	}
	return before.CreatedAt, err
}

// busyElsewhere is the unfinished batch of another report, 0 if there is none.
func (b *Bot) busyElsewhere(r storage.Report) (uint64, error) {
	all, err := b.store.LiveReports()
	for _, other := range all {
		if other.ID != r.ID && other.State.Busy() {
			return other.BatchID, err
		}
	}
	return 0, err
}

// linkTo is the permalink of a report's message, empty where there is none: the
// message then names the report without a link.
func (b *Bot) linkTo(ctx context.Context, report uint64) string {
	r, err := b.store.Report(report)
	if err != nil || r.Message.TS == "" {
		return ""
	}
	link, err := b.slack.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: r.Message.Channel, Ts: r.Message.TS})
	if err != nil {
		return ""
	}
	return link
}

package view

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// Options are the settings of a [View].
type Options struct {
	Rules             policy.Rules // the exclusion rules of the settings.
	ReportOnly        bool
	Table             bool // people are shown in a table, where Slack accepts it.
	MaxSuspend        int  // what one approver may suspend within 24 hours, …
	MaxSuspendPercent int  // … and which share of the people who can log in.
}

// View reads what is stored, and today's rules, into what package blocks renders.
type View struct {
	store   *storage.Store
	slack   *slack.Client // for permalinks.
	options Options
}

// New returns a view of a database.
func New(store *storage.Store, api *slack.Client, o Options) *View {
	return &View{store: store, slack: api, options: o}
}

// Candidates returns the people of a report with later decisions and today's
// rules.
func (v *View) Candidates(_ context.Context, r storage.Report) ([]storage.Candidate, error) {
	all, err := v.store.Candidates(r, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	rules, err := v.rules()
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

// asUser returns a candidate in the form that rules match on.
func asUser(c storage.Candidate) atlassian.User {
	u := atlassian.User{AccountID: c.Row.AccountID, Name: c.Person.Name, Email: c.Person.Email}
	for _, name := range c.Row.Groups {
		u.Groups = append(u.Groups, atlassian.Group{Name: name})
	}
	return u
}

// rules returns the rules in effect: those of the settings, then the stored
// ones.
func (v *View) rules() (policy.Rules, error) {
	stored, err := scan.StoredRules(v.store, time.Now().UTC())
	return slices.Concat(v.options.Rules, stored), err
}

// Report returns everything that a report's message or its Browse modal shows.
func (v *View) Report(ctx context.Context, r storage.Report) (blocks.Report, error) {
	out := blocks.Report{Report: r, ReportOnly: v.options.ReportOnly}
	var err error
	if out.Scan, err = v.store.Scan(r.ScanID); err != nil {
		return out, err
	}
	if out.Candidates, err = v.Candidates(ctx, r); err != nil {
		return out, err
	}
	if out.PreviousAt, err = v.PreviousReportAt(r); err != nil {
		return out, err
	}
	if r.BatchID != 0 {
		if out.Batch, err = v.store.Batch(r.BatchID); err != nil {
			return out, err
		}
		if err := v.showCap(&out); err != nil {
			return out, err
		}
	}
	if r.SupersededBy != 0 {
		out.NewerLink = v.Permalink(ctx, r.SupersededBy)
	}
	if out.Table, err = v.useTable(); err != nil {
		return out, err
	}
	if out.Paused, _, err = v.store.Paused(); err != nil {
		return out, err
	}
	out.WaitForBatch, err = v.otherUnfinishedBatch(r)
	return out, err
}

// useTable reports whether people are shown in a table: it is set, and Slack
// has not refused it.
func (v *View) useTable() (bool, error) {
	refused, err := v.store.TableRefused()
	return v.options.Table && !refused, err
}

// showCap sets when the approver of the last batch can continue, if the cap
// keeps people waiting.
func (v *View) showCap(out *blocks.Report) error {
	if out.Report.State != storage.ReportOpen {
		return nil
	}
	used, free, err := v.store.CapUsed(out.Batch.ApprovedBy(), time.Now().UTC())
	if used >= v.CapFor(out.Scan) {
		out.NextFrom = free
	}
	return err
}

// PreviousReportAt returns when the report before this one was made, zero if
// there is none.
func (v *View) PreviousReportAt(r storage.Report) (time.Time, error) {
	if r.ID <= 1 {
		return time.Time{}, nil
	}
	before, err := v.store.Report(r.ID - 1)
	if errors.Is(err, storage.ErrNotFound) {
		return time.Time{}, nil
	}
	return before.CreatedAt, err
}

// otherUnfinishedBatch returns the unfinished batch of another report, 0 if
// there is none.
func (v *View) otherUnfinishedBatch(r storage.Report) (uint64, error) {
	all, err := v.store.LiveReports()
	for _, other := range all {
		if other.ID != r.ID && other.State.Busy() {
			return other.BatchID, err
		}
	}
	return 0, err
}

// Permalink returns the permalink of a report's message, empty if there is
// none.
func (v *View) Permalink(ctx context.Context, report uint64) string {
	r, err := v.store.Report(report)
	if err != nil || r.Message.TS == "" {
		return ""
	}
	link, err := v.slack.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: r.Message.Channel, Ts: r.Message.TS})
	if err != nil {
		return ""
	}
	return link
}

// People returns the names and emails of accounts, in their order.
func (v *View) People(accounts []string) (out []storage.Person, err error) {
	for _, account := range accounts {
		p, err := v.store.Person(account)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Exclusions adds the people to exclusions.
func (v *View) Exclusions(all []storage.ActiveExclusion) (out []blocks.ExclusionEntry, err error) {
	for _, e := range all {
		s := blocks.ExclusionEntry{ActiveExclusion: e}
		if e.AccountID != "" {
			if s.Person, err = v.store.Person(e.AccountID); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// CapFor returns how many people one approver may suspend within 24 hours.
func (v *View) CapFor(sc storage.Scan) int {
	return policy.Cap(sc.CanLogIn, v.options.MaxSuspend, v.options.MaxSuspendPercent)
}

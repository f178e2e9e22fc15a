package scan

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// RecheckResult is the decision about a person just before a suspension.
type RecheckResult struct {
	Result
	At           time.Time // when the person was read.
	RulesVersion uint64    // version of the stored rules for which the person was read.
}

// Evidence returns the details for the audit log: the last activity, its age in
// whole days, its source, and when it was read.
func (j RecheckResult) Evidence() map[string]string {
	e := map[string]string{"lane": string(j.Decision.Lane), "source": "search, last-active-dates", "read_at": j.At.Format(time.RFC3339)}
	if !j.Decision.LastActive.IsZero() {
		e["last_active"] = j.Decision.LastActive.Format(time.RFC3339)
		e["age_days"] = strconv.Itoa(int(j.At.Sub(j.Decision.LastActive).Hours() / 24))
	}
	return e
}

// ErrScopeChanged is returned for a report whose product, sites or directory differ
// from the current settings.
var ErrScopeChanged = errors.New("the product, the sites or the directory in the settings have changed since the report")

// SameScope reports whether a scan was about the product and exactly the sites. Scans
// from before ids were normalised may have them in another form.
func SameScope(sc storage.Scan, product string, sites []string) bool {
	sorted := func(ids []string) []string { return slices.Sorted(slices.Values(atlassian.SiteIDs(ids))) }
	return atlassian.ProductKey(sc.Product) == atlassian.ProductKey(product) && slices.Equal(sorted(sc.Sites), sorted(sites))
}

// Recheck reads a person of a scan again and decides under the current rules, with
// the larger of the scan's threshold and the current one. Activity is read from
// both sources, and the later use counts.
func (s *Service) Recheck(ctx context.Context, sc storage.Scan, account string) (RecheckResult, error) {
	version, err := s.store.RulesVersion()
	if err != nil {
		return RecheckResult{}, err
	}
	scanner, err := s.scanner(ctx, sc.InactiveDays)
	if err != nil {
		return RecheckResult{}, err
	}
	if !SameScope(sc, scanner.Policy.Product, scanner.Policy.Sites) || sc.DirectoryID != scanner.Directory {
		return RecheckResult{}, ErrScopeChanged
	}
	from := time.Now().UTC()
	user, err := scanner.Person(atlassian.SendSoon(ctx), account, sc.OrgAdmin)
	if err != nil {
		return RecheckResult{}, err
	}
	rules, err := s.policyNow(ctx, sc.InactiveDays) // read after the request: a rule may have been added meanwhile.
	if err != nil {
		return RecheckResult{}, err
	}
	if rules.Approvers, err = s.withApprover(ctx, rules.Approvers, user.Email); err != nil {
		return RecheckResult{}, err
	}
	known, err := s.store.AccountStates([]string{account}, from, time.Now().UTC())
	if err != nil {
		return RecheckResult{}, err
	}
	lost, err := s.lostSource(sc, user)
	if err != nil {
		return RecheckResult{}, err
	}
	at := time.Now().UTC()
	return RecheckResult{evaluate(policy.Facts{User: user, SourceLost: lost}, known[0], rules, at), at, version}, nil
}

// lostSource reports whether the scan knew who manages the account and the person's new
// data does not say it.
func (s *Service) lostSource(sc storage.Scan, u atlassian.User) (bool, error) {
	row, ok, err := s.store.CandidateRow(sc.ID, u.AccountID)
	return ok && row.ManagedBy != "" && u.ManagementSource == "", err
}

// ErrApproversUnknown is returned if it is not known now whether the person is an
// approver.
var ErrApproversUnknown = errors.New("whether the person is an approver is not known now")

// withApprover adds a person's email to those of the approvers if it is one's.
func (s *Service) withApprover(ctx context.Context, emails []string, email string) ([]string, error) {
	if email == "" {
		return emails, nil
	}
	is, err := s.IsApprover(ctx, email)
	if err != nil {
		return nil, errors.Join(ErrApproversUnknown, err)
	}
	if is {
		emails = append(emails, email)
	}
	return emails, nil
}

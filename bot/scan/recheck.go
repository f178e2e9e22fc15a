package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// RecheckResult is the decision about a person just before a suspension.
type RecheckResult struct {
	Result
	At           time.Time // when the person was read.
	RulesVersion uint64    // version of the stored rules that were applied.
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
	scanner, err := s.scanner(ctx, sc.InactiveDays)
	if err != nil {
		return RecheckResult{}, err
	}
	if !SameScope(sc, scanner.Policy.Product, scanner.Policy.Sites) || sc.DirectoryID != scanner.Directory {
		return RecheckResult{}, ErrScopeChanged
	}
	from := time.Now().UTC()
	user, err := scanner.Person(atlassian.SendSoon(ctx), account, sc.Source)
	if err != nil {
		return RecheckResult{}, err
	}
	version, err := s.store.RulesVersion()
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
	at := time.Now().UTC()
	return RecheckResult{evaluate(user, known[0], rules, at), at, version}, nil
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

// ErrNotInDirectory is returned for a person who is no longer in the directory.
var ErrNotInDirectory = errors.New("no longer in the directory")

// Person reads one person with all data that a decision needs. Activity is read
// from both sources, and the later use counts. It fails with [ErrNotInDirectory]
// if the person is not in the directory, and with another error if anything cannot
// be read.
func (s Scanner) Person(ctx context.Context, account, source string) (atlassian.User, error) {
	user, err := s.find(ctx, account, atlassian.Query{AccountIDs: []string{account}})
	plain := errors.Is(err, atlassian.ErrExpandRefused)
	if plain {
		user, err = s.find(ctx, account, atlassian.Query{AccountIDs: []string{account}, Plain: true})
	}
	if err != nil {
		return user, err
	}
	if plain || source == storage.SourceDates && user.PlatformRoles == nil {
		x, err := s.readRolesAndGroups(ctx, plain, []string{account})
		if err != nil {
			return user, err
		}
		user = x.complete(user, plain)
	}
	activity, err := s.Client.LastActive(ctx, account)
	if err != nil {
		return user, fmt.Errorf("recheck: %w", err)
	}
	return withActivity(user, activity), nil
}

func (s Scanner) find(ctx context.Context, account string, q atlassian.Query) (atlassian.User, error) {
	for user, err := range s.Client.Users(ctx, s.Directory, q) {
		if err != nil {
			return user, err
		}
		if user.AccountID == account {
			return user, nil
		}
	}
	return atlassian.User{}, ErrNotInDirectory
}

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

// RecheckResult is what was read about a person just before a suspension.
type RecheckResult struct {
	Result
	At           time.Time // when it was read.
	RulesVersion uint64    // the version of the stored rules it was judged by.
}

// Evidence returns what the audit log keeps: the last activity, its age in
// whole days, and where and when it was read.
func (j RecheckResult) Evidence() map[string]string {
	e := map[string]string{"lane": string(j.Decision.Lane), "source": "search, last-active-dates", "read_at": j.At.Format(time.RFC3339)}
	if !j.Decision.LastActive.IsZero() {
		e["last_active"] = j.Decision.LastActive.Format(time.RFC3339)
		e["age_days"] = strconv.Itoa(int(j.At.Sub(j.Decision.LastActive).Hours() / 24))
	}
	return e
}

// ErrScopeChanged is returned for a report that was made with another product,
// other sites or another directory than the settings name now: its people were
// never judged by today's settings.
var ErrScopeChanged = errors.New("the settings say another product, other sites or another directory now")

func sameScope(sc storage.Scan, s Scanner) bool {
	return sc.Product == s.Policy.Product && slices.Equal(sc.Sites, s.Policy.Sites) && sc.DirectoryID == s.Directory
}

// Recheck reads a person of a scan again under the larger of the scan's threshold
// and today's. Both ways of reading activity count, and the later use wins.
func (s *Service) Recheck(ctx context.Context, sc storage.Scan, account string) (RecheckResult, error) {
	scanner, err := s.scanner(ctx, sc.InactiveDays)
	if err != nil {
		return RecheckResult{}, err
	}
	if !sameScope(sc, scanner) {
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
	rules, err := s.policyNow(ctx, sc.InactiveDays) // those of this moment: one may be new since the request went out.
	if err != nil {
		return RecheckResult{}, err
	}
	known, err := s.store.AccountStates([]string{account}, from, time.Now().UTC())
	if err != nil {
		return RecheckResult{}, err
	}
	at := time.Now().UTC()
	return RecheckResult{evaluate(user, known[0], rules, at), at, version}, nil
}

// ErrNotInDirectory is returned for a person whom the directory no longer has.
var ErrNotInDirectory = errors.New("no longer in the directory")

// Person reads a single person with everything that a decision needs. Activity
// is read in both ways, and the later use counts. It fails with
// [ErrNotInDirectory] if the directory does not have the person, and with
// another error for anything that cannot be read.
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
		return user, fmt.Errorf("second look: %w", err)
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

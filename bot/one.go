package bot

import (
	"context"
	"errors"
	"fmt"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// errGone is a person whom the directory no longer has.
var errGone = errors.New("no longer in the directory")

// One reads a single person with everything a decision needs, as the scan that
// had this source did. Activity is read in both ways, and the later use counts;
// what cannot be read is an error, and errGone somebody the directory does not
// have.
func (s Scanner) One(ctx context.Context, account, source string) (atlassian.User, error) {
	user, err := s.find(ctx, account, atlassian.Query{AccountIDs: []string{account}})
	plain := errors.Is(err, atlassian.ErrExpandRefused)
	if plain {
		user, err = s.find(ctx, account, atlassian.Query{AccountIDs: []string{account}, Plain: true})
	}
	if err != nil {
		return user, err
	}
	if plain || source == storage.SourceDates && user.PlatformRoles == nil {
		x, err := s.readExtras(ctx, plain, []string{account})
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
	return atlassian.User{}, errGone
}

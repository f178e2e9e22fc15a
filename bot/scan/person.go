package scan

import (
	"context"
	"errors"
	"fmt"

	"inactivebot/atlassian"
	"inactivebot/bot/problem"
)

// ErrNotInDirectory is returned for a person who is no longer in the directory.
var ErrNotInDirectory = errors.New("no longer in the directory")

// Person reads one person with all data that a decision needs. Activity is read from
// both sources, and the later use counts. Known is the account of an org admin, empty if
// none is known. What Atlassian does not return stays missing: for a person whom the
// search does not list, that is everything but the status and the name.
//
// It fails with [ErrNotInDirectory] if Atlassian does not know the person, and with
// another error if anything cannot be read.
func (s Scanner) Person(ctx context.Context, account, known string) (atlassian.User, error) {
	user, listed, err := s.find(ctx, account, known)
	if err != nil || !listed {
		return user, err
	}
	if lacksGroups(user) {
		if user.Groups, err = s.groupsOf(ctx, account); err != nil {
			return user, err
		}
	}
	if lacksRoles(user) {
		if user.PlatformRoles, err = s.rolesOf(ctx, account, known); err != nil {
			return user, err
		}
	}
	activity, err := s.Client.LastActive(ctx, account)
	if err != nil {
		return user, fmt.Errorf("recheck: %w", err)
	}
	return withActivity(user, activity), nil
}

// find reads one person with the search. If the search does not list the person, it
// reports false and returns what the call for a single user knows.
func (s Scanner) find(ctx context.Context, account, known string) (user atlassian.User, listed bool, err error) {
	q := atlassian.Query{AccountIDs: []string{account}}
	if known != "" && known != account {
		q.AccountIDs = append(q.AccountIDs, known)
	}
	user, listed, err = s.search(ctx, account, q)
	if errors.Is(err, atlassian.ErrExpandRefused) {
		q.Plain = true
		user, listed, err = s.search(ctx, account, q)
	}
	if err != nil || listed {
		return user, listed, err
	}
	user, err = s.Client.User(ctx, s.Directory, account)
	if atlassian.KindOf(err) == atlassian.KindNotFound {
		err = ErrNotInDirectory
	}
	return user, false, err
}

// search returns a person whom a query lists. Empty roles count as missing unless a field
// in the same answer names an org admin: the search may return them empty for everyone.
func (s Scanner) search(ctx context.Context, account string, q atlassian.Query) (person atlassian.User, listed bool, err error) {
	proved := false
	for u, err := range s.Client.Users(ctx, s.Directory, q) {
		if err != nil {
			return u, false, err
		}
		if u.AccountID == account {
			person, listed = u, true
		}
		proved = proved || hasRole(u, orgAdmin)
		if listed && proved {
			break
		}
	}
	if len(person.PlatformRoles) == 0 && !proved {
		person.PlatformRoles = nil
	}
	return person, listed, nil
}

// groupsOf reads which groups of rules a person is in. It returns nil if a rule cannot be
// evaluated.
func (s Scanner) groupsOf(ctx context.Context, account string) ([]atlassian.Group, error) {
	groups, err := s.readGroups(ctx, []string{account})
	if _, ok := errors.AsType[problem.GroupError](err); ok {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return concat(groups[account], nil), nil
}

// rolesOf reads the admin roles of a person with a search by role that must find an org
// admin, too. It returns nil if the search does not find one, because it may not work
// then.
func (s Scanner) rolesOf(ctx context.Context, account, known string) ([]string, error) {
	if known != "" {
		if roles, err := s.rolesBeside(ctx, account, known); err != nil || roles != nil {
			return roles, err
		}
	}
	admin, err := s.findOrgAdmin(ctx) // the known one may have lost the role.
	if err != nil || admin == "" || admin == known {
		return nil, err
	}
	return s.rolesBeside(ctx, account, admin)
}

// rolesBeside searches by role for a person and an org admin. It returns nil if it does
// not find the org admin.
func (s Scanner) rolesBeside(ctx context.Context, account, admin string) ([]string, error) {
	roles, works := []string{}, false
	for _, role := range adminRoles {
		for u, err := range s.Client.Users(ctx, atlassian.AllDirectories, atlassian.Query{RoleIDs: []string{role}, AccountIDs: []string{account, admin}, Plain: true}) {
			if err != nil {
				return nil, fmt.Errorf("read administrators: %w", err)
			}
			works = works || role == orgAdmin && u.AccountID == admin
			if u.AccountID == account {
				roles = append(roles, role)
			}
		}
	}
	if !works {
		return nil, nil
	}
	return roles, nil
}

// findOrgAdmin returns the account of an org admin, empty if the search finds none.
func (s Scanner) findOrgAdmin(ctx context.Context) (string, error) {
	for u, err := range s.Client.Users(ctx, atlassian.AllDirectories, atlassian.Query{RoleIDs: []string{orgAdmin}, Plain: true}) {
		if err != nil {
			return "", fmt.Errorf("read administrators: %w", err)
		}
		return u.AccountID, nil
	}
	return "", nil
}

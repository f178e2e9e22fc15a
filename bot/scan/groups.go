package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"inactivebot/atlassian"
	"inactivebot/bot/problem"
)

// noGroup is a group id that no group has.
const noGroup = "00000000-0000-4000-8000-000000000000"

// completeGroups adds the groups of rules to the people of a plain listing. It searches
// for their members once. An error must end the scan, because they would not be
// excluded.
func (p *Pass) completeGroups(ctx context.Context, users []atlassian.User) error {
	if !p.plain {
		return nil
	}
	if p.groups == nil {
		if err := p.checkGroupFilter(ctx); err != nil {
			return err
		}
		groups, err := p.readGroups(ctx, nil)
		if err != nil {
			return err
		}
		p.groups = groups
	}
	for i, u := range users {
		if lacksGroups(u) {
			users[i].Groups = concat(p.groups[u.AccountID], nil)
		}
	}
	return nil
}

// lacksGroups reports whether the field is missing, not malformed.
func lacksGroups(u atlassian.User) bool {
	return u.Groups == nil && !slices.Contains(u.Malformed, "groups")
}

// checkGroupFilter returns [problem.GroupsIgnored] if the search by group finds people in
// a group that does not exist. Everyone would be excluded then.
func (s Scanner) checkGroupFilter(ctx context.Context) error {
	if !s.Policy.Rules.NeedGroups() {
		return nil
	}
	none, err := s.isEmpty(ctx, noGroup)
	if err == nil && !none {
		return problem.GroupsIgnored
	}
	return err
}

// readGroups finds the members of the groups in rules, by account. It searches only the
// accounts, or everyone if there are none.
func (s Scanner) readGroups(ctx context.Context, accounts []string) (map[string][]atlassian.Group, error) {
	groups := map[string][]atlassian.Group{}
	for _, rule := range s.Policy.Rules {
		group, ok := strings.CutPrefix(rule.String(), "group:")
		if !ok {
			continue
		}
		found := false
		for u, err := range s.Client.Users(ctx, s.Directory, atlassian.Query{GroupIDs: []string{group}, AccountIDs: accounts, Plain: true}) {
			if err != nil {
				return nil, fmt.Errorf("read the members of a rule's group: %w", err)
			}
			found = true
			groups[u.AccountID] = append(groups[u.AccountID], atlassian.Group{ID: group})
		}
		if found {
			continue
		}
		if none, err := s.isEmpty(ctx, group); err != nil {
			return nil, err
		} else if none {
			return nil, problem.GroupError{Rule: rule.String()} // it may be a name instead of an id.
		}
	}
	return groups, nil
}

// isEmpty reports whether a group has no members. A group that Atlassian does not know
// is empty.
func (s Scanner) isEmpty(ctx context.Context, group string) (bool, error) {
	for _, err := range s.Client.Users(ctx, s.Directory, atlassian.Query{GroupIDs: []string{group}, Plain: true}) {
		switch kind := atlassian.KindOf(err); {
		case err == nil:
			return false, nil
		case kind != atlassian.KindRefused && kind != atlassian.KindNotFound:
			return false, fmt.Errorf("read the members of a rule's group: %w", err)
		}
	}
	return true, nil
}

package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
)

// noGroup is a group id that no group has.
const noGroup = "00000000-0000-4000-8000-000000000000"

// completeGroups adds the groups of rules to the people whose field is missing. It
// searches for their members once. An error must end the scan, because they would not be
// excluded.
func (p *Pass) completeGroups(ctx context.Context, users []atlassian.User) error {
	if !p.plain {
		return p.completeSome(ctx, users)
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

// ruleGroup is a group of a rule that the field of a person contains.
type ruleGroup struct {
	atlassian.Group
	member  string          // the account of that person.
	members map[string]bool // the result of the search by group; nil: not asked.
}

// completeSome adds the groups of rules to the people whose field is missing while others
// have it. The search may leave the field out of people in no group. Without a proof that
// the search by group works for every rule, the field stays missing.
func (p *Pass) completeSome(ctx context.Context, users []atlassian.User) error {
	if !p.Policy.Rules.NeedGroups() {
		return nil
	}
	p.noteGroups(users)
	if !slices.ContainsFunc(users, lacksGroups) || !p.sawAllRules() {
		return nil
	}
	for _, g := range p.ruleGroups {
		if err := p.readMembers(ctx, g); err != nil || !g.members[g.member] {
			return err
		}
	}
	for i, u := range users {
		if lacksGroups(u) {
			users[i].Groups = p.groupsWith(u.AccountID)
		}
	}
	return nil
}

// noteGroups records the groups of rules in the fields of people. The search by group may
// leave out people who cannot log in.
func (p *Pass) noteGroups(users []atlassian.User) {
	for _, u := range users {
		for _, g := range u.Groups {
			known := slices.ContainsFunc(p.ruleGroups, func(r *ruleGroup) bool { return r.ID == g.ID })
			if _, ok := p.Policy.Rules.Match(onlyIn(g)); ok && !known && g.ID != "" && policy.CanLogIn(u) {
				p.ruleGroups = append(p.ruleGroups, &ruleGroup{Group: g, member: u.AccountID})
			}
		}
	}
}

// onlyIn returns a user of whom nothing is known but a group.
func onlyIn(g atlassian.Group) atlassian.User {
	return atlassian.User{Groups: []atlassian.Group{g}}
}

// sawAllRules reports whether the id of the group is known for each rule with a group.
func (p *Pass) sawAllRules() bool {
	for _, rule := range p.Policy.Rules {
		saw := func(g *ruleGroup) bool { return rule.Matches(onlyIn(g.Group)) }
		if (policy.Rules{rule}).NeedGroups() && !slices.ContainsFunc(p.ruleGroups, saw) {
			return false
		}
	}
	return true
}

// readMembers searches for the members of a group once. A search that Atlassian refuses,
// or that ignores the group, finds no one.
func (p *Pass) readMembers(ctx context.Context, g *ruleGroup) error {
	if g.members != nil {
		return nil
	}
	g.members = map[string]bool{}
	err := p.checkGroupFilter(ctx)
	if errors.Is(err, problem.GroupsIgnored) {
		return nil
	}
	if err != nil {
		return err
	}
	for u, err := range p.Client.Users(ctx, p.Directory, atlassian.Query{GroupIDs: []string{g.ID}, Plain: true}) {
		switch {
		case refusesGroup(err):
			g.members = map[string]bool{}
			return nil
		case err != nil:
			return fmt.Errorf("read the members of a rule's group: %w", err)
		}
		g.members[u.AccountID] = true
	}
	return nil
}

// groupsWith returns the groups of rules that have the account as a member.
func (p *Pass) groupsWith(account string) []atlassian.Group {
	groups := []atlassian.Group{}
	for _, g := range p.ruleGroups {
		if g.members[account] {
			groups = append(groups, g.Group)
		}
	}
	return groups
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
		switch {
		case err == nil:
			return false, nil
		case !refusesGroup(err):
			return false, fmt.Errorf("read the members of a rule's group: %w", err)
		}
	}
	return true, nil
}

// refusesGroup reports whether Atlassian does not accept a group id.
func refusesGroup(err error) bool {
	kind := atlassian.KindOf(err)
	return kind == atlassian.KindRefused || kind == atlassian.KindNotFound
}

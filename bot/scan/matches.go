package scan

import (
	"maps"
	"slices"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// Matches counts the people that each rule and each entry of INACTIVEBOT_PROTECT
// matches in a pass.
type Matches struct {
	policy  policy.Settings
	rules   map[string]int
	now     map[string][]storage.Person // by entry: whom it matches.
	earlier map[string][]storage.Person // by entry: whom it matched in an earlier scan.
}

// NewMatches returns empty counts for the rules and entries of the settings.
func NewMatches(p policy.Settings) *Matches {
	m := &Matches{policy: p, rules: map[string]int{}, now: map[string][]storage.Person{}, earlier: map[string][]storage.Person{}}
	for _, rule := range p.Rules {
		m.rules[rule.String()] = 0
	}
	return m
}

// Add counts one person.
func (m *Matches) Add(u atlassian.User) {
	for _, rule := range m.policy.Rules {
		if rule.Matches(u) {
			m.rules[rule.String()]++
		}
	}
	for _, entry := range m.policy.Protect {
		switch {
		case policy.ProtectMatches(entry, u):
			m.now[entry] = appendPerson(m.now[entry], u)
		case m.policy.StillProtects(entry, u):
			m.earlier[entry] = appendPerson(m.earlier[entry], u)
		}
	}
}

// appendPerson adds a person once: a scan may list a person twice.
func appendPerson(all []storage.Person, u atlassian.User) []storage.Person {
	if slices.ContainsFunc(all, func(p storage.Person) bool { return p.AccountID == u.AccountID }) {
		return all
	}
	return append(all, storage.Person{AccountID: u.AccountID, Name: u.Name, Email: u.Email})
}

// protected returns, for every entry of INACTIVEBOT_PROTECT, the accounts that it
// matches.
func (m *Matches) protected() map[string][]string {
	all := map[string][]string{}
	for _, entry := range m.policy.Protect {
		all[entry] = accountIDs(m.now[entry])
	}
	return all
}

func accountIDs(people []storage.Person) (out []string) {
	for _, p := range people {
		out = append(out, p.AccountID)
	}
	return out
}

// Unmatched returns the rules and entries that match no one, and the entries that
// still protect accounts whose email has changed. It is valid after everyone was
// added.
func (m *Matches) Unmatched() (u storage.Unmatched) {
	for _, rule := range slices.Sorted(maps.Keys(m.rules)) {
		if m.rules[rule] == 0 {
			u.Rules = append(u.Rules, rule)
		}
	}
	for _, entry := range slices.Compact(slices.Sorted(slices.Values(m.policy.Protect))) {
		now, earlier := m.now[entry], m.earlier[entry]
		if len(now) > 0 && len(earlier) == 0 {
			continue
		}
		u.Protect = append(u.Protect, storage.ProtectEntry{Entry: entry, Now: accountIDs(now), Earlier: accountIDs(earlier)})
		u.People = slices.Concat(u.People, now, earlier)
	}
	return u
}

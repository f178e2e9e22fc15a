package doctor

import (
	"context"
	"slices"
	"strings"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

const (
	// protectSearchSize is how many entries one search asks for. It fits on one page.
	protectSearchSize = 50
	// maxProtectSearched is how many entries of each kind are searched. For the
	// others, the last scan counts.
	maxProtectSearched = 500
)

// unmatchedRules names the rules that matched no one in the last scan.
func (d *Doctor) unmatchedRules() (all []Check) {
	for _, a := range blocks.UnmatchedAdvice(storage.Unmatched{Rules: d.lastScan.Rules}) {
		all = append(all, warning("rules", "At the last scan: "+a.Problem, a.Fix))
	}
	return all
}

// protectSetting asks Atlassian which entries of INACTIVEBOT_PROTECT match an
// account now. Whom an entry still protects is known from the last scan.
func (d *Doctor) protectSetting(ctx context.Context, dir string) (all []Check) {
	const name = "protected accounts"
	entries := uniq(d.Settings.Protect)
	if len(entries) == 0 {
		return nil
	}
	matches, err := d.protectMatches(ctx, dir, entries)
	if err != nil {
		return []Check{atlassianFailed(name, err)}
	}
	for _, a := range blocks.UnmatchedAdvice(d.unmatchedEntries(entries, matches)) {
		all = append(all, warning(name, a.Problem, a.Fix))
	}
	if len(all) == 0 {
		all = append(all, good(name, "Every entry of INACTIVEBOT_PROTECT matches an account."))
	}
	return all
}

// unmatchedEntries returns the entries to name, given the accounts that each one
// matches now. Entries that were not searched are missing in matches.
func (d *Doctor) unmatchedEntries(entries []string, matches map[string][]string) storage.Unmatched {
	u := storage.Unmatched{People: d.lastScan.People}
	for _, entry := range entries {
		var last storage.ProtectEntry
		i := slices.IndexFunc(d.lastScan.Protect, func(e storage.ProtectEntry) bool { return strings.EqualFold(e.Entry, entry) })
		if i >= 0 {
			last = d.lastScan.Protect[i]
		}
		now, searched := matches[entry]
		if !searched {
			now = last.Now
		}
		earlier := slices.DeleteFunc(slices.Clone(last.Earlier), func(account string) bool { return slices.Contains(now, account) })
		if len(earlier) > 0 || searched && len(now) == 0 || !searched && i >= 0 {
			u.Protect = append(u.Protect, storage.ProtectEntry{Entry: entry, Now: now, Earlier: earlier})
		}
	}
	return u
}

// protectMatches returns the accounts that each entry matches.
func (d *Doctor) protectMatches(ctx context.Context, dir string, entries []string) (map[string][]string, error) {
	matches := map[string][]string{}
	isEmail := func(entry string) bool { return strings.Contains(entry, "@") }
	emails := slices.DeleteFunc(slices.Clone(entries), func(e string) bool { return !isEmail(e) })
	accounts := slices.DeleteFunc(slices.Clone(entries), isEmail)
	for _, kind := range [][]string{emails, accounts} {
		for part := range slices.Chunk(kind[:min(maxProtectSearched, len(kind))], protectSearchSize) {
			q := atlassian.Query{AccountIDs: part, Plain: true}
			if isEmail(part[0]) {
				q = atlassian.Query{Emails: part, Plain: true}
			}
			if err := d.searchProtect(ctx, dir, q, part, matches); err != nil {
				return nil, err
			}
		}
	}
	return matches, nil
}

// searchProtect adds the accounts that one search finds for entries.
func (d *Doctor) searchProtect(ctx context.Context, dir string, q atlassian.Query, entries []string, matches map[string][]string) error {
	for _, entry := range entries {
		matches[entry] = nil
	}
	for u, err := range d.Atlassian.Users(ctx, dir, q) {
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if policy.ProtectMatches(entry, u) {
				matches[entry] = append(matches[entry], u.AccountID)
			}
		}
	}
	return nil
}

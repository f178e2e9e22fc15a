package storage

import (
	"maps"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// protectedAccounts has, by the key of an entry of INACTIVEBOT_PROTECT, the accounts
// that it matched.
type protectedAccounts map[string][]string

// ProtectedAccounts returns, for each entry of INACTIVEBOT_PROTECT, the accounts
// that it matched in earlier scans.
func (s *Store) ProtectedAccounts(entries []string) (map[string][]string, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	return view(s, func(tx *bolt.Tx) (map[string][]string, error) {
		have, keys, err := readProtected(tx, entries)
		if err != nil {
			return nil, err
		}
		found := map[string][]string{}
		for _, entry := range entries {
			found[entry] = have[keys[entry]]
		}
		return found, nil
	})
}

// rememberProtected adds to the accounts of each entry those that it matches now.
// It drops the entries that are not in matched: they are no longer in the setting.
func rememberProtected(tx *bolt.Tx, matched map[string][]string) error {
	if err := makeSalt(tx); err != nil {
		return err
	}
	have, keys, err := readProtected(tx, slices.Collect(maps.Keys(matched)))
	if err != nil {
		return err
	}
	kept := protectedAccounts{}
	for entry, accounts := range matched {
		all := slices.Concat([]string{}, kept[keys[entry]], have[keys[entry]], accounts)
		slices.Sort(all)
		kept[keys[entry]] = slices.Compact(all)
	}
	stored, _, err := getMeta[protectedAccounts](tx, keyProtected)
	if err != nil || maps.EqualFunc(stored, kept, slices.Equal[[]string]) {
		return err
	}
	return setMeta(tx, keyProtected, kept)
}

// readProtected returns the accounts of the entries, and the key of each entry. An
// entry that no scan has seen yet matches the emails that the last scan read.
func readProtected(tx *bolt.Tx, entries []string) (protectedAccounts, map[string]string, error) {
	have, _, err := getMeta[protectedAccounts](tx, keyProtected)
	if err != nil {
		return nil, nil, err
	}
	keys := map[string]string{}
	var fresh []string
	for _, entry := range entries {
		if keys[entry], err = protectKey(tx, entry); err != nil {
			return nil, nil, err
		}
		if _, seen := have[keys[entry]]; !seen && strings.Contains(entry, "@") {
			fresh = append(fresh, entry)
		}
	}
	if len(fresh) == 0 {
		return have, keys, nil
	}
	all := protectedAccounts{}
	maps.Copy(all, have)
	for p, err := range people.all(tx, nil) {
		if err != nil {
			return nil, nil, err
		}
		for _, entry := range fresh {
			if strings.EqualFold(p.Email, entry) {
				all[keys[entry]] = append(all[keys[entry]], p.AccountID)
			}
		}
	}
	return all, keys, nil
}

// protectKey returns the key of an entry. It is a hash, so that no email is stored
// beside the account. Entries that differ only in letter case are the same.
func protectKey(tx *bolt.Tx, entry string) (string, error) {
	return hashText(tx, strings.ToLower(entry))
}

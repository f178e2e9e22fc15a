package policy

import (
	"slices"

	"inactivebot/atlassian"
)

// ProtectMatches reports whether an entry of Settings.Protect is the account id of
// the person, or the email that the person has now.
func ProtectMatches(entry string, u atlassian.User) bool { return isAccount(u, entry) }

// StillProtects reports whether an entry of Protect matched the account in an
// earlier scan and does not match it now, because the email has changed.
func (s Settings) StillProtects(entry string, u atlassian.User) bool {
	return !ProtectMatches(entry, u) && slices.Contains(s.ProtectedBefore[entry], u.AccountID)
}

// stillProtected reports whether any entry of Protect still protects the account.
func (s Settings) stillProtected(u atlassian.User) bool {
	return slices.ContainsFunc(s.Protect, func(entry string) bool { return s.StillProtects(entry, u) })
}

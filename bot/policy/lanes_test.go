package policy_test

import (
	"testing"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

// roles sets the platform roles. Without arguments the list is empty, not absent.
func roles(all ...string) change {
	return person(func(u *atlassian.User) { u.PlatformRoles = append([]string{}, all...) })
}

func status(s string) change { return person(func(u *atlassian.User) { u.Status = s }) }

func accountType(s string) change { return person(func(u *atlassian.User) { u.AccountType = s }) }

func protect(who ...string) change { return setting(func(s *policy.Settings) { s.Protect = who }) }

// matchedBefore sets the accounts that an entry matched in earlier scans.
func matchedBefore(entry string, accounts ...string) change {
	return setting(func(s *policy.Settings) { s.ProtectedBefore = map[string][]string{entry: accounts} })
}

func approvers(who ...string) change { return setting(func(s *policy.Settings) { s.Approvers = who }) }

var (
	never      = uses()
	neverDated = uses(use("confluence", home, atlassian.Timestamp{}))
	recently   = at(cutoff.Add(day))
	longAgo    = at(cutoff.Add(-day))
)

func TestWhoIsAPersonThatCanLogIn(t *testing.T) {
	runDecide(t, []decideCase{
		{"a plain candidate", nil, decision{policy.Inactive, "", ""}},
		{"an app", []change{accountType("app")}, decision{policy.NotAPerson, "", "app"}},
		{"a customer", []change{accountType("customer")}, decision{policy.NotAPerson, "", "customer"}},
		{"another letter case is no person", []change{accountType("Atlassian")}, decision{policy.NotAPerson, "", "Atlassian"}},
		{"a missing type", []change{accountType("")}, decision{policy.Unknown, policy.FieldMissing, "accountType"}},
		{"suspended", []change{status("suspended")}, decision{policy.AlreadyOff, "", "suspended"}},
		{"deactivated", []change{status("deactivated")}, decision{policy.AlreadyOff, "", "deactivated"}},
		{"not invited", []change{status("not_invited")}, decision{policy.AlreadyOff, "", "not_invited"}},
		{"for deletion", []change{status("for_deletion")}, decision{policy.AlreadyOff, "", "for_deletion"}},
		{"an unknown status", []change{status("on_holiday")}, decision{policy.AlreadyOff, "", "on_holiday"}},
		{"a missing status", []change{status("")}, decision{policy.Unknown, policy.FieldMissing, "status"}},
	})
}

func TestWhoIsProtected(t *testing.T) {
	admin := func(role string) decision { return decision{policy.Protected, policy.AdminRole, role} }
	runDecide(t, []decideCase{
		{"an org admin", []change{roles("atlassian/org-admin")}, admin("atlassian/org-admin")},
		{"a site admin", []change{roles("atlassian/site-admin")}, admin("atlassian/site-admin")},
		{"a user access admin", []change{roles("atlassian/user-access-admin")}, admin("atlassian/user-access-admin")},
		{"an admin role in capitals", []change{roles("ORG_ADMIN")}, admin("ORG_ADMIN")},
		{"an admin role behind another", []change{roles("atlassian/ai-access", "atlassian/admin")}, admin("atlassian/admin")},
		{"a role that is not an admin role", []change{roles("atlassian/ai-access")}, decision{policy.Inactive, "", ""}},
		{"roles missing", []change{noRoles}, decision{policy.Unknown, policy.FieldMissing, "platformRoles"}},
		{"roles missing, used recently", []change{noRoles, uses(use("confluence", home, recently))}, decision{policy.Unknown, policy.FieldMissing, "platformRoles"}},
		{"roles missing, protected in another way", []change{noRoles, protect("712020:ada")}, decision{policy.Protected, policy.ProtectSetting, ""}},
		{"protected by id", []change{protect("712020:ada")}, decision{policy.Protected, policy.ProtectSetting, ""}},
		{"protected by email, other case", []change{protect("ADA@Example.com")}, decision{policy.Protected, policy.ProtectSetting, ""}},
		{"protected by an earlier email", []change{protect("old@example.com"), matchedBefore("old@example.com", "712020:bob", "712020:ada")}, decision{policy.Protected, policy.ProtectEarlier, ""}},
		{"protected by an earlier email, email missing", []change{protect("old@example.com"), matchedBefore("old@example.com", "712020:ada"), noEmail}, decision{policy.Protected, policy.ProtectEarlier, ""}},
		{"protected by an email of now and before", []change{protect("ada@example.com"), matchedBefore("ada@example.com", "712020:ada")}, decision{policy.Protected, policy.ProtectSetting, ""}},
		{"an email now another's protects", []change{protect("ada@example.com"), matchedBefore("ada@example.com", "712020:bob")}, decision{policy.Protected, policy.ProtectSetting, ""}},
		{"an earlier email that is no longer set", []change{protect("x@example.com"), matchedBefore("old@example.com", "712020:ada")}, decision{policy.Inactive, "", ""}},
		{"another's earlier email", []change{protect("old@example.com"), matchedBefore("old@example.com", "712020:bob")}, decision{policy.Inactive, "", ""}},
		{"protected by another's email", []change{protect("bob@example.com")}, decision{policy.Inactive, "", ""}},
		{"a display name does not protect", []change{protect("Ada Lovelace")}, decision{policy.Inactive, "", ""}},
		{"an id in another case does not match", []change{protect("712020:ADA")}, decision{policy.Inactive, "", ""}},
		{"protection by email, email hidden", []change{protect("bob@example.com"), noEmail}, decision{policy.Unknown, policy.EmailHidden, policy.ProtectName}},
		{"protection by email, email unreadable", []change{protect("bob@example.com"), noEmail, malformed("email")}, decision{policy.Unknown, policy.FieldMissing, "email"}},
		{"protection by another id, email missing", []change{protect("712020:bob"), noEmail}, decision{policy.Inactive, "", ""}},
		{"an empty entry does not protect", []change{protect(""), noEmail}, decision{policy.Inactive, "", ""}},
		{"an approver, other case", []change{approvers("Ada@EXAMPLE.com")}, decision{policy.Protected, policy.IsApprover, ""}},
		{"an approver, email missing", []change{approvers("ada@example.com"), noEmail}, decision{policy.Inactive, "", ""}},
		{"an unreadable email may be an approver's", []change{approvers("x@example.com"), noEmail, malformed("email")}, decision{policy.Unknown, policy.FieldMissing, "email"}},
	})
}

func TestWhatIsUnknown(t *testing.T) {
	unknown := func(r policy.Reason, detail string) decision { return decision{policy.Unknown, r, detail} }
	candidate := decision{policy.Inactive, "", ""}
	runDecide(t, []decideCase{
		{"a failed look-up", []change{hasFailed}, unknown(policy.LookupFailed, "")},
		{"activity missing", []change{person(func(u *atlassian.User) { u.ProductAccess = nil })}, unknown(policy.ActivityMissing, "")},
		{"a rule needs a hidden email", []change{ruled(t, "group:sales", "domain:other.com"), noEmail}, unknown(policy.EmailHidden, "domain:other.com")},
		{"a rule needs the groups", []change{ruled(t, "group:sales"), noGroups}, unknown(policy.FieldMissing, "groups")},
		{"groups missing, not needed", []change{noGroups}, candidate},
		{"in no group at all", []change{ruled(t, "group:sales"), person(func(u *atlassian.User) { u.Groups = []atlassian.Group{} })}, candidate},
		{"email missing, not needed", []change{ruled(t, "group:sales", "712020:bob"), noEmail}, candidate},
		{"an unreadable date of joining", []change{added(unreadable)}, unknown(policy.Unreadable, "addedToOrg")},
		{"no date of joining", []change{unjoined}, unknown(policy.FieldMissing, "addedToOrg")},
		{"no date of joining in the search", []change{unjoined, searchOnly}, unknown(policy.FieldMissing, "addedToOrg")},
		{"no date of joining, used recently", []change{unjoined, uses(use("confluence", home, recently))}, decision{policy.Active, "", ""}},
		{"no date of joining, an unreadable and a recent use", []change{unjoined, uses(use("confluence", home, unreadable), use("confluence", home, recently))}, decision{policy.Active, "", ""}},
		{"no date of joining, never used", []change{unjoined, never}, unknown(policy.FieldMissing, "addedToOrg")},
		{"no date of joining in the search, never used", []change{unjoined, searchOnly, never}, decision{policy.NeverActive, "", ""}},
		{"no date of joining in the search, managed", []change{unjoined, searchOnly, synced}, decision{policy.IDPManaged, "", ""}},
		{"a source of management that is lost", []change{lostSource}, unknown(policy.FieldMissing, "managementSource")},
		{"a lost source, not needed", []change{lostSource, takeIDP}, candidate},
		{"an unreadable use", []change{uses(use("confluence", home, unreadable))}, unknown(policy.Unreadable, "confluence")},
		{"an unreadable and an old use", []change{uses(use("confluence", home, longAgo), use("confluence", home, unreadable))}, unknown(policy.Unreadable, "confluence")},
		{"an unreadable and a recent use", []change{uses(use("confluence", home, unreadable), use("confluence", home, recently))}, decision{policy.Active, "", ""}},
		{"an unreadable use elsewhere", []change{homeOnly, uses(use("confluence", home, longAgo), use("confluence", elsewhere, unreadable))}, unknown(policy.Unreadable, "confluence")},
		{"an unreadable use of another app", []change{uses(use("confluence", home, longAgo), use("trello", home, unreadable))}, unknown(policy.Unreadable, "trello")},
		{"an unreadable use of an ignored app", []change{ignoreApps, uses(use("confluence", home, longAgo), use("trello", home, unreadable))}, candidate},
		{"an unreadable use elsewhere, apps ignored", []change{ignoreApps, homeOnly, uses(use("confluence", home, longAgo), use("confluence", elsewhere, unreadable))}, unknown(policy.Unreadable, "confluence")},
		{"an unreadable source of management", []change{malformed("managementSource")}, unknown(policy.FieldMissing, "managementSource")},
		{"an unreadable source, not needed", []change{malformed("managementSource"), takeIDP}, candidate},
		{"an unreadable name", []change{malformed("name")}, candidate},
		{"unreadable groups, not needed", []change{noGroups, malformed("groups")}, candidate},
		{"an unreadable email, not needed", []change{noEmail, malformed("email")}, candidate},
	})
}

func TestLanesByActivity(t *testing.T) {
	runDecide(t, []decideCase{
		{"nothing ever", []change{never}, decision{policy.NeverActive, "", ""}},
		{"an entry without a time", []change{neverDated}, decision{policy.NeverActive, "", ""}},
		{"only another app", []change{uses(use("trello", home, recently))}, decision{policy.NeverActive, "", ""}},
		{"only long ago on another site", []change{homeOnly, uses(use("confluence", elsewhere, longAgo))}, decision{policy.NeverActive, "", ""}},
		{"recently", []change{uses(use("confluence", home, recently))}, decision{policy.Active, "", ""}},
		{"the latest of all sites counts", []change{uses(use("confluence", home, longAgo), use("confluence", elsewhere, recently))}, decision{policy.Active, "", ""}},
		{"two sites in scope", []change{setting(func(s *policy.Settings) { s.Sites = []string{home, elsewhere} }), uses(use("confluence", home, longAgo), use("confluence", elsewhere, recently))}, decision{policy.Active, "", ""}},
		{"recently on a site out of scope", []change{homeOnly, uses(use("confluence", home, longAgo), use("confluence", elsewhere, recently))}, decision{policy.ActiveElsewhere, policy.OtherSite, "confluence"}},
		{"only on a site out of scope", []change{homeOnly, uses(use("confluence", elsewhere, recently))}, decision{policy.ActiveElsewhere, policy.OtherSite, "confluence"}},
		{"recently out of scope, apps ignored", []change{ignoreApps, homeOnly, uses(use("confluence", home, longAgo), use("confluence", elsewhere, recently))}, decision{policy.ActiveElsewhere, policy.OtherSite, "confluence"}},
		{"another app recently", []change{uses(use("confluence", home, longAgo), use("trello", home, recently))}, decision{policy.ActiveElsewhere, policy.OtherApp, "trello"}},
		{"another app recently, ignored", []change{ignoreApps, uses(use("confluence", home, longAgo), use("trello", home, recently))}, decision{policy.Inactive, "", ""}},
		{"another app long ago", []change{uses(use("confluence", home, longAgo), use("trello", home, longAgo))}, decision{policy.Inactive, "", ""}},
		{"another product in the settings", []change{setting(func(s *policy.Settings) { s.Product = "trello" }), uses(use("confluence", home, recently), use("trello", home, longAgo))}, decision{policy.ActiveElsewhere, policy.OtherApp, "confluence"}},
		{"managed by the identity provider", []change{synced}, decision{policy.IDPManaged, "", ""}},
		{"managed, suspending allowed", []change{synced, takeIDP}, decision{policy.Inactive, "", ""}},
		{"managed, another app ignored", []change{synced, ignoreApps, uses(use("confluence", home, longAgo), use("trello", home, recently))}, decision{policy.IDPManaged, "", ""}},
		{"both relaxed", []change{synced, takeIDP, ignoreApps, uses(use("confluence", home, longAgo), use("trello", home, recently))}, decision{policy.Inactive, "", ""}},
		{"no management source", []change{person(func(u *atlassian.User) { u.ManagementSource = "" })}, decision{policy.Inactive, "", ""}},
	})
}

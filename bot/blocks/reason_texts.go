package blocks

import (
	"slices"
	"strings"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// reasonText says why the policy decided as it did: as a clause about a person,
// and as the cause for which a step was skipped.
//
// In a clause {product} and {days} stand for those of the scan, {detail} for the
// product behind the code. {used}, {other} and {added} stand for dates of the
// person with "on" before them, empty without a date. A clause without {detail}
// and {product} is followed by the rule, role or field in brackets.
type reasonText struct{ clause, skip string }

// reasonTexts has a text for every reason of the policy, and for every lane that
// needs no reason.
var reasonTexts = map[string]reasonText{
	string(policy.ByExclusion):     {"excluded by an approver", "excluded since the approval"},
	string(policy.ByRule):          {"excluded by a rule", "now excluded by a rule"},
	string(policy.AdminRole):       {"is an admin", "is now an admin"},
	string(policy.RolesMissing):    {"roles could not be read, so the person may be an admin", "roles could not be read"},
	string(policy.ProtectSetting):  {"protected by the setting INACTIVEBOT_PROTECT", "now protected by a setting"},
	string(policy.ProtectEarlier):  {"protected because an entry of INACTIVEBOT_PROTECT matched an earlier email of this account", "still protected by a setting"},
	string(policy.IsApprover):      {"is an approver of this bot", "is now an approver"},
	string(policy.JustAdded):       {"added to the organisation{added}, less than {days} before the scan", "added to the organisation recently"},
	string(policy.JustRestored):    {"restored less than 30 days before the scan", "restored recently"},
	string(policy.LookupFailed):    {"the look-up at Atlassian failed", "could not be checked"},
	string(policy.FieldMissing):    {"Atlassian returned no usable value for a required field", "required data was missing"},
	string(policy.EmailHidden):     {"has a hidden email, which a rule or setting needs", "the email is hidden, and a rule or setting needs it"},
	string(policy.ActivityMissing): {"activity could not be read", "activity could not be read"},
	string(policy.Unreadable):      {"has a timestamp that could not be read", "has a timestamp that could not be read"},
	string(policy.InTheFuture):     {"has a timestamp in the future", "has a timestamp in the future"},
	string(policy.OtherApp):        {"used {detail}{other}, within the last {days}", "now uses another app"},
	string(policy.OtherSite):       {"used {product} on another site{other}, within the last {days}", "now uses another site"},

	string(policy.NotAPerson):  {"not a person's account", "not a person's account"},
	string(policy.AlreadyOff):  {"cannot log in", "can no longer log in"},
	string(policy.NeverActive): {"no {product} activity on record", "no activity on record any more"},
	string(policy.Active):      {"used {product}{used}, within the last {days}", "active again since the scan"},
	string(policy.IDPManaged):  {"managed by your identity provider", "now managed by your identity provider"},
	string(policy.Inactive):    {"last used {product}{used}, more than {days} before the scan", "still inactive"},
}

// statusTexts says why a person cannot log in. The lane has no reason, so the
// detail is the status.
var statusTexts = map[string]string{
	"suspended":    "suspended",
	"deactivated":  "deactivated",
	"not_invited":  "never invited",
	"for_deletion": "to be deleted",
}

// LaneReason returns the clause that says why a scan put a person in a lane.
func LaneReason(sc storage.Scan, row storage.Row) string {
	code, detail, _ := strings.Cut(row.Reason, ":")
	if code == "" && row.Lane == string(policy.AlreadyOff) {
		if text, ok := statusTexts[detail]; ok {
			return text
		}
		return reasonTexts[row.Lane].clause
	}
	if code == string(policy.ProtectEarlier) {
		detail = protectEntry(sc, row.AccountID)
	}
	clause := clauseOf(row)
	text := fillClause(clause, detail, sc, row)
	if strings.Contains(clause, "{detail}") || strings.Contains(clause, "{product}") {
		return text
	}
	return withDetail(text, detail)
}

// protectEntry returns the entry of INACTIVEBOT_PROTECT that matched an earlier
// email of the account. It is empty if the account was forgotten.
func protectEntry(sc storage.Scan, account string) string {
	for _, e := range sc.Protect {
		if slices.Contains(e.Earlier, account) {
			return e.Entry
		}
	}
	return ""
}

// clauseOf returns the clause of a row with its placeholders.
func clauseOf(row storage.Row) string {
	code, _, _ := strings.Cut(row.Reason, ":")
	if code == "" {
		code = row.Lane
	}
	if t, ok := reasonTexts[code]; ok {
		return t.clause
	}
	return "for a reason this version does not know"
}

func fillClause(clause, detail string, sc storage.Scan, row storage.Row) string {
	return strings.NewReplacer("{product}", Product(sc.Product), "{days}", daysText(sc.InactiveDays), "{detail}", detailText(detail),
		"{used}", onDay(row.LastActive), "{other}", onDay(row.OtherActive), "{added}", onDay(row.AddedToOrg)).Replace(clause)
}

// onDay returns a date with "on" before it, empty for no date.
func onDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " on " + Date(t)
}

// withDetail appends the detail of a reason in brackets.
func withDetail(text, detail string) string {
	if detail == "" {
		return text
	}
	return text + " (" + detailText(detail) + ")"
}

// detailTexts are the roles and fields that a reason can carry, in words.
var detailTexts = map[string]string{
	"atlassian/org-admin":         "organisation admin",
	"atlassian/site-admin":        "site admin",
	"atlassian/user-access-admin": "user access admin",
	"accountType":                 "account type",
	"addedToOrg":                  "date added to the organisation",
	"email":                       "email",
	"groups":                      "groups",
	"managementSource":            "identity provider",
	"platformRoles":               "roles",
	"status":                      "status",
}

// detailText returns a role, field or product in words, and anything else as code.
func detailText(detail string) string {
	if text, ok := detailTexts[detail]; ok {
		return text
	}
	switch product := Product(detail); {
	case detail == "":
		return "another app"
	case product != detail:
		return product
	}
	return Code(detail)
}

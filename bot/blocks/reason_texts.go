package blocks

import "strings"

var laneReasons = map[string]string{
	"exclusion":            "an exclusion says so",
	"rule":                 "a rule says so",
	"admin_role":           "is an administrator",
	"roles_missing":        "the roles could not be read",
	"protect_setting":      "protected by setting",
	"approver":             "is an approver",
	"just_added":           "was added only recently",
	"just_restored":        "was restored only recently",
	"lookup_failed":        "could not be read",
	"field_missing":        "something needed is missing",
	"activity_missing":     "the activity could not be read",
	"unreadable_timestamp": "a date could not be read",
	"future_timestamp":     "a date lies in the future, which cannot be",
	"other_app":            "uses another app",
	"other_site":           "uses another site",
}

// statuses are the words for why somebody cannot log in: the lane needs no
// reason, so the status stands alone as its detail.
var statuses = map[string]string{
	"suspended":    "suspended",
	"deactivated":  "deactivated",
	"not_invited":  "never invited",
	"for_deletion": "to be deleted",
}

// LaneReason says in words what decided that somebody is in a lane.
func LaneReason(reason string) string {
	if status, alone := strings.CutPrefix(reason, ":"); alone {
		return reasonWithDetail(statuses, status, "cannot log in")
	}
	return reasonWithDetail(laneReasons, reason, "for a reason that this version does not know")
}

// whyReasons say what decided: by the reason, or by the lane where it needs none.
var whyReasons = map[string]string{
	"exclusion":            "an exclusion by an approver.",
	"rule":                 "a rule that excludes the person",
	"admin_role":           "an administrator's role",
	"roles_missing":        "Atlassian did not tell the roles, so the person may be an administrator.",
	"protect_setting":      "the setting INACTIVEBOT_PROTECT names the person.",
	"approver":             "the person is an approver of this bot.",
	"just_added":           "added to the organisation on {added}, which is less than {days} before the scan.",
	"just_restored":        "restored less than 30 days before the scan.",
	"lookup_failed":        "the look-up of this person at Atlassian failed.",
	"field_missing":        "Atlassian did not tell, or not readably, what the decision needs",
	"activity_missing":     "Atlassian did not tell the activity.",
	"unreadable_timestamp": "a date of Atlassian's could not be read",
	"future_timestamp":     "a date of Atlassian's lies in the future, which cannot be",
	"other_app":            "another app was used on {other}, not before {cutoff}",
	"other_site":           "another site was used on {other}, not before {cutoff}",
	"not_a_person":         "the type of the account",
	"already_off":          "the status of the account",
	"never_active":         "no use of {product} is on record.",
	"active":               "the last use of {product}, {used}, is not before {cutoff} ({days} before the scan).",
	"idp_managed":          "an identity provider manages the account.",
	"inactive":             "the last use of {product}, {used}, is before {cutoff} ({days} before the scan), and nothing else protects the person.",
}

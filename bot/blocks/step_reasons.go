package blocks

import (
	"strings"

	"inactivebot/storage"
)

// skipReasons are the words for every reason a step can be skipped for: those
// of storage, and the lanes and reasons of the second look.
var skipReasons = map[string]string{
	storage.SkipExcluded:   "excluded meanwhile",
	storage.SkipClosed:     "the batch was closed before it came to this person",
	storage.SkipUndone:     "the batch was undone before it came to this person",
	"not_a_person":         "not a person's account",
	"already_off":          "can no longer log in anyway",
	"exclusion":            "excluded meanwhile",
	"rule":                 "a rule excludes this person now",
	"admin_role":           "is an administrator now",
	"roles_missing":        "the roles could not be read just before",
	"protect_setting":      "protected by setting",
	"approver":             "is an approver",
	"just_added":           "was added to the organisation only recently",
	"just_restored":        "was restored only recently",
	"lookup_failed":        "could not be read just before",
	"field_missing":        "something needed was missing just before",
	"activity_missing":     "the activity could not be read just before",
	"unreadable_timestamp": "a date could not be read just before",
	"future_timestamp":     "a date lay in the future, which cannot be",
	"never_active":         "no use on record any more",
	"active":               "came back, the last use is recent enough now",
	"other_app":            "came back, uses another app now",
	"other_site":           "came back, uses another site now",
	"idp_managed":          "is managed by the identity provider now",
	"gone":                 "is no longer in the directory",
}

// SkipReason says in words why somebody was not suspended after all.
func SkipReason(reason string) string {
	return reasonWithDetail(skipReasons, reason, "no longer inactive by today's rules")
}

var failReasons = map[string]string{
	"forbidden":         "Atlassian refused (403): an administrator, or not allowed for this key",
	"not_found":         "Atlassian no longer knows this account (404)",
	"conflict":          "Atlassian refused because of a conflict (409); look at the person at admin.atlassian.com",
	"refused":           "Atlassian refused the request; try at admin.atlassian.com",
	"gone":              "Atlassian has ended this part of its API; a newer version of the bot is needed",
	storage.FailUnclear: "Atlassian did not show whether the request had an effect; look at admin.atlassian.com",
}

// FailReason says in words why a suspension failed.
func FailReason(reason string) string {
	return reasonWithDetail(failReasons, reason, "for a reason that this version does not know; look at admin.atlassian.com")
}

// stopPressed is the reason of a stop that an approver has pressed.
const stopPressed = "pressed"

var stopReasons = map[string]string{
	"key_refused":  "Atlassian refuses the API key: make a new one at admin.atlassian.com, set it, and restart the bot.",
	"failures":     "Three requests in a row failed for reasons that are not about the people: see status.atlassian.com first.",
	"many_failed":  "Too many requests failed: the report says for whom and why.",
	"rate_limited": "Atlassian's rate limit let nothing through: wait some minutes first.",
	"report_only":  "The bot is set to report only.",
	"clock_off":    "The bot's clock is more than 5 minutes off Atlassian's: set the clock of its machine right.",
	"other_scope":  "The product, the sites or the directory in the settings are no longer those of this report: close the batch and make a new report.",
	"no_channel":   "The bot could not post in the admin channel, so nobody saw what happened or could press Stop: see whether the batch is still wanted.",
	"away":         "The approval is over 24 hours old, because the bot was away: see whether it is still wanted.",
}

// StopReason says in words why a batch was stopped, or by whom.
func StopReason(reason, by string) string {
	if reason == stopPressed {
		return "Stopped by " + Mention(by) + "."
	}
	return reasonWithDetail(stopReasons, reason, "The bot could not go on safely.")
}

var restoreProblems = map[string]string{
	"no_licence":  "no licence is free; free one at admin.atlassian.com, then press Restore again",
	"not_found":   "Atlassian no longer knows this account",
	"forbidden":   "Atlassian refused; restore at admin.atlassian.com",
	"refused":     "Atlassian refused; restore at admin.atlassian.com",
	"changed":     "somebody has changed the account since; see admin.atlassian.com",
	"key_refused": "Atlassian refuses the API key; set a new one, then press Restore again",
	"gone":        "Atlassian has ended this part of its API; restore at admin.atlassian.com",
	"unclear":     "Atlassian does not show it; see admin.atlassian.com",
}

// RestoreProblem says in words why somebody was not restored.
func RestoreProblem(problem string) string {
	return reasonWithDetail(restoreProblems, problem, "see admin.atlassian.com")
}

// reasonWithDetail looks a reason up. Its detail behind a colon, a rule or a product for
// example, follows in brackets.
func reasonWithDetail(words map[string]string, reason, otherwise string) string {
	code, detail, _ := strings.Cut(reason, ":")
	text, ok := words[code]
	if !ok {
		text = otherwise
	}
	switch product := Product(detail); {
	case detail == "":
		return text
	case product != detail:
		return text + " (" + product + ")"
	}
	return text + " (" + Code(detail) + ")"
}

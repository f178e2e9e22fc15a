package blocks

import (
	"strings"

	"inactivebot/storage"
)

// skipTexts has the causes of a skip that are not the policy's; [reasonTexts]
// has those.
var skipTexts = map[string]string{
	storage.SkipExcluded: "excluded since the approval",
	storage.SkipClosed:   "the batch was closed first",
	storage.SkipUndone:   "the batch was undone first",
	storage.SkipTaken:    "suspended by this bot through another report",
	"gone":               "no longer in the directory",
	"read_refused":       "Atlassian refused to show this person's activity, so it could not be checked again",
}

// SkipReason returns why a person was not suspended although that was approved.
func SkipReason(reason string) string {
	code, detail, _ := strings.Cut(reason, ":")
	if t, ok := reasonTexts[code]; ok {
		return withDetail(t.skip, detail)
	}
	return lookUp(skipTexts, reason, "no longer inactive by today's rules")
}

var failTexts = map[string]string{
	"forbidden":         "Atlassian refused (403): the person is an admin, or the API key lacks permission",
	"not_found":         "Atlassian no longer knows this account (404)",
	"conflict":          "Atlassian reported a conflict (409); check the person at admin.atlassian.com",
	"refused":           "Atlassian rejected the request; try it at admin.atlassian.com",
	"gone":              "Atlassian has removed this part of its API; update the bot",
	storage.FailUnclear: "Atlassian did not confirm whether the request took effect; check admin.atlassian.com",

	storage.FailNoEffect: "the request had no effect; the person can still log in",
	storage.FailReplaced: "Atlassian did not confirm whether the request took effect; a later report suspended the person",
}

// FailReason returns why a suspension failed.
func FailReason(reason string) string {
	return lookUp(failTexts, reason, "for a reason this version does not know; check admin.atlassian.com")
}

// stopPressed is the reason of a stop that an approver pressed.
const stopPressed = "pressed"

var stopTexts = map[string]string{
	"key_refused":  "Atlassian rejected the API key. Create a new one at admin.atlassian.com, set it and restart the bot.",
	"failures":     "Three requests in a row failed for reasons unrelated to the people. Check status.atlassian.com first.",
	"many_gone":    "Atlassian did not find three people in a row, so the cause is probably not the people. Check the directory at admin.atlassian.com first.",
	"many_failed":  "Too many requests failed. The report lists the people and the reasons.",
	"rate_limited": "Atlassian's rate limit blocked all requests. Wait a few minutes first.",
	"report_only":  "Suspending is turned off (report-only mode).",
	"clock_off":    "The bot's clock differs from Atlassian's by more than 5 minutes. Correct the clock of its machine.",
	"other_scope":  "The product, sites or directory in the settings no longer match this report. Close the batch and make a new report.",
	"no_channel":   "The bot could not post in the admin channel, so no one could follow the batch or press Stop. Check that it should still go on.",
	"away":         "The approval is more than 24 hours old because the bot was not running. Check that it should still go on.",
}

// StopReason returns why a batch was stopped, or who stopped it.
func StopReason(reason, by string) string {
	if reason == stopPressed {
		return "Stopped by " + Mention(by) + "."
	}
	return lookUp(stopTexts, reason, "The bot could not continue safely.")
}

var restoreTexts = map[string]string{
	"no_licence":        "no licence is available; free one at admin.atlassian.com, then press Restore again",
	"not_found":         "Atlassian no longer knows this account",
	"forbidden":         "Atlassian refused; restore the person at admin.atlassian.com",
	"refused":           "Atlassian rejected the request; restore the person at admin.atlassian.com",
	"conflict":          "Atlassian reported a conflict (409); try again in a few minutes, or restore the person at admin.atlassian.com",
	"not_suspended":     "Atlassian reports that the person is not suspended",
	"not_confirmed":     "it was requested three times in 30 minutes, and Atlassian did not confirm it; check admin.atlassian.com",
	"changed":           "the account has been changed since; check admin.atlassian.com",
	"key_refused":       "Atlassian rejected the API key; set a new one, then press Restore again",
	"gone":              "Atlassian has removed this part of its API; restore the person at admin.atlassian.com",
	storage.FailUnclear: "Atlassian did not confirm it; check admin.atlassian.com",
}

// RestoreProblem returns why a person was not restored.
func RestoreProblem(problem string) string {
	return lookUp(restoreTexts, problem, "check admin.atlassian.com")
}

// lookUp returns the text of a code, or otherwise for an unknown one. A detail
// behind a colon, such as a rule or a product, follows in brackets.
func lookUp(texts map[string]string, reason, otherwise string) string {
	code, detail, _ := strings.Cut(reason, ":")
	text, ok := texts[code]
	if !ok {
		text = otherwise
	}
	return withDetail(text, detail)
}

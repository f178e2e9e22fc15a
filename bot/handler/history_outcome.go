package handler

import (
	"strings"
	"time"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/problem"
	"inactivebot/storage"
)

// outcomeText returns the outcome of an entry of the audit log in words. It is
// empty if the action says it all, or if this version does not know the code.
func outcomeText(l storage.AuditEntry) string {
	switch l.Action {
	case "distrust":
		if behind, err := time.ParseDuration(l.Outcome); err == nil {
			return blocks.Duration(behind) + " old"
		}
	case "cannot post", "can post again":
		return channelOutcomes[l.Outcome]
	case "cannot work", "works again", "call", "look":
		return requestOutcome(l.Outcome)
	case "scan":
		code, failed := strings.CutPrefix(l.Outcome, "failed: ")
		if failed {
			return "failed: " + requestOutcome(code)
		}
		return "complete"
	case "stopped":
		return blocks.StopReason(l.Outcome, l.Actor)
	case "report":
		return reportStates[storage.ReportState(l.Outcome)]
	case "override":
		return overrideOutcomes[l.Outcome]
	case "refused":
		return refusedOutcomes[l.Outcome]
	case "settings", "approvers", "import":
		return blocks.Escape(l.Outcome) // names of settings, numbers.
	}
	return stepOutcome(l.Outcome)
}

// requestOutcome describes the code of a request's outcome.
func requestOutcome(code string) string {
	if code == "accepted" || code == "complete" {
		return code
	}
	return problem.Advise(code).Problem
}

// stepOutcome describes a step's state and the reason behind it.
func stepOutcome(outcome string) string {
	state, code, hasCode := strings.Cut(outcome, ": ")
	words := stepStates[storage.StepState(state)]
	if words == "" || !hasCode {
		return words
	}
	switch storage.StepState(state) {
	case storage.StepSkipped, storage.StepClaimed:
		return words + ": " + blocks.SkipReason(code)
	case storage.StepFailed:
		return words + ": " + blocks.FailReason(code)
	}
	return words + ": " + blocks.RestoreProblem(code)
}

var stepStates = map[storage.StepState]string{
	storage.StepPending: "pending", storage.StepClaimed: "sent, not confirmed yet", storage.StepSuspended: "suspended", storage.StepFailed: "failed",
	storage.StepSkipped: "skipped", storage.StepRestoring: "restore requested", storage.StepRestored: "restored",
}

var overrideOutcomes = map[string]string{
	"waits for another": "one more confirmation is needed",
	"opened":            "the report is open",
}

var channelOutcomes = map[string]string{
	"channel_not_found": "the channel was not found", "is_archived": "the channel is archived",
	"not_in_channel": "the bot is not in the channel", "restricted_action": "a workspace setting forbids posting",
}

// refusedOutcomes has the causes of refusals.
var refusedOutcomes = map[string]string{
	string(approvers.NotApprover):  "not an approver",
	string(approvers.Guest):        "a guest",
	string(approvers.Deactivated):  "a deactivated account",
	string(approvers.Bot):          "a bot",
	string(approvers.Outsider):     "not of this workspace",
	string(approvers.LookupFailed): "Slack did not confirm the approver",

	"wrong_channel": "pressed in another channel",
	unknownAction:   "not known to this bot",
	"no_second":     "no other approver was available",
	"not written":   "the database could not be written",
	"damaged":       "the database is damaged",
	"internal":      "an error of the bot",

	string(storage.CauseState):            "not possible in that state",
	string(storage.CauseExpired):          "the report was too old",
	string(storage.CauseChanged):          "the report had changed",
	string(storage.CauseBusy):             "another batch was unfinished",
	string(storage.CausePaused):           "suspensions were paused",
	string(storage.CauseCap):              "above the limit of one approver",
	string(storage.CauseNoOneLeft):        "no one was left to decide on",
	string(storage.CauseExcluded):         "the person was excluded",
	string(storage.CauseNotExcluded):      "the exclusion had been removed",
	string(storage.CauseNotSuspendedByUs): "not suspended by this bot",
	string(storage.CauseNotInReport):      "the person was not in the report",
	string(storage.CauseSameApprover):     "the first approver cannot approve twice",
	string(storage.CauseFirstNotApprover): "the first approver was no longer an approver",
	string(storage.CauseTooLate):          "the approval had waited for more than 72 hours",
	string(storage.CauseAlready):          "it was done already",
	string(storage.CauseNotKept):          "the lists were no longer stored",
}

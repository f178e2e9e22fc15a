package handler

import (
	"fmt"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// verdictText returns why a press did not count.
func verdictText(v approvers.Verdict) string {
	why := map[approvers.Verdict]string{
		approvers.NotApprover:  "Only approvers can do this, and you are not an approver. Ask an approver or the person who runs the bot.",
		approvers.Guest:        "Guests cannot be approvers. Ask an approver who is a full member.",
		approvers.Deactivated:  "This Slack account is deactivated, so it cannot be an approver.",
		approvers.Bot:          "Bots cannot be approvers.",
		approvers.Outsider:     "People from outside this workspace cannot be approvers.",
		approvers.LookupFailed: "Slack did not confirm in time that you are an approver. Please try again in a moment.",
	}
	return why[v] + " Nothing was changed."
}

// refusalText returns what prevented a decision.
func refusalText(r storage.Refusal) string {
	if r.Cause == storage.CauseFirstNotApprover || r.Cause == storage.CauseTooLate {
		return refusalWhy(r)
	}
	return refusalWhy(r) + " Nothing was changed."
}

func refusalWhy(r storage.Refusal) string {
	switch r.Cause {
	case storage.CauseState:
		return stateText(r.State)
	case storage.CauseExpired:
		return "This report is too old to act on. Type `/inactive scan` for a new one."
	case storage.CauseChanged:
		return "The report has changed since you opened it. Please review it again."
	case storage.CauseBusy:
		return fmt.Sprintf("Finish or close batch %d first.", r.Batch)
	case storage.CausePaused:
		return fmt.Sprintf("Suspensions are paused by %s since %s. Type `/inactive resume` to allow them again.", blocks.Mention(r.By), blocks.LocalTime(r.At))
	case storage.CauseCap:
		if r.Left == 0 && !r.At.IsZero() {
			return fmt.Sprintf("You have reached your limit of suspensions in 24 hours. You can continue on %s.", blocks.LocalTime(r.At))
		}
		return fmt.Sprintf("That is more than one approver may suspend in 24 hours. You can suspend %s more now.", blocks.People(r.Left))
	case storage.CauseNoOneLeft:
		return "No one in this report still needs a decision."
	case storage.CauseExcluded:
		return "This person is excluded."
	case storage.CauseNotExcluded:
		return "This exclusion has been removed in the meantime. Press Exclude again to exclude the person."
	case storage.CauseNotSuspendedByUs:
		return "This person is not suspended by this bot. Restore people who were suspended elsewhere at admin.atlassian.com → Directory → Users."
	case storage.CauseNotInReport:
		return "This person is not in the report."
	case storage.CauseSameApprover:
		return "You gave the first approval. The second approver must be another person."
	case storage.CauseFirstNotApprover:
		return blocks.Mention(r.By) + " is no longer an approver, so the batch was cancelled. No one was suspended."
	case storage.CauseTooLate:
		return blocks.Mention(r.By) + "'s approval waited for more than 72 hours, so the batch was cancelled. No one was suspended, and everyone is back in the report."
	case storage.CauseAlready:
		return alreadyText(r)
	case storage.CauseOlder:
		return olderText(r)
	case storage.CauseNotKept:
		return "The lists are kept for the last two scans only. Type `/inactive scan` for a new one."
	}
	return "This cannot be done now."
}

// olderText refuses a press that arrived after a later decision.
func olderText(r storage.Refusal) string {
	who := "The bot"
	if r.By != storage.Bot && r.By != "" {
		who = blocks.Mention(r.By)
	}
	return "Slack delivered your press late: " + who + " made another decision about this on " + blocks.LocalTime(r.At) + ", after you had pressed. Look at the report again."
}

func alreadyText(r storage.Refusal) string {
	switch {
	case r.Batch != 0:
		return fmt.Sprintf("%s already approved this report on %s (batch %d).", blocks.Mention(r.By), blocks.LocalTime(r.At), r.Batch)
	case r.By != "" && !r.At.IsZero():
		return fmt.Sprintf("%s already did this on %s.", blocks.Mention(r.By), blocks.LocalTime(r.At))
	case r.By != "":
		return blocks.Mention(r.By) + " already did this."
	}
	return "There is nothing to undo. It may have been done already."
}

// stateTexts say why a report, a batch or a step is not in a state for what was
// asked. The stored states of all three share one set of words.
var stateTexts = map[string]string{
	string(storage.ReportLocked):     "The safety lock is on for this report.",
	string(storage.ReportOpen):       "This report is open. There is nothing to stop, resume or override.",
	string(storage.ReportAwaiting):   "This report is waiting for a second approval.",
	string(storage.ReportExecuting):  "A suspension is in progress.",
	string(storage.BatchRunning):     "A suspension is in progress.",
	string(storage.ReportStopped):    "The batch is stopped.",
	string(storage.ReportDone):       "This report is finished.",
	string(storage.BatchClosed):      "This batch is closed.",
	string(storage.ReportSuperseded): "A newer report has replaced this one. Please use the newest message.",
	string(storage.ReportExpired):    "This report is too old to act on. Press Scan again for a new one.",
	string(storage.StepPending):      "No request has been sent for this person yet.",
	string(storage.StepClaimed):      "This person is being suspended.",
	string(storage.StepSuspended):    "This person is already suspended.",
	string(storage.StepFailed):       "This person could not be suspended.",
	string(storage.StepSkipped):      "This person was skipped.",
	string(storage.StepRestoring):    "This person is being restored.",
	string(storage.StepRestored):     "This person has been restored.",
	stateReportOnly:                  "Suspending is turned off (report-only mode).",
	stateOtherScope:                  "The product or sites in the settings no longer match this report. Type `/inactive scan` for a new one.",
}

// reportStates say in words how a report is, after "now".
var reportStates = map[storage.ReportState]string{
	storage.ReportLocked:     "under the safety lock",
	storage.ReportOpen:       "open",
	storage.ReportAwaiting:   "waiting for a second approval",
	storage.ReportExecuting:  "in progress",
	storage.ReportStopped:    "stopped",
	storage.ReportDone:       "finished",
	storage.ReportSuperseded: "replaced by a newer report",
	storage.ReportExpired:    "expired",
}

// States of the settings that keep a report from being acted on.
const (
	stateReportOnly = "report_only"
	stateOtherScope = "other_scope"
)

// stateText returns why something cannot be done in a state. A state without a text
// never reaches a person.
func stateText(state string) string {
	if text, ok := stateTexts[state]; ok {
		return text
	}
	return "This cannot be done in the current state."
}

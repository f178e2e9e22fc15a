package handler

import (
	"fmt"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// verdictText tells somebody why a press did not count.
func verdictText(v approvers.Verdict) string {
	why := map[approvers.Verdict]string{
		approvers.NotApprover:  "Only approvers can do this, and you are not one of them. Ask an approver, or the person who runs the bot.",
		approvers.Guest:        "Guests cannot be approvers. Ask an approver who is a full member.",
		approvers.Deactivated:  "This Slack account is deactivated, so it cannot be an approver.",
		approvers.Bot:          "Bots cannot be approvers.",
		approvers.Outsider:     "People from outside this workspace cannot be approvers.",
		approvers.LookupFailed: "Slack did not say in time whether you are an approver. Please try again in a moment.",
	}
	return why[v] + " Nothing was changed."
}

// refusalText tells an approver what stood in the way of a decision.
func refusalText(r storage.Refusal) string {
	if r.Cause == storage.CauseFirstGone || r.Cause == storage.CauseLate {
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
		return "The report is not the one you saw. Please look again."
	case storage.CauseBusy:
		return fmt.Sprintf("Finish or close batch %d first.", r.Batch)
	case storage.CausePaused:
		return fmt.Sprintf("Suspensions are paused by %s since %s. Type `/inactive resume` to allow them again.", blocks.Mention(r.By), blocks.Local(r.At))
	case storage.CauseCap:
		if r.Left == 0 && !r.At.IsZero() {
			return fmt.Sprintf("You have reached the number of people that one approver may suspend within 24 hours. It goes on from %s.", blocks.Local(r.At))
		}
		return fmt.Sprintf("That is more than one approver may suspend within 24 hours; %s more are possible now.", blocks.People(r.Left))
	case storage.CauseNobody:
		return "Nobody is left to decide about."
	case storage.CauseExcluded:
		return "This person is excluded."
	case storage.CauseEnded:
		return "Somebody has ended this exclusion meanwhile. Press Exclude again to leave the person alone."
	case storage.CauseNotOurs:
		return "This bot has no suspension of this person in effect. Somebody suspended elsewhere is restored at admin.atlassian.com → Directory → Users."
	case storage.CauseStranger:
		return "This person is not in the report."
	case storage.CauseSame:
		return "You approved this yourself: the second approver must be another person."
	case storage.CauseFirstGone:
		return blocks.Mention(r.By) + " approved this first and is no approver any more, so the batch is closed. Nobody of it was suspended."
	case storage.CauseLate:
		return blocks.Mention(r.By) + "'s approval waited for more than 72 hours, so the batch is closed. Nobody of it was suspended, and everybody is open again."
	case storage.CauseAlready:
		return alreadyText(r)
	case storage.CauseForgotten:
		return "Who is in which list is kept for the last two scans only. Type `/inactive scan` for a new one."
	}
	return "This cannot be done now."
}

func alreadyText(r storage.Refusal) string {
	switch {
	case r.Batch != 0:
		return fmt.Sprintf("%s approved this report already, on %s: it is batch %d.", blocks.Mention(r.By), blocks.Local(r.At), r.Batch)
	case r.By != "" && !r.At.IsZero():
		return fmt.Sprintf("%s did this already, on %s.", blocks.Mention(r.By), blocks.Local(r.At))
	case r.By != "":
		return blocks.Mention(r.By) + " did this already."
	}
	return "There is nothing to undo: this was done already."
}

func stateText(state string) string {
	switch storage.ReportState(state) {
	case storage.ReportSuperseded:
		return "A newer report has taken this one's place. Please use the newest message."
	case storage.ReportExpired:
		return "This report is too old to act on. Press Scan again for a new one."
	case storage.ReportDone:
		return "This report is done."
	case storage.ReportLocked:
		return "The safety lock is on for this report."
	case storage.ReportExecuting, storage.ReportStopped, storage.ReportAwaiting, storage.ReportOpen:
	}
	return "It is not in a state for this: it is " + state + "."
}

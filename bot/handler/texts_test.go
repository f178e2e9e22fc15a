package handler

import (
	"testing"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/texttest"
	"inactivebot/storage"
)

func hasCode(text string) bool { return texttest.CodeValue(texttest.Prose(text)) != "" }

// TestEveryStateHasAText checks that no state, verdict or cause of a refusal is
// shown to a person as its code.
func TestEveryStateHasAText(t *testing.T) {
	states := []string{
		string(storage.ReportLocked), string(storage.ReportOpen), string(storage.ReportAwaiting), string(storage.ReportExecuting), string(storage.ReportStopped),
		string(storage.ReportDone), string(storage.ReportSuperseded), string(storage.ReportExpired),
		string(storage.BatchAwaiting), string(storage.BatchRunning), string(storage.BatchStopped), string(storage.BatchDone), string(storage.BatchClosed),
		string(storage.StepPending), string(storage.StepClaimed), string(storage.StepSuspended), string(storage.StepFailed), string(storage.StepSkipped),
		string(storage.StepRestoring), string(storage.StepRestored), stateReportOnly, stateOtherScope,
	}
	for _, state := range states {
		if _, ok := stateTexts[state]; !ok {
			t.Errorf("the state %s has no text", state)
		}
		if text := refusalText(storage.Refusal{Cause: storage.CauseState, State: state}); hasCode(text) {
			t.Errorf("the text of state %s is %q", state, text)
		}
	}
	for _, state := range states[:8] { // those of reports.
		if text := reportStates[storage.ReportState(state)]; text == "" || hasCode(text) {
			t.Errorf("the text of report state %s is %q", state, text)
		}
	}
	causes := []storage.Cause{
		storage.CauseExpired, storage.CauseChanged, storage.CauseBusy, storage.CausePaused, storage.CauseCap, storage.CauseNoOneLeft, storage.CauseExcluded,
		storage.CauseNotExcluded, storage.CauseNotSuspendedByUs, storage.CauseNotInReport, storage.CauseSameApprover, storage.CauseFirstNotApprover,
		storage.CauseTooLate, storage.CauseAlready, storage.CauseNotKept,
	}
	for _, cause := range causes {
		text := refusalText(storage.Refusal{Cause: cause})
		if hasCode(text) || text == "This cannot be done now. Nothing was changed." {
			t.Errorf("the text of cause %s is %q", cause, text)
		}
		if refusedOutcomes[string(cause)] == "" {
			t.Errorf("the cause %s has no text in the history", cause)
		}
	}
	for _, verdict := range []approvers.Verdict{approvers.NotApprover, approvers.Guest, approvers.Deactivated, approvers.Bot, approvers.Outsider, approvers.LookupFailed} {
		if text := verdictText(verdict); hasCode(text) || text == " Nothing was changed." {
			t.Errorf("the verdict %s reads %q", verdict, text)
		}
		if refusedOutcomes[string(verdict)] == "" {
			t.Errorf("the verdict %s has no text in the history", verdict)
		}
	}
}

// TestHistoryInWords checks that the history shows no outcome as its code.
func TestHistoryInWords(t *testing.T) {
	tests := map[string]storage.AuditEntry{
		"25.0 hours old":                            {Action: "distrust", Outcome: "25h0m0s"},
		"the channel is archived":                   {Action: "cannot post", Outcome: "is_archived"},
		"Atlassian rejected the API key.":           {Action: "cannot work", Outcome: "key_refused"},
		"failed: Atlassian returns server errors.":  {Action: "scan", Outcome: "failed: server"},
		"waiting for a second approval":             {Action: "report", Outcome: "awaiting_second"},
		"skipped: is now an admin":                  {Action: "skip", Outcome: "skipped: admin_role"},
		"failed: " + blocks.FailReason("not_found"): {Action: "fail", Outcome: "failed: not_found"},
		"sent, not confirmed yet":                   {Action: "claim", Outcome: "claimed"},
		"restored":                                  {Action: "restored", Outcome: "restored"},
		"accepted":                                  {Action: "call", Outcome: "accepted"},
		"not an approver":                           {Action: "refused", Outcome: "not_approver"},
		"":                                          {Action: "claim", Outcome: "a_code_of_a_later_version"},
	}
	for want, entry := range tests {
		if got := outcomeText(entry); got != want {
			t.Errorf("%s with the outcome %q reads %q, want %q", entry.Action, entry.Outcome, got, want)
		}
	}
}

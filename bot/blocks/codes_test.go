package blocks

import (
	"strings"
	"testing"

	"inactivebot/bot/policy"
	"inactivebot/bot/texttest"
	"inactivebot/storage"
)

// policyReasons are all reasons of package policy.
var policyReasons = []policy.Reason{
	policy.ByExclusion, policy.ByRule, policy.AdminRole, policy.RolesMissing, policy.ProtectSetting, policy.ProtectEarlier, policy.IsApprover, policy.JustAdded,
	policy.JustRestored, policy.LookupFailed, policy.FieldMissing, policy.ActivityMissing, policy.Unreadable, policy.InTheFuture,
	policy.OtherApp, policy.OtherSite, policy.EmailHidden,
}

// TestEveryLaneHasATextForPeople checks the title and description of each lane,
// and the clause of each lane without a reason.
func TestEveryLaneHasATextForPeople(t *testing.T) {
	sc := storage.Scan{Product: "confluence", InactiveDays: 180}
	for _, lane := range policy.Lanes {
		text := laneTextOf(string(lane), sc)
		if text.title == "" || text.description == "" || text.title != LaneTitle(lane, "confluence") {
			t.Errorf("lane %s has the text %+v", lane, text)
		}
		checkText(t, string(lane), text.title+text.text())
		if reason := LaneReason(sc, storage.Row{Lane: string(lane)}); lane != policy.Excluded && lane != policy.Protected && lane != policy.Unknown && lane != policy.ActiveElsewhere {
			checkText(t, string(lane), reason)
		}
	}
	if len(laneTexts) != len(policy.Lanes) {
		t.Errorf("%d lanes have texts, want %d", len(laneTexts), len(policy.Lanes))
	}
}

// TestEveryReasonHasATextForPeople checks the reasons of package policy, as
// clauses and as causes of a skip, and all other codes that are shown.
func TestEveryReasonHasATextForPeople(t *testing.T) {
	for _, reason := range policyReasons {
		if _, ok := reasonTexts[string(reason)]; !ok {
			t.Errorf("reason %s has no text", reason)
		}
		checkText(t, string(reason), LaneReason(storage.Scan{Product: "confluence", InactiveDays: 180}, storage.Row{Reason: string(reason)}))
		checkText(t, string(reason), SkipReason(string(reason)))
	}
	for _, texts := range []map[string]string{skipTexts, failTexts, stopTexts, restoreTexts, statusTexts} {
		for code, text := range texts {
			checkText(t, code, text)
		}
	}
	checkText(t, "forgotten", listFileFailure(storage.Note{Text: string(storage.CauseNotKept)}, "the bot"))
	locks := []policy.TripwireKind{
		policy.ManyNewlyInactive, policy.ManyUnknown, policy.ActivityLost, policy.FewerPeople, policy.WentBackwards, policy.NoOneActive,
		policy.RuleMatchesNoOne, policy.ClockOff, policy.SourcesDisagree, policy.NewerMessage, policy.NoManagementData,
	}
	for _, wire := range locks {
		text := LockReasons([]storage.Lock{{Kind: string(wire), N: 2, Of: 3, Detail: "12m0s"}})
		checkText(t, string(wire), strings.ReplaceAll(text, "`12m0s`", ""))
		if text == LockReasons([]storage.Lock{{Kind: "moon"}}) {
			t.Errorf("tripwire %s has no text", wire)
		}
	}
}

// checkText fails if a text is incomplete or shows a code.
func checkText(t *testing.T, code, text string) {
	t.Helper()
	if text == "" || strings.Contains(text, "does not know") || strings.ContainsAny(text, "{}") {
		t.Errorf("the text of %s is %q", code, text)
	}
	if found := texttest.CodeValue(text); found != "" {
		t.Errorf("the text of %s shows %q: %q", code, found, text)
	}
}

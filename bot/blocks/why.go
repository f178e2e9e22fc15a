package blocks

import (
	"fmt"
	"strings"
	"time"

	"inactivebot/storage"
)

// Why holds the status of one person, with the reason and the evidence.
type Why struct {
	Person    storage.Person
	Now       time.Time
	Scan      storage.Scan      // the last successful scan; zero: there is none.
	Row       storage.Row       // zero: the scan did not find the person.
	Exclusion storage.Exclusion // in effect today; zero: none.
	Rule      storage.Rule      // matches the person today; By is empty for a rule from the settings.
	Ended     bool              // the exclusion or rule that decided has ended.
	Step      storage.Step      // the newest step of the person; zero: none.
	Batch     storage.Batch     // of the step.
}

// Text returns the answer to `/inactive why` for one person.
func (w Why) Text() string {
	lines := []string{PersonLabel(w.Person)}
	switch {
	case w.Scan.ID == 0:
		lines = append(lines, "No scan has finished yet. Type `/inactive scan` to start one.")
	case w.Row.AccountID == "":
		lines = append(lines, "The last scan, "+LocalTime(w.Scan.StartedAt)+", did not find this person. The account may be newer or in another directory. The next scan checks again.")
	default:
		lines = append(lines, w.statusLine(), "Reason: "+LaneReason(w.Scan, w.Row)+".", "Evidence: "+w.evidence())
	}
	for _, line := range []string{w.exclusionLine(), w.suspensionLine()} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n• ")
}

// statusLine is the lane of the last scan, and what an admin can do about it.
func (w Why) statusLine() string {
	t := laneTextOf(w.Row.Lane, w.Scan)
	if t.title == "" {
		t.title = Escape(w.Row.Lane)
	}
	s := "Status: *" + t.title + "* at the last scan, " + LocalTime(w.Scan.StartedAt) + "."
	decided := w.Exclusion.AccountID != "" || w.Rule.Rule != "" || w.Step.AccountID != ""
	if t.remedy != "" && (!w.Row.Candidate || !decided) {
		s += " " + t.text()
	}
	return s
}

// evidence returns the activity that the scan read, its source and its age.
func (w Why) evidence() string {
	used := "no " + Product(w.Scan.Product) + " activity on record"
	if !w.Row.LastActive.IsZero() {
		used = "last used " + Product(w.Scan.Product) + " on " + Date(w.Row.LastActive)
	}
	parts := []string{used}
	if !w.Row.OtherActive.IsZero() {
		parts = append(parts, "other apps or sites on "+Date(w.Row.OtherActive))
	}
	if !w.Row.AddedToOrg.IsZero() {
		parts = append(parts, "added to the organisation on "+Date(w.Row.AddedToOrg))
	}
	source := map[string]string{"search": "users/search", "last-active-dates": "last-active-dates"}[w.Scan.Source]
	if source == "" {
		source = "an unknown source"
	}
	return strings.Join(parts, ", ") + ". Checked " + durationText(w.Now.Sub(w.Scan.StartedAt)) + " ago with " + source + ". Atlassian's own data may be up to 24 hours older."
}

// exclusionLine is the exclusion or rule in effect now. It is empty if nothing has
// changed since the scan.
func (w Why) exclusionLine() string {
	switch {
	case w.Exclusion.AccountID != "":
		return "Today: " + ExclusionText(w.Exclusion) + " (since " + LocalTime(w.Exclusion.Since) + "). `/inactive include` ends it."
	case w.Rule.Rule != "" && w.Rule.By == "":
		return "Today: excluded by the rule " + Code(w.Rule.Rule) + " in the settings."
	case w.Rule.Rule != "":
		s := "Today: excluded by the rule " + Code(w.Rule.Rule) + " of " + Mention(w.Rule.By) + untilText(w.Rule.Until)
		if reason := escapeShort(w.Rule.Reason, 2*maxName); reason != "" {
			s += ": " + reason
		}
		return s + " (since " + LocalTime(w.Rule.Since) + "). `/inactive include` ends it."
	case w.Ended:
		return "Today: the exclusion or rule has ended. The next scan decides again."
	}
	return ""
}

// suspensionLine returns how this bot changed the person's access.
func (w Why) suspensionLine() string {
	if w.Step.AccountID == "" {
		return ""
	}
	by := "the bot"
	if len(w.Batch.Approvals) > 0 {
		by = Mention(w.Batch.ApprovedBy())
	}
	s := fmt.Sprintf("This bot: batch %d, approved by %s", w.Step.BatchID, by)
	switch w.Step.State {
	case storage.StepClaimed:
		s += ", sent the suspension on " + LocalTime(w.Step.ClaimedAt) + ": " + sentText(w.Step) + "."
	case storage.StepSuspended:
		s += ", suspended the person on " + LocalTime(w.Step.ClaimedAt) + ". `/inactive restore` gives access back."
	case storage.StepRestoring:
		s += ", suspended the person on " + LocalTime(w.Step.ClaimedAt) + "; " + Mention(w.Step.RestoreBy) + " requested the restore."
	case storage.StepRestored:
		s += ", suspended the person on " + LocalTime(w.Step.ClaimedAt) + "; " + restoredText(w.Step) + "."
	case storage.StepPending:
		s += ", is about to suspend the person."
	case storage.StepSkipped:
		s += ", skipped the person: " + SkipReason(w.Step.Reason) + "."
	case storage.StepFailed:
		if w.Step.Unclear() {
			return s + ", sent the suspension on " + LocalTime(w.Step.ClaimedAt) + ". It is " + unclearText(w.Step) + ". `/inactive restore` gives access back."
		}
		s += ", could not suspend the person: " + FailReason(w.Step.Reason) + "."
	}
	return s
}

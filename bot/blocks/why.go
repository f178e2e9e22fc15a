package blocks

import (
	"fmt"
	"strings"
	"time"

	"inactivebot/storage"
)

// Why is what is known of one person's place, and of what decided it.
type Why struct {
	Person    storage.Person
	Now       time.Time
	Scan      storage.Scan      // the last one that ended well; zero: there is none.
	Row       storage.Row       // zero: the scan did not meet the person.
	Exclusion storage.Exclusion // in effect today; zero: none.
	Rule      storage.Rule      // matches the person today; By is empty for a rule of the settings.
	Ended     bool              // the exclusion or rule that decided is no longer in effect.
	Step      storage.Step      // the newest of this bot about the person; zero: none.
	Batch     storage.Batch     // of the step.
}

// Text answers why somebody is in a lane: a paragraph for Slack.
func (w Why) Text() string {
	lines := []string{Who(w.Person)}
	switch {
	case w.Scan.ID == 0:
		lines = append(lines, "No scan has ended yet, so nothing is decided. Type `/inactive scan` to make one.")
	case w.Row.AccountID == "":
		lines = append(lines, "The last scan, "+Local(w.Scan.StartedAt)+", did not meet this person, so nothing is decided. Perhaps the account is newer, or is in another directory. The next scan looks again.")
	default:
		lines = append(lines, w.statusLine(), "Decided by: "+w.reasonText(), "Evidence: "+w.evidence())
	}
	for _, line := range []string{w.exclusionLine(), w.suspensionLine()} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n• ")
}

func (w Why) fill(s string) string {
	return strings.NewReplacer("{product}", Product(w.Scan.Product), "{days}", daysText(w.Scan.InactiveDays),
		"{used}", Day(w.Row.LastActive), "{other}", Day(w.Row.OtherActive), "{added}", Day(w.Row.AddedToOrg), "{cutoff}", Day(w.Scan.Cutoff())).Replace(s)
}

// statusLine is where the last scan put the person, and what can be done elsewhere.
func (w Why) statusLine() string {
	m, ok := meanings[w.Row.Lane]
	if !ok {
		m.title = Escape(w.Row.Lane)
	}
	s := "Lane: *" + w.fill(m.title) + "* at the last scan, " + Local(w.Scan.StartedAt) + "."
	decided := w.Exclusion.AccountID != "" || w.Rule.Rule != "" || w.Step.AccountID != ""
	if elsewhere := elsewhere[w.Row.Lane]; elsewhere != "" && (!w.Row.Candidate || !decided) {
		s += " " + w.fill(elsewhere)
	}
	return s
}

// reasonText is the rule, role or date that put the person in the lane.
func (w Why) reasonText() string {
	code, detail, _ := strings.Cut(w.Row.Reason, ":")
	if code == "" {
		code = w.Row.Lane
	}
	text, ok := whyReasons[code]
	if !ok {
		text = "something that this version does not know"
	}
	text = w.fill(text)
	if detail != "" {
		text += ": " + Code(detail)
		if product := Product(detail); product != detail {
			text = strings.TrimSuffix(text, Code(detail)) + product
		}
	}
	return strings.TrimSuffix(text, ".") + "."
}

// evidence is what the scan read, from where, and how old that is.
func (w Why) evidence() string {
	used := "no use of " + Product(w.Scan.Product) + " on record"
	if !w.Row.LastActive.IsZero() {
		used = "last use of " + Product(w.Scan.Product) + " " + Day(w.Row.LastActive)
	}
	parts := []string{used}
	if !w.Row.OtherActive.IsZero() {
		parts = append(parts, "of other apps or sites "+Day(w.Row.OtherActive))
	}
	if !w.Row.AddedToOrg.IsZero() {
		parts = append(parts, "added to the organisation "+Day(w.Row.AddedToOrg))
	}
	source := map[string]string{"search": "users/search", "last-active-dates": "last-active-dates"}[w.Scan.Source]
	if source == "" {
		source = "a source that was not noted"
	}
	return strings.Join(parts, ", ") + ". Read " + age(w.Now.Sub(w.Scan.StartedAt)) + " ago by " + source + "; Atlassian's own figures may be 24 hours older."
}

// age is a duration in whole units.
func age(d time.Duration) string {
	hours := int(d.Hours())
	switch {
	case hours >= 48:
		return daysText(hours / 24)
	case hours >= 1:
		return fmt.Sprintf("%d %s", hours, plural(hours, "hour", "hours"))
	}
	n := max(1, int(d.Minutes()))
	return fmt.Sprintf("%d %s", n, plural(n, "minute", "minutes"))
}

// exclusionLine is which exclusion or rule holds now, and whether that is a change.
func (w Why) exclusionLine() string {
	switch {
	case w.Exclusion.AccountID != "":
		return "Today: " + ExclusionText(w.Exclusion) + " (since " + Local(w.Exclusion.Since) + "). `/inactive include` ends it."
	case w.Rule.Rule != "" && w.Rule.By == "":
		return "Today: excluded by the rule " + Code(w.Rule.Rule) + ", which stands in the settings."
	case w.Rule.Rule != "":
		s := "Today: excluded by the rule " + Code(w.Rule.Rule) + " of " + Mention(w.Rule.By) + untilText(w.Rule.Until)
		if reason := escapeShort(w.Rule.Reason, 2*maxName); reason != "" {
			s += ": " + reason
		}
		return s + " (since " + Local(w.Rule.Since) + "). `/inactive include` ends it."
	case w.Ended:
		return "Today: what excluded the person is no longer in effect. The next scan decides anew."
	}
	return ""
}

// suspensionLine is what this bot has done to the person's access.
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
		s += ", is suspending the person since " + Local(w.Step.ClaimedAt) + ": " + sentText(w.Step) + "."
	case storage.StepSuspended:
		s += ", suspended the person on " + Local(w.Step.ClaimedAt) + ". `/inactive restore` gives access back."
	case storage.StepRestoring:
		s += ", suspended the person on " + Local(w.Step.ClaimedAt) + "; " + Mention(w.Step.RestoreBy) + " is having access restored."
	case storage.StepRestored:
		s += ", suspended the person on " + Local(w.Step.ClaimedAt) + "; restored by " + Mention(w.Step.RestoreBy) + " on " + Local(w.Step.RestoredAt) + "."
	case storage.StepPending:
		s += ", is about to suspend the person."
	case storage.StepSkipped:
		s += ", left the person alone: " + SkipReason(w.Step.Reason) + "."
	case storage.StepFailed:
		s += ", could not suspend the person: " + FailReason(w.Step.Reason) + "."
	}
	return s
}

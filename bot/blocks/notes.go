package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Note renders a note in a report's thread or in the channel. People are the people that
// the note names. The notes with a renderer of their own are [Greeting], [Snapshot],
// [BatchSummary], [Reminder] and [UnmatchedNote].
func Note(n storage.Note, people []storage.Person) Message {
	text := noteText(n, names(people))
	m := Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
	m.Blocks = append(m.Blocks, auditHead(n)...)
	return m
}

// auditHead shows the newest hash of the audit log, if the note has one.
func auditHead(n storage.Note) []slack.Block {
	if n.AuditHead == "" {
		return nil
	}
	return []slack.Block{contextText("", "Audit log up to here: `"+n.AuditHead+"`")}
}

func noteText(n storage.Note, who string) string {
	by := Mention(n.By)
	switch n.Kind {
	case storage.NoteExcluded:
		return by + " excluded " + who + untilText(n.Until) + reasonSuffix(n.Text)
	case storage.NoteExclusionUpdated:
		return by + " changed the exclusion of " + who + ". It now applies" + orNoEnd(untilText(n.Until)) + reasonSuffix(n.Text)
	case storage.NoteIncluded:
		return by + " ended the exclusion of " + who + ". They can be listed and suspended again."
	case storage.NoteRuleAdded:
		return by + " added the rule " + Code(n.Text) + untilText(n.Until) + ". People it matches are excluded."
	case storage.NoteRuleRemoved:
		return by + " removed the rule " + Code(n.Text) + ". People it matched can be listed and suspended again."
	case storage.NoteRestoring:
		return restoringNote(n, by, who)
	case storage.NoteRestored:
		return who + " was restored, as requested by " + by + "."
	case storage.NoteNotRestored:
		return who + " could not be restored: " + RestoreProblem(n.Text) + "."
	case storage.NotePaused:
		return by + " paused all suspensions. Restores continue. Type `/inactive resume` to allow suspensions again."
	case storage.NoteUnpaused:
		return by + " allowed suspensions again."
	case storage.NoteApproved, storage.NoteStopped, storage.NoteResumed, storage.NoteClosed:
		return batchNote(n, by)
	case storage.NoteSecondRequested, storage.NoteWithdrawn, storage.NoteOverride, storage.NoteApprovers, storage.NoteRolledBack:
		return approvalNote(n, by)
	case storage.NoteHiddenEmails:
		_, who := parseApprovers(n.Text)
		return "Slack shows no email of " + who + ". Their own Atlassian accounts cannot be recognised, so they can be listed here. To protect them, add their account ids to INACTIVEBOT_PROTECT."
	case storage.NoteNewerMessage:
		return newerMessageText
	case storage.NoteWarning:
		return AdviceFor(storage.WarningKind(n.Text)).Text()
	case storage.NoteFileRefused:
		return listFileFailure(n, by)
	case storage.NoteCandidateList, storage.NoteFullList, storage.NoteDeleteFile, storage.NoteEndingExclusions, storage.NoteOldExclusions: // have no text, or several.
	case storage.NoteKeyExpires, storage.NoteKeyOld, storage.NoteMissedReports, storage.NoteCallsRefused, storage.NoteLargeDatabase:
		return warningText(n)
	case storage.NoteDisconnected, storage.NoteChannelBack:
		return outageNote(n)
	case storage.NoteGreeting, storage.NoteSource, storage.NoteCharts, storage.NoteBatchDone, storage.NoteUnmatched:
	}
	return Escape(n.Text)
}

// approvalNote returns a note about approvers and about the state of the database.
// The text of NoteSecondRequested and NoteApprovers has Slack user ids.
func approvalNote(n storage.Note, by string) string {
	switch n.Kind {
	case storage.NoteSecondRequested:
		return fmt.Sprintf("%s approved batch %d, which exceeds the limit of one approver. %s%s", by, n.BatchID, secondRequest(n.Text), quote(n.Comment))
	case storage.NoteWithdrawn:
		return fmt.Sprintf("Batch %d was cancelled without a second approval: no one was suspended; everyone is back in the report.", n.BatchID)
	case storage.NoteOverride:
		if n.Text == "opened" {
			return by + " overrode the safety lock. People can be suspended from this report now."
		}
		return by + " confirmed that this report is right although it looks wrong. The lock stays on until a second approver confirms."
	case storage.NoteApprovers:
		n, who := parseApprovers(n.Text)
		if n == 0 {
			return "No one can approve now." + approverHint(n)
		}
		return fmt.Sprintf("%s can approve now: %s.%s", People(n), who, approverHint(n))
	}
	last := Escape(n.Text)
	if at, err := time.Parse(time.RFC3339, n.Text); err == nil {
		last = LocalTime(at)
	}
	return fmt.Sprintf("The database was last written on %s. It may have been restored from an older backup: later decisions, including exclusions, may be missing. No one can be suspended before a new scan. Check `/inactive exclusions`, then type `/inactive scan`.", last)
}

// GroupPrefix precedes the id of a user group that is mentioned instead of people.
const GroupPrefix = "group:"

// secondRequest asks the other approvers for their approval, given their ids with
// commas between them.
func secondRequest(ids string) string {
	if group, ok := strings.CutPrefix(ids, GroupPrefix); ok {
		return "<!subteam^" + Escape(group) + ">, the approval of one of you is needed."
	}
	switch n, who := parseApprovers(ids); n {
	case 0:
		return "A second approver is needed, but there is no other."
	case 1:
		return who + ", your approval is needed."
	default:
		return who + ", the approval of one of you is needed."
	}
}

// parseApprovers returns the number and the mentions of Slack users, given as ids
// with commas between them.
func parseApprovers(ids string) (n int, who string) {
	if ids == "" {
		return 0, "no one"
	}
	all := strings.Split(ids, ",")
	return len(all), mentions(all)
}

// approverHint says what to do if there are too few approvers.
func approverHint(n int) string {
	switch n {
	case 0:
		return " Check INACTIVEBOT_APPROVERS and INACTIVEBOT_APPROVER_GROUP."
	case 1:
		return " With only one approver there is no stand-in, and larger batches take several days. Name a second approver."
	}
	return ""
}

// batchNote returns a note about a batch.
func batchNote(n storage.Note, by string) string {
	switch {
	case n.Kind == storage.NoteApproved:
		people, _ := strconv.Atoi(n.Text)
		return fmt.Sprintf("%s approved batch %d: %s. Each person is checked again first.%s", by, n.BatchID, People(people), quote(n.Comment))
	case n.Kind == storage.NoteResumed:
		return fmt.Sprintf("%s resumed batch %d.", by, n.BatchID)
	case n.Kind == storage.NoteClosed:
		return fmt.Sprintf("%s closed batch %d. No one else in it will be suspended.", by, n.BatchID)
	case n.Kind == storage.NoteStopped && n.Text == stopPressed:
		return fmt.Sprintf("%s stopped batch %d. %s", by, n.BatchID, resumeHint)
	}
	return fmt.Sprintf("Batch %d stopped. %s %s", n.BatchID, StopReason(n.Text, n.By), resumeHint)
}

// restoringNote returns a note about restores that were requested.
func restoringNote(n storage.Note, by, who string) string {
	if n.BatchID != 0 {
		return fmt.Sprintf("%s undid batch %d. Everyone it suspended is being restored.", by, n.BatchID)
	}
	return by + " asked to restore " + who + "."
}

// quote returns the note of an approver as a quotation.
func quote(said string) string {
	if said = escapeShort(said, 10*maxName); said == "" {
		return ""
	}
	return "\n> " + said
}

// ExclusionTerms returns the end of an exclusion and the reason, to end a sentence.
func ExclusionTerms(end time.Time, reason string) string {
	return orNoEnd(untilText(end)) + reasonSuffix(reason)
}

// orNoEnd returns the end of an exclusion, or that it has none.
func orNoEnd(until string) string {
	if until == "" {
		return " indefinitely"
	}
	return until
}

// reasonSuffix ends a sentence with the reason, if there is one.
func reasonSuffix(reason string) string {
	if reason = escapeShort(reason, 10*maxName); reason == "" {
		return "."
	}
	return ": " + reason
}

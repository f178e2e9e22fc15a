package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Note renders what stands in a report's thread, or in the channel itself.
// People are those the note is about. The greeting is [Greeting], a picture is
// [Picture], and the end of a batch is [Outcomes].
func Note(n storage.Note, people []storage.Person) Message {
	text := noteText(n, names(people))
	m := Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
	if n.Head != "" {
		m.Blocks = append(m.Blocks, contextText("", "Audit log up to here: `"+n.Head+"`"))
	}
	return m
}

func noteText(n storage.Note, who string) string {
	by := Mention(n.By)
	switch n.Kind {
	case storage.NoteExcluded:
		return by + " excluded " + who + untilText(n.Until) + reasonSuffix(n.Text)
	case storage.NoteExplained:
		return by + " changed the exclusion of " + who + ": it holds" + orNoEnd(untilText(n.Until)) + reasonSuffix(n.Text)
	case storage.NoteIncluded:
		return by + " ended the exclusion of " + who + ": they can be listed and suspended again."
	case storage.NoteRuleAdded:
		return by + " added the rule " + Code(n.Text) + untilText(n.Until) + ": whoever it matches is left alone."
	case storage.NoteRuleRemoved:
		return by + " removed the rule " + Code(n.Text) + ": whoever it matched can be listed and suspended again."
	case storage.NoteRestoring:
		return restoringNote(n, by, who)
	case storage.NoteRestored:
		return who + " is restored, as " + by + " asked."
	case storage.NoteNotRestored:
		return who + " could not be restored: " + RestoreProblem(n.Text) + "."
	case storage.NotePaused:
		return by + " paused all suspensions. Restores go on. Type `/inactive resume` to allow suspensions again."
	case storage.NoteUnpaused:
		return by + " allowed suspensions again."
	case storage.NoteApproved, storage.NoteStopped, storage.NoteResumed, storage.NoteClosed:
		return batchNote(n, by)
	case storage.NoteSecondWanted, storage.NoteWithdrawn, storage.NoteOverride, storage.NoteApprovers, storage.NoteBehind:
		return approvalNote(n, by)
	case storage.NoteNoFile:
		return listFileFailure(n, by)
	case storage.NoteList, storage.NoteEverybody, storage.NoteUnlist, storage.NoteEnding, storage.NoteOld: // are no texts, or more than one.
	case storage.NoteKeyEnds, storage.NoteKeyOld, storage.NoteMissed, storage.NoteCallsRefused, storage.NoteLarge:
		return warningText(n)
	case storage.NoteAbsent, storage.NoteChannelBack:
		return outageNote(n)
	case storage.NoteGreeting, storage.NoteSource, storage.NotePicture, storage.NoteBatchDone, storage.NoteUnmatched:
	}
	return Escape(n.Text)
}

// approvalNote is a note about who decides, and whether what is stored can be
// relied on. The text of NoteSecondWanted and NoteApprovers names Slack users.
func approvalNote(n storage.Note, by string) string {
	switch n.Kind {
	case storage.NoteSecondWanted:
		_, who := parseApprovers(n.Text)
		return fmt.Sprintf("%s approved batch %d, which is more than one approver may suspend alone. A second approver is wanted: %s.%s", by, n.BatchID, who, quote(n.Said))
	case storage.NoteWithdrawn:
		return fmt.Sprintf("Batch %d is closed without a second approval: nobody of it was suspended, and everybody is open again.", n.BatchID)
	case storage.NoteOverride:
		if n.Text == "opened" {
			return by + " overrode the safety lock: people can be suspended from this report now."
		}
		return by + " says that this report is right although it looks wrong. The lock stays on until a second word."
	case storage.NoteApprovers:
		n, who := parseApprovers(n.Text)
		if n == 0 {
			return "Nobody can approve now." + approverHint(n)
		}
		return fmt.Sprintf("%s can approve now: %s.%s", People(n), who, approverHint(n))
	}
	last := Escape(n.Text)
	if at, err := time.Parse(time.RFC3339, n.Text); err == nil {
		last = Local(at)
	}
	return fmt.Sprintf("The database's last sign of life is of %s. It may be an older copy: decisions made since, exclusions among them, may be missing. Nobody can be suspended before a new scan: look at `/inactive exclusions`, then type `/inactive scan`.", last)
}

// parseApprovers counts and names Slack users, given as ids with commas between
// them.
func parseApprovers(ids string) (n int, who string) {
	if ids == "" {
		return 0, "nobody"
	}
	var all []string
	for id := range strings.SplitSeq(ids, ",") {
		all = append(all, Mention(id))
	}
	return len(all), strings.Join(all, ", ")
}

func approverHint(n int) string {
	switch n {
	case 0:
		return " Check INACTIVEBOT_APPROVERS and INACTIVEBOT_APPROVER_GROUP."
	case 1:
		return " With only one, nobody can stand in, and larger batches take several days: name a second one."
	}
	return ""
}

// batchNote is a note about a whole batch.
func batchNote(n storage.Note, by string) string {
	switch {
	case n.Kind == storage.NoteApproved:
		people, _ := strconv.Atoi(n.Text)
		return fmt.Sprintf("%s approved batch %d: %s. Each is read again before anything happens.%s", by, n.BatchID, People(people), quote(n.Said))
	case n.Kind == storage.NoteResumed:
		return fmt.Sprintf("%s resumed batch %d.", by, n.BatchID)
	case n.Kind == storage.NoteClosed:
		return fmt.Sprintf("%s closed batch %d: nobody else of it will be suspended.", by, n.BatchID)
	case n.Kind == storage.NoteStopped && n.Text == stopPressed:
		return fmt.Sprintf("%s stopped batch %d. %s", by, n.BatchID, resumeHint)
	}
	return fmt.Sprintf("Batch %d stopped. %s %s", n.BatchID, StopReason(n.Text, n.By), resumeHint)
}

func restoringNote(n storage.Note, by, who string) string {
	if n.BatchID != 0 {
		return fmt.Sprintf("%s undid batch %d: everybody it suspended is being restored.", by, n.BatchID)
	}
	return by + " asked to restore " + who + "."
}

// quote is what somebody typed about a decision, as a quotation.
func quote(said string) string {
	if said = escapeShort(said, 10*maxName); said == "" {
		return ""
	}
	return "\n> " + said
}

// Terms are the end of an exclusion and the reason, at the end of a sentence.
func Terms(end time.Time, reason string) string { return orNoEnd(untilText(end)) + reasonSuffix(reason) }

// orNoEnd is the end of an exclusion, or that it has none.
func orNoEnd(until string) string {
	if until == "" {
		return " until somebody ends it"
	}
	return until
}

func reasonSuffix(reason string) string {
	if reason = escapeShort(reason, 10*maxName); reason == "" {
		return "."
	}
	return ": " + reason
}

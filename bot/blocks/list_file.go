package blocks

import (
	"fmt"

	"inactivebot/storage"
)

// exportLabel is the text of the button that exports everyone.
const exportLabel = "Export as CSV"

// ListFileName returns the name of a report's CSV file: of its candidates, or of
// everyone in the scan.
func ListFileName(report uint64, everybody bool) string {
	if everybody {
		return fmt.Sprintf("report-%d-everybody.csv", report)
	}
	return fmt.Sprintf("report-%d.csv", report)
}

// ListFileComment returns the text that is posted with a CSV file.
func ListFileComment(n storage.Note, r storage.Report, sc storage.Scan) string {
	const use = "Open it in a spreadsheet program to sort and filter. Later decisions are not included."
	if n.Kind == storage.NoteFullList {
		return fmt.Sprintf("*Everyone as CSV*, for %s: %s on %s, each with the list and the reason. %s", Mention(n.By), People(sc.People), LocalTime(sc.EndedAt), use)
	}
	return fmt.Sprintf("*Report %d as CSV*: %s on %s. %s", r.ID, People(r.Candidates), LocalTime(sc.EndedAt), use)
}

// listFileFailure says why a CSV file was not posted, and what to do.
func listFileFailure(n storage.Note, by string) string {
	text := "The CSV file that " + by + " requested could not be posted. "
	switch n.Text {
	case "missing_scope":
		return text + "Slack does not let the bot upload files. Install the app again with the manifest, which has the scope `files:write`, then press " + exportLabel + " again."
	case string(storage.CauseNotKept):
		return text + listsExpired
	case "no_answer":
		return text + "Slack gave no clear response for a day. Press " + exportLabel + " again."
	}
	return text + "Slack rejected the file (" + Code(n.Text) + "). Check the file settings of the workspace."
}

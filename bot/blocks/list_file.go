package blocks

import (
	"fmt"

	"inactivebot/storage"
)

// SheetComment is what stands beside a list that is uploaded as a file.
func SheetComment(n storage.Note, r storage.Report, sc storage.Scan) string {
	const use = "Open it in a spreadsheet program to sort and filter. What has been decided since is not in it."
	if n.Kind == storage.NoteEverybody {
		return fmt.Sprintf("*Everybody* as a list, for %s: %s on %s, each with the group and the reason. %s", Mention(n.By), People(sc.People), Local(sc.EndedAt), use)
	}
	return fmt.Sprintf("*Report %d as a list*: %s on %s. %s", r.ID, People(r.Candidates), Local(sc.EndedAt), use)
}

// listFileFailure says why there is no list, and the way out.
func listFileFailure(n storage.Note, by string) string {
	text := "The list of everybody that " + by + " asked for could not be put here. "
	switch n.Text {
	case "missing_scope":
		return text + "Slack lets the bot upload no files: install the app again with the manifest, which has the scope `files:write`, then press Everybody as CSV again."
	case string(storage.CauseForgotten):
		return text + "It is kept for the last two scans only: type `/inactive scan` for a new one."
	case "no_answer":
		return text + "Slack gave no clear answer for a day. Press Everybody as CSV again."
	}
	return text + "Slack refused the file (" + Code(n.Text) + "): see the workspace's rules for files."
}

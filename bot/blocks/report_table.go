package blocks

import (
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	// maxTableRows is the number of people in a table. Slack allows 200 rows; more
	// than this are hard to read.
	maxTableRows = 100
	// tablePageSize is the number of rows on a page of the table.
	tablePageSize = 25
	// maxTableText is the length of all text in a table, in code points. Every
	// version of Slack allows 10,000.
	maxTableText = 9000
	// maxCell is the length of a name or an email in a cell, in code points.
	maxCell = 40
	// otherCells is the greatest length of a row's text other than name and email:
	// the date, the state and the buttons with their fallbacks.
	otherCells = 60
)

// table lists the people in one table. Readers sort, filter and page it in Slack,
// see https://docs.slack.dev/reference/block-kit/blocks/data-table-block.
func (r Report) table() slack.Block {
	t := slack.NewDataTableBlock("People who have not used "+Product(r.Scan.Product)+" for "+daysText(r.Scan.InactiveDays), slack.DataTableBlockOptionBlockID(r.id("people"))).
		WithPageSize(tablePageSize)
	t.AddRow(rawCells("Person", "Email", "Last active", "State", "Action", "More")...)
	for _, c := range r.visiblePeople() {
		name, id := nameAndID(c.Person)
		t.AddRow(rawCell(truncate(name, maxCell)), rawCell(truncate(id, maxCell)), lastActiveCell(c.Row), r.stateCell(c), r.actionCell(c), r.moreCell(c))
	}
	return t
}

// tableRowCount returns how many people fit in a table in any state.
func tableRowCount(people []storage.Candidate) int {
	size := 0
	for i, c := range people[:min(maxTableRows, len(people))] {
		name, id := nameAndID(c.Person)
		size += utf8.RuneCountInString(truncate(name, maxCell)) + utf8.RuneCountInString(truncate(id, maxCell)) + otherCells
		if size > maxTableText {
			return i
		}
	}
	return min(maxTableRows, len(people))
}

func rawCell(text string) slack.DataTableCell { return slack.NewDataTableRawTextCell(text) }

func rawCells(all ...string) (cells []slack.DataTableCell) {
	for _, text := range all {
		cells = append(cells, rawCell(text))
	}
	return cells
}

// lastActiveCell shows the date and sorts by it.
func lastActiveCell(row storage.Row) slack.DataTableCell {
	if row.LastActive.IsZero() {
		return slack.NewDataTableRawNumberCell(0).WithText("no activity on record")
	}
	return slack.NewDataTableRawNumberCell(float64(row.LastActive.Unix() / int64(24*time.Hour/time.Second))).WithText(Date(row.LastActive))
}

// stateCell is the state of a person in a few words. Browse and the thread have
// the details.
func (r Report) stateCell(c storage.Candidate) slack.DataTableCell {
	switch {
	case c.Step.AccountID != "":
		return rawCell(stateWord(c.Step))
	case c.Exclusion.AccountID != "":
		by := slack.NewRichTextSection(slack.NewRichTextSectionTextElement("excluded by ", nil), slack.NewRichTextSectionUserElement(c.Exclusion.By, nil))
		return slack.NewDataTableRichTextCell(by)
	case c.Rule != "":
		return rawCell("excluded by a rule")
	case c.Row.ServiceAccount:
		return rawCell("service account?")
	case c.Row.New && !r.PreviousAt.IsZero():
		return rawCell("new")
	}
	return rawCell("–")
}

// stateWord returns the state of a step in a few words.
func stateWord(st storage.Step) string {
	switch st.State {
	case storage.StepPending:
		return "to be suspended"
	case storage.StepClaimed:
		return "sent, not confirmed"
	case storage.StepRestoring:
		return "being restored"
	case storage.StepFailed:
		if st.Unclear() {
			return "unclear"
		}
		return "not suspended"
	case storage.StepSuspended, storage.StepSkipped, storage.StepRestored:
	}
	return string(st.State)
}

// actionCell is the button for the person.
func (r Report) actionCell(c storage.Candidate) slack.DataTableCell {
	var b *slack.ButtonBlockElement
	switch {
	case c.Step.AccountID != "":
		b = r.stepButton(c)
	case c.Exclusion.AccountID != "":
		b = r.rowButton(c, ActionUndoExclude, "Undo", "Undo the exclusion of ")
	case c.Rule == "":
		b = r.rowButton(c, ActionExclude, "Exclude", "Exclude ")
	}
	return buttonCell(b, "see Browse")
}

// moreCell is the button that changes an exclusion.
func (r Report) moreCell(c storage.Candidate) slack.DataTableCell {
	if c.Step.AccountID != "" || c.Exclusion.AccountID == "" {
		return rawCell("–")
	}
	return buttonCell(r.rowButton(c, ActionExcludeDetails, "Reason", "Add a reason or an end to the exclusion of "), "–")
}

// buttonCell holds a button, with a text for clients that cannot show it.
func buttonCell(b *slack.ButtonBlockElement, fallback string) slack.DataTableCell {
	if b == nil {
		return rawCell("–")
	}
	return slack.NewDataTableActionCell(b).WithFallback(rawCell(fallback))
}

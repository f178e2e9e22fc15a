package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// VisibleRows is the number of people listed in the message. Browse has the others.
const VisibleRows = 15

// maxRows is the number of people in the message of a report that has ended and
// has no Browse: the first ones, then people who were not suspended.
const maxRows = VisibleRows + 10

// people are the blocks that list people, in the configured layout.
func (r Report) people() []slack.Block {
	if r.Table && len(r.visiblePeople()) > 0 {
		return []slack.Block{r.table()}
	}
	return r.rows()
}

// visibleCount is the number of people in the message of a live report.
func (r Report) visibleCount() int {
	if r.Table {
		return tableRowCount(r.Candidates)
	}
	return min(VisibleRows, len(r.Candidates))
}

// rows lists people, one a row. The rows of a live report never move.
func (r Report) rows() []slack.Block {
	var out []slack.Block
	for i, c := range r.visiblePeople() {
		id := r.id(fmt.Sprintf("row%d", i))
		if r.editable() && c.Step.AccountID == "" && c.Exclusion.AccountID != "" {
			out = append(out, r.excludedRow(id, c)...)
		} else {
			out = append(out, r.row(id, c))
		}
	}
	return out
}

// visiblePeople are the people in the message. A retired report shows only people
// with a step: it is a record of what was done.
func (r Report) visiblePeople() (out []storage.Candidate) {
	n := r.visibleCount()
	first, rest := r.Candidates[:n], r.Candidates[n:]
	if r.Report.State.Live() {
		return first
	}
	for _, c := range first {
		if !r.retired() || c.Step.AccountID != "" {
			out = append(out, c)
		}
	}
	for i := range rest {
		if !r.Table && len(out) < maxRows && isException(rest[i].Step) {
			out = append(out, rest[i])
		}
	}
	return out
}

// isException reports whether a step did not end as approved.
func isException(st storage.Step) bool {
	return st.State == storage.StepFailed || st.State == storage.StepSkipped || st.Problem != ""
}

// moreText says where to find the people who are not in the message.
func (r Report) moreText() string {
	if r.Report.State.Live() {
		if n := len(r.Candidates) - r.visibleCount(); n > 0 {
			return fmt.Sprintf("and %s more: press Browse to see them all.", number(n))
		}
		return ""
	}
	n := -len(r.visiblePeople())
	for i := range r.Candidates {
		if !r.retired() || r.Candidates[i].Step.AccountID != "" {
			n++
		}
	}
	if n > 0 {
		return fmt.Sprintf("and %s more: type `/inactive suspended` to see who is suspended.", number(n))
	}
	return ""
}

// row is one person with their state and the button for it.
func (r Report) row(id string, c storage.Candidate) slack.Block {
	var text string
	var b *slack.ButtonBlockElement
	switch {
	case c.Step.State == storage.StepPending && c.Exclusion.AccountID != "":
		text = ":leftwards_arrow_with_hook: will be skipped: " + ExclusionText(c.Exclusion)
	case c.Step.AccountID != "":
		text, b = stepText(c.Step), r.stepButton(c)
	case c.Exclusion.AccountID != "":
		text, b = ExclusionText(c.Exclusion), r.rowButton(c, ActionUndoExclude, "Undo", "Undo the exclusion of ")
	case c.Rule != "":
		text = "excluded by the rule " + Code(c.Rule)
	default:
		text, b = r.evidence(c.Row), r.rowButton(c, ActionExclude, "Exclude", "Exclude ")
	}
	return section(id, PersonLabel(c.Person)+"\n"+text, b)
}

// evidence says why the person is listed.
func (r Report) evidence(row storage.Row) string {
	parts := []string{lastActive(row)}
	if !row.LastActive.IsZero() {
		parts[0] += ", " + daysText(days(row.LastActive, r.Scan.StartedAt)) + " ago"
	}
	if row.ServiceAccount {
		parts = append(parts, "_service account?_")
	}
	if row.New && !r.PreviousAt.IsZero() {
		parts = append(parts, "*new*")
	}
	return strings.Join(parts, " · ")
}

func lastActive(row storage.Row) string {
	if row.LastActive.IsZero() {
		return "no activity on record"
	}
	return "last active " + Date(row.LastActive)
}

// ExclusionText returns who excluded a person, until when and why.
func ExclusionText(e storage.Exclusion) string {
	s := "excluded by " + Mention(e.By) + untilText(e.Until)
	if reason := escapeShort(e.Reason, 2*maxName); reason != "" {
		s += ": " + reason
	}
	return s
}

// excludedRow is an excluded person on one line, with the buttons below it. It has
// about the height of other rows.
func (r Report) excludedRow(id string, c storage.Candidate) []slack.Block {
	label := "Add reason or end date"
	if c.Exclusion.Reason != "" || !c.Exclusion.Until.IsZero() {
		label = "Change reason or end date"
	}
	return []slack.Block{
		section(id, PersonLabel(c.Person)+" · "+ExclusionText(c.Exclusion), nil),
		actions(id+".excluded",
			r.rowButton(c, ActionUndoExclude, "Undo", "Undo the exclusion of "),
			r.rowButton(c, ActionExcludeDetails, label, label+" for "),
		),
	}
}

// editable reports whether people can be excluded in the report.
func (r Report) editable() bool {
	return r.Report.State == storage.ReportOpen || r.Report.State == storage.ReportLocked
}

// rowButton is a button for one person. It is nil if the report is not editable.
func (r Report) rowButton(c storage.Candidate, action, label, spoken string) *slack.ButtonBlockElement {
	if !r.editable() {
		return nil
	}
	return withLabel(button(action, r.rowValue(c), label), spoken+plainName(c.Person))
}

func (r Report) rowValue(c storage.Candidate) string {
	return fmt.Sprintf("%d.%s", r.Report.ID, c.Row.AccountID)
}

// stepButton restores a person. It is nil if no suspension is or may be in effect.
func (r Report) stepButton(c storage.Candidate) *slack.ButtonBlockElement {
	if !c.Step.Restorable() {
		return nil
	}
	return withLabel(button(ActionRestore, r.rowValue(c), "Restore"), "Restore "+plainName(c.Person))
}

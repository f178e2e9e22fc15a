package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Rows is how many people stand in the message itself; the rest are in Browse.
const Rows = 15

// maxRows is how many people stand in the message of a report that has ended,
// which has no Browse: the first, and beyond them whoever was not suspended.
const maxRows = Rows + 10

// people are the people in the message, in the layout that is set.
func (r Report) people() []slack.Block {
	if r.Table && len(r.visiblePeople()) > 0 {
		return []slack.Block{r.table()}
	}
	return r.rows()
}

// visibleCount is how many people stand in the message of a live report.
func (r Report) visibleCount() int {
	if r.Table {
		return tableRowCount(r.Candidates)
	}
	return min(Rows, len(r.Candidates))
}

// rows are the people in the message. Those of a live report are always in the
// same place.
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

// visiblePeople are the people in the message. A report that has been retired is a
// record of what was done, and no longer of who was listed.
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

// isException reports whether a step did not end as it was approved.
func isException(st storage.Step) bool {
	return st.State == storage.StepFailed || st.State == storage.StepSkipped || st.Problem != ""
}

// moreText says where those are who do not stand in the message.
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

// row is one person with what has become of them and the button that goes with it.
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
	return section(id, Who(c.Person)+"\n"+text, b)
}

// evidence is why the person is listed.
func (r Report) evidence(row storage.Row) string {
	parts := []string{lastActive(row)}
	if !row.LastActive.IsZero() {
		parts[0] += ", " + daysText(days(row.LastActive, r.Scan.StartedAt)) + " ago"
	}
	if row.ServiceAccount {
		parts = append(parts, "_service account?_")
	}
	if row.New && !r.Since.IsZero() {
		parts = append(parts, "*new*")
	}
	return strings.Join(parts, " · ")
}

func lastActive(row storage.Row) string {
	if row.LastActive.IsZero() {
		return "no use on record"
	}
	return "last active " + Day(row.LastActive)
}

// ExclusionText is an exclusion in words: by whom, until when, why.
func ExclusionText(e storage.Exclusion) string {
	s := "excluded by " + Mention(e.By) + untilText(e.Until)
	if reason := escapeShort(e.Reason, 2*maxName); reason != "" {
		s += ": " + reason
	}
	return s
}

// excludedRow is somebody who was excluded, in about the height of any other row:
// one line, and under it what can be done about it.
func (r Report) excludedRow(id string, c storage.Candidate) []slack.Block {
	label := "Add reason or end date"
	if c.Exclusion.Reason != "" || !c.Exclusion.Until.IsZero() {
		label = "Change reason or end date"
	}
	return []slack.Block{
		section(id, Who(c.Person)+" · "+ExclusionText(c.Exclusion), nil),
		actions(id+".excluded",
			r.rowButton(c, ActionUndoExclude, "Undo", "Undo the exclusion of "),
			r.rowButton(c, ActionExcludeDetails, label, label+" for "),
		),
	}
}

// editable reports whether people can be excluded in the message.
func (r Report) editable() bool {
	return r.Report.State == storage.ReportOpen || r.Report.State == storage.ReportLocked
}

// rowButton is a person's button; only a report that can still change has them.
func (r Report) rowButton(c storage.Candidate, action, label, says string) *slack.ButtonBlockElement {
	if !r.editable() {
		return nil
	}
	return withLabel(button(action, r.rowValue(c), label), says+plainName(c.Person))
}

func (r Report) rowValue(c storage.Candidate) string {
	return fmt.Sprintf("%d.%s", r.Report.ID, c.Row.AccountID)
}

// stepButton is the way back, which stays as long as there is one.
func (r Report) stepButton(c storage.Candidate) *slack.ButtonBlockElement {
	if c.Step.State != storage.StepSuspended && c.Step.State != storage.StepClaimed {
		return nil
	}
	return withLabel(button(ActionRestore, r.rowValue(c), "Restore"), "Restore "+plainName(c.Person))
}

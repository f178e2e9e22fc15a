package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// everyoneButton opens the lists of all people. It is nil in a retired report.
func (r Report) everyoneButton() *slack.ButtonBlockElement {
	if r.retired() {
		return nil
	}
	return withLabel(button(ActionLanes, r.value(), "See everyone"), "See everyone: all lists, with the reasons")
}

// controls is the row of buttons for the whole report.
func (r Report) controls() []slack.Block {
	browse := withLabel(button(ActionBrowse, r.value(), "Browse"), "Browse everyone in report "+r.value())
	scan := button(ActionScanAgain, r.value(), "Scan again")
	var row []slack.BlockElement
	switch r.Report.State {
	case storage.ReportOpen:
		row = r.openControls(browse)
	case storage.ReportLocked:
		row = []slack.BlockElement{scan, r.overrideButton(), browse}
	case storage.ReportAwaiting:
		row = []slack.BlockElement{r.secondApproveButton(), r.closeButton("Withdraw request", "Withdraw request to approve batch "), browse}
	case storage.ReportExecuting:
		row = []slack.BlockElement{withLabel(button(ActionStop, r.batchValue(), "Stop"), "Stop batch "+r.batchValue()), browse}
	case storage.ReportStopped:
		row = []slack.BlockElement{
			withLabel(button(ActionResume, r.batchValue(), "Resume"), "Resume batch "+r.batchValue()),
			r.closeButton("Close batch", "Close batch and give up the rest: batch "), browse,
		}
	case storage.ReportExpired:
		row = []slack.BlockElement{scan}
	case storage.ReportDone, storage.ReportSuperseded:
		return nil
	}
	return []slack.Block{actions(r.id("controls"), row...)}
}

func (r Report) overrideButton() *slack.ButtonBlockElement {
	return withLabel(button(ActionOverride, r.value(), "Override lock"), "Override lock of report "+r.value())
}

// closeButton ends the batch without suspending anyone else.
func (r Report) closeButton(text, label string) *slack.ButtonBlockElement {
	return withLabel(button(ActionClose, r.batchValue(), text), label+r.batchValue())
}

// secondApproveButton opens the second approver's confirmation.
func (r Report) secondApproveButton() slack.BlockElement {
	b := button(ActionSecondApprove, secondValue(r.Batch), "Approve (2 of 2)")
	return dangerous(withLabel(b, "Approve (2 of 2): suspend "+People(r.Batch.People)))
}

// openControls are the buttons of an open report.
func (r Report) openControls(browse slack.BlockElement) []slack.BlockElement {
	n := r.Open()
	if n == 0 || r.ReportOnly || r.WaitForBatch != 0 {
		return []slack.BlockElement{browse}
	}
	label := fmt.Sprintf("Suspend all (%s)", number(n))
	suspend := dangerous(button(ActionSuspendAll, r.value(), label))
	return []slack.BlockElement{withLabel(suspend, label+" of report "+r.value()), browse}
}

// batchControls are the result of the last batch, unless the headline has it, and
// the buttons that undo suspensions while there are any.
func (r Report) batchControls() []slack.Block {
	var out []slack.Block
	if r.Report.State == storage.ReportOpen || r.retired() {
		out = append(out, contextText(r.id("batch"), r.batchRecord()))
	}
	var undo []slack.BlockElement
	if r.stepCounts(0).restorable() > 0 {
		undo = append(undo, button(ActionRestorePerson, r.batchValue(), "Restore a person"))
	}
	if r.stepCounts(r.Batch.ID).restorable() > 0 {
		undo = append(undo, withLabel(button(ActionUndoBatch, r.batchValue(), "Undo this batch"), "Undo this batch: batch "+r.batchValue()))
	}
	if len(undo) > 0 {
		out = append(out, actions(r.id("back"), undo...))
	}
	return out
}

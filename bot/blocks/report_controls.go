package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// everyoneButton opens the lists behind the sum; only a report that is not retired
// has them.
func (r Report) everyoneButton() *slack.ButtonBlockElement {
	if r.retired() {
		return nil
	}
	return withLabel(button(ActionLanes, r.value(), "Who is where"), "Who is where: every list, and why")
}

// controls are the buttons of the whole report, one row of them.
func (r Report) controls() []slack.Block {
	browse := withLabel(button(ActionBrowse, r.value(), "Browse"), "Browse everybody in report "+r.value())
	scan := button(ActionScanAgain, r.value(), "Scan again")
	var row []slack.BlockElement
	switch r.Report.State {
	case storage.ReportOpen:
		row = r.openControls(browse)
	case storage.ReportLocked:
		row = []slack.BlockElement{scan, withLabel(button(ActionOverride, r.value(), "Override"), "Override the safety lock of report "+r.value()), browse}
	case storage.ReportAwaiting:
		row = []slack.BlockElement{r.secondApproveButton(), withLabel(button(ActionClose, r.batchValue(), "Close"), "Close batch "+r.batchValue()+" without a second approval"), browse}
	case storage.ReportExecuting:
		row = []slack.BlockElement{withLabel(button(ActionStop, r.batchValue(), "Stop"), "Stop batch "+r.batchValue()), browse}
	case storage.ReportStopped:
		row = []slack.BlockElement{
			withLabel(button(ActionResume, r.batchValue(), "Resume"), "Resume batch "+r.batchValue()),
			withLabel(button(ActionClose, r.batchValue(), "Close"), "Close batch "+r.batchValue()+" and give up the rest"), browse,
		}
	case storage.ReportExpired:
		row = []slack.BlockElement{scan}
	case storage.ReportDone, storage.ReportSuperseded:
		return nil
	}
	return []slack.Block{actions(r.id("controls"), row...)}
}

// secondApproveButton is the secondApproveButton approver's button, with the one confirmation it needs.
func (r Report) secondApproveButton() slack.BlockElement {
	n := People(r.Batch.People)
	b := dangerous(withLabel(button(ActionSecondApprove, r.batchValue(), "Approve as second"), "Approve as second: suspend "+n))
	b.Confirm = slack.NewConfirmationBlockObject(plain("Suspend "+n+"?"), plain("They lose every app of the directory until they are restored. Whoever came back or was excluded is skipped."), plain("Suspend"), plain("Cancel"))
	return b
}

func (r Report) openControls(browse slack.BlockElement) []slack.BlockElement {
	n := r.Open()
	if n == 0 || r.Only || r.WaitFor != 0 {
		return []slack.BlockElement{browse}
	}
	label := fmt.Sprintf("Suspend all (%d)", n)
	suspend := dangerous(button(ActionSuspendAll, r.value(), label))
	return []slack.BlockElement{withLabel(suspend, label+" of report "+r.value()), browse}
}

// batchControls are the record of the last batch where the lead is not, and the
// way back for as long as there is something to restore.
func (r Report) batchControls() []slack.Block {
	var out []slack.Block
	if r.Report.State == storage.ReportOpen || r.retired() {
		out = append(out, contextText(r.id("batch"), r.batchRecord()))
	}
	var back []slack.BlockElement
	if everybody := r.stepCounts(0); everybody.suspended+everybody.sent > 0 {
		back = append(back, button(ActionRestoreSomebody, r.batchValue(), "Restore somebody"))
	}
	if last := r.stepCounts(r.Batch.ID); last.suspended+last.sent > 0 {
		back = append(back, withLabel(button(ActionUndoBatch, r.batchValue(), "Undo this batch"), "Undo this batch: batch "+r.batchValue()))
	}
	if len(back) > 0 {
		out = append(out, actions(r.id("back"), back...))
	}
	return out
}

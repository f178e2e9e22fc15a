package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Report is all that a report's message shows.
type Report struct {
	Report     storage.Report
	Scan       storage.Scan
	Candidates []storage.Candidate // everybody the report lists, in order.
	Batch      storage.Batch       // the report's last batch; zero before the first.
	Since      time.Time           // the report before this one; zero: there is none.
	Newer      string              // permalink of the report that took this one's place.
	WaitFor    uint64              // the unfinished batch of another report, 0 for none.
	NextFrom   time.Time           // from when the approver may go on; zero: at once.
	Only       bool                // reports only: nothing can be suspended.
	Table      bool                // the people stand in one table, not in rows.
	Paused     storage.Pause       // zero: suspensions are not paused.
}

// Message renders the report in the state it is in.
func (r Report) Message() Message {
	if !r.Report.SweptAt.IsZero() {
		return r.swept()
	}
	lead, detail := r.lead(), r.detail()
	text := sentences("*"+lead+"*", detail)
	m := Message{Text: sentences(lead, detail, r.asked()), Young: r.Table && len(r.shown()) > 0}
	if len(r.Candidates) == 0 && r.Report.State == storage.ReportOpen {
		m.Blocks = []slack.Block{section(r.id("lead"), text, r.lanesButton())}
		return m
	}
	m.Blocks = []slack.Block{section(r.id("lead"), text, nil), section(r.id("sum"), r.sum(), r.lanesButton())}
	m.Blocks = append(m.Blocks, r.controls()...)
	m.Blocks = append(m.Blocks, r.people()...)
	m.Blocks = append(m.Blocks, r.below()...)
	return m
}

// swept is what is left of a report after the time for which names are kept.
func (r Report) swept() Message {
	text := fmt.Sprintf("Report %d of %s listed %s. Whom it listed was deleted on %s: names are kept for a limited time only.",
		r.Report.ID, Day(r.Report.CreatedAt), People(r.Report.Candidates), Day(r.Report.SweptAt))
	return Message{Text: text, Blocks: []slack.Block{section(r.id("lead"), text, nil)}}
}

// id is a block id that is new in every version of the message.
func (r Report) id(name string) string {
	return fmt.Sprintf("r%d.v%d.%s", r.Report.ID, r.Report.Version, name)
}

func (r Report) value() string { return fmt.Sprint(r.Report.ID) }

func (r Report) batchValue() string { return fmt.Sprint(r.Batch.ID) }

// retired reports whether a newer report, or time, has ended this one.
func (r Report) retired() bool {
	return r.Report.State == storage.ReportSuperseded || r.Report.State == storage.ReportExpired
}

// Open is how many people nothing has been decided about.
func (r Report) Open() (n int) {
	for i := range r.Candidates {
		if r.Candidates[i].Open() {
			n++
		}
	}
	return n
}

// sum is one line that adds up to everybody the scan met.
func (r Report) sum() string {
	lane := func(name string) int { return r.Scan.Lanes[name] }
	listed, elsewhere, managed := lane("inactive"), lane("active_elsewhere"), lane("idp_managed")
	unused := listed + elsewhere + managed
	inactive := number(unused) + " inactive"
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{{listed, "listed"}, {elsewhere, verb(elsewhere, "uses", "use") + " other apps"}, {managed, "managed by your identity provider"}} {
		if part.n > 0 {
			parts = append(parts, number(part.n)+" "+part.text)
		}
	}
	if len(parts) > 0 {
		inactive += ": " + strings.Join(parts, ", ")
	}
	active, never := lane("active"), lane("never_active")
	return fmt.Sprintf("%s: %s active · %s · %s never used %s · %s other",
		People(r.Scan.People), number(active), inactive, number(never), Product(r.Scan.Product), number(r.Scan.People-active-never-unused))
}

// lanesButton opens the lists behind the sum; only a report that is not retired
// has them.
func (r Report) lanesButton() *slack.ButtonBlockElement {
	if r.retired() {
		return nil
	}
	return about(button(ActionLanes, r.value(), "Who is where"), "Who is where: every list, and why")
}

// controls are the buttons of the whole report, one row of them.
func (r Report) controls() []slack.Block {
	browse := about(button(ActionBrowse, r.value(), "Browse"), "Browse everybody in report "+r.value())
	scan := button(ActionScanAgain, r.value(), "Scan again")
	var row []slack.BlockElement
	switch r.Report.State {
	case storage.ReportOpen:
		row = r.openControls(browse)
	case storage.ReportLocked:
		row = []slack.BlockElement{scan, about(button(ActionOverride, r.value(), "Override"), "Override the safety lock of report "+r.value()), browse}
	case storage.ReportAwaiting:
		row = []slack.BlockElement{r.second(), about(button(ActionClose, r.batchValue(), "Close"), "Close batch "+r.batchValue()+" without a second approval"), browse}
	case storage.ReportExecuting:
		row = []slack.BlockElement{about(button(ActionStop, r.batchValue(), "Stop"), "Stop batch "+r.batchValue()), browse}
	case storage.ReportStopped:
		row = []slack.BlockElement{
			about(button(ActionResume, r.batchValue(), "Resume"), "Resume batch "+r.batchValue()),
			about(button(ActionClose, r.batchValue(), "Close"), "Close batch "+r.batchValue()+" and give up the rest"), browse,
		}
	case storage.ReportExpired:
		row = []slack.BlockElement{scan}
	case storage.ReportDone, storage.ReportSuperseded:
		return nil
	}
	return []slack.Block{actions(r.id("controls"), row...)}
}

// second is the second approver's button, with the one confirmation it needs.
func (r Report) second() slack.BlockElement {
	n := People(r.Batch.People)
	b := dangerous(about(button(ActionSecondApprove, r.batchValue(), "Approve as second"), "Approve as second: suspend "+n))
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
	return []slack.BlockElement{about(suspend, label+" of report "+r.value()), browse}
}

// below is what stands under the people.
func (r Report) below() []slack.Block {
	var out []slack.Block
	if more := r.more(); more != "" {
		out = append(out, small(r.id("more"), more))
	}
	if r.Batch.ID != 0 && r.Report.State != storage.ReportExecuting {
		out = append(out, r.batchControls()...)
	}
	return append(out, small(r.id("foot"), r.foot()))
}

// batchControls are the record of the last batch where the lead is not, and the
// way back for as long as there is something to restore.
func (r Report) batchControls() []slack.Block {
	var out []slack.Block
	if r.Report.State == storage.ReportOpen || r.retired() {
		out = append(out, small(r.id("batch"), r.record()))
	}
	var back []slack.BlockElement
	if everybody := r.tally(0); everybody.suspended+everybody.sent > 0 {
		back = append(back, button(ActionRestoreSomebody, r.batchValue(), "Restore somebody"))
	}
	if last := r.tally(r.Batch.ID); last.suspended+last.sent > 0 {
		back = append(back, about(button(ActionUndoBatch, r.batchValue(), "Undo this batch"), "Undo this batch: batch "+r.batchValue()))
	}
	if len(back) > 0 {
		out = append(out, actions(r.id("back"), back...))
	}
	return out
}

// foot is the small print: what this message is and how long it holds.
func (r Report) foot() string {
	name := fmt.Sprintf("Report %d of %s", r.Report.ID, Local(r.Report.CreatedAt))
	switch {
	case r.Report.State == storage.ReportSuperseded && r.Newer != "":
		return fmt.Sprintf("%s · replaced by <%s|report %d>", name, r.Newer, r.Report.SupersededBy)
	case r.Report.State == storage.ReportSuperseded && r.Report.SupersededBy == 0:
		return name + " · no longer valid: type `/inactive scan` for a new one"
	case r.Report.State == storage.ReportSuperseded:
		return fmt.Sprintf("%s · replaced by report %d", name, r.Report.SupersededBy)
	case r.Report.State == storage.ReportExpired:
		return name + " · too old to act on: press Scan again for a new one"
	case r.Report.State != storage.ReportOpen:
		return name
	case r.Only:
		return name + " · set to report only: nobody can be suspended from here"
	}
	return fmt.Sprintf("%s · activity may be up to 24 hours old · can be acted on until %s", name, Local(r.Report.ExpiresAt))
}

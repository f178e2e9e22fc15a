package blocks

import (
	"fmt"
	"strings"

	"inactivebot/storage"
)

// stepCounts counts steps by their result. A failed step was definitely refused;
// for an unclear one it is not known whether the request took effect.
type stepCounts struct{ pending, sent, suspended, failed, unclear, skipped, restoring, restored int }

// stepCounts counts the steps of one batch, or of all batches of the report for 0.
func (r Report) stepCounts(batch uint64) (c stepCounts) {
	for i := range r.Candidates {
		if st := &r.Candidates[i].Step; st.AccountID != "" && (batch == 0 || st.BatchID == batch) {
			c.add(*st)
		}
	}
	return c
}

func (c *stepCounts) add(st storage.Step) {
	switch st.State {
	case storage.StepPending:
		c.pending++
	case storage.StepClaimed:
		c.sent++
	case storage.StepSuspended:
		c.suspended++
	case storage.StepFailed:
		if st.Unclear() {
			c.unclear++
		} else {
			c.failed++
		}
	case storage.StepSkipped:
		c.skipped++
	case storage.StepRestoring:
		c.restoring++
	case storage.StepRestored:
		c.restored++
	}
}

// restorable is the number of people who are or may be suspended. It leaves out
// those who wait to be sent again.
func (c stepCounts) restorable() int { return c.suspended + c.sent + c.unclear }

// summary returns the counts in words, always with the suspended people. None is
// the word for no people, which begins the text.
func (c stepCounts) summary(none string) string {
	suspended := none
	if c.suspended > 0 {
		suspended = People(c.suspended)
	}
	return strings.Join(append([]string{suspended + " suspended"}, c.otherResults()...), ", ")
}

// otherResults returns the counts other than suspended that are not zero.
func (c stepCounts) otherResults() (parts []string) {
	for _, part := range []struct {
		n    int
		text string
	}{
		{c.skipped, "skipped"},
		{c.failed, "failed"},
		{c.unclear, "unclear"},
		{c.restoring, "being restored"},
		{c.restored, "restored"},
		{c.sent, "sent and not confirmed yet"},
		{c.pending, "to go"},
	} {
		if part.n > 0 {
			parts = append(parts, number(part.n)+" "+part.text)
		}
	}
	return parts
}

// undone reports whether every suspension that is known was restored.
func (c stepCounts) undone() bool {
	return c.restored > 0 && c.suspended+c.sent+c.restoring+c.pending == 0
}

// undoneText is the summary of a report without a suspension left.
func (c stepCounts) undoneText() string {
	s := "The suspension was undone."
	if c.restored > 1 {
		s = "All " + number(c.restored) + " suspensions were undone."
	}
	if c.skipped > 0 {
		s += " " + People(c.skipped) + " had been skipped."
	}
	if c.failed > 0 {
		s += " " + People(c.failed) + " could not be suspended."
	}
	if c.unclear > 0 {
		s += " " + number(c.unclear) + " " + plural(c.unclear, "result is", "results are") + " unclear."
	}
	return s
}

// runningText is the headline while a batch runs.
func (r Report) runningText() string {
	c := r.stepCounts(r.Batch.ID)
	progress := c.otherResults()
	if c.suspended > 0 {
		progress = append([]string{number(c.suspended) + " suspended"}, progress...)
	}
	return fmt.Sprintf("Suspending %s, approved by %s: %s.", People(r.Batch.People), Mention(r.Batch.ApprovedBy()), strings.Join(progress, ", "))
}

// stoppedText is the headline of a stopped batch.
func (r Report) stoppedText() string {
	s := "Stopped"
	if r.Batch.StopReason == stopPressed {
		s += " by " + Mention(r.Batch.StoppedBy)
	}
	return s + ": " + r.stepCounts(r.Batch.ID).summary("no one") + "."
}

// stopExplanation says why a batch stopped and how to continue.
func (r Report) stopExplanation() string {
	if r.Batch.StopReason == stopPressed {
		return resumeHint
	}
	return joinSentences(StopReason(r.Batch.StopReason, r.Batch.StoppedBy), resumeHint)
}

// resumeHint says how to continue after a stop.
const resumeHint = "No one else is suspended until an approver presses Resume. Close batch gives up the rest."

// finishedText is the headline of a report whose last batch has ended.
func (r Report) finishedText() string {
	c := r.stepCounts(0)
	if c.undone() {
		return c.undoneText()
	}
	s := c.summary("No one")
	if n := r.batchCount(); n > 1 {
		s += fmt.Sprintf(", in %d batches", n)
	}
	return s + "."
}

// batchCount is the number of batches with a step in the report.
func (r Report) batchCount() int {
	seen := map[uint64]bool{}
	for i := range r.Candidates {
		if st := &r.Candidates[i].Step; st.AccountID != "" {
			seen[st.BatchID] = true
		}
	}
	return len(seen)
}

// approvalText says who approved the last batch, and who undid it.
func (r Report) approvalText() string {
	s := fmt.Sprintf("Batch %d was approved by %s on %s.", r.Batch.ID, Mention(r.Batch.ApprovedBy()), LocalTime(r.Batch.ApprovedAt()))
	if r.Batch.UndoneBy != "" {
		s += " Undone by " + Mention(r.Batch.UndoneBy) + "."
	}
	return s
}

// batchRecord is the result of the last batch, and from when the same approver
// can approve another.
func (r Report) batchRecord() string {
	s := r.stepCounts(r.Batch.ID).summary("No one") + ". " + r.approvalText()
	if !r.NextFrom.IsZero() && r.Report.State == storage.ReportOpen {
		s += " The same approver can suspend more people from " + LocalTime(r.NextFrom) + "."
	}
	return s
}

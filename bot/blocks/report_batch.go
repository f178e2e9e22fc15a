package blocks

import (
	"fmt"
	"strings"

	"inactivebot/storage"
)

// stepCounts counts what became of people. Failed are definite refusals, unclear are
// those where nobody knows.
type stepCounts struct{ pending, sent, suspended, failed, unclear, skipped, restoring, restored int }

// stepCounts counts one batch, or all batches of the report for 0.
func (r Report) stepCounts(batch uint64) (t stepCounts) {
	for i := range r.Candidates {
		if st := &r.Candidates[i].Step; st.AccountID != "" && (batch == 0 || st.BatchID == batch) {
			t.add(*st)
		}
	}
	return t
}

func (t *stepCounts) add(st storage.Step) {
	switch st.State {
	case storage.StepPending:
		t.pending++
	case storage.StepClaimed:
		t.sent++
	case storage.StepSuspended:
		t.suspended++
	case storage.StepFailed:
		if st.Reason == storage.FailUnclear {
			t.unclear++
		} else {
			t.failed++
		}
	case storage.StepSkipped:
		t.skipped++
	case storage.StepRestoring:
		t.restoring++
	case storage.StepRestored:
		t.restored++
	}
}

// summary are the counts in words, the suspended always among them. They begin
// with a number or with nobody, the word for none.
func (t stepCounts) summary(nobody string) string {
	suspended := nobody
	if t.suspended > 0 {
		suspended = People(t.suspended)
	}
	return strings.Join(append([]string{suspended + " suspended"}, t.otherResults()...), ", ")
}

// otherResults are the counts beside the suspended, without those that are zero.
func (t stepCounts) otherResults() (parts []string) {
	for _, part := range []struct {
		n    int
		text string
	}{
		{t.skipped, "skipped"},
		{t.failed, "failed"},
		{t.unclear, "unclear"},
		{t.restoring, "being restored"},
		{t.restored, "restored"},
		{t.sent, "sent and not confirmed yet"},
		{t.pending, "to go"},
	} {
		if part.n > 0 {
			parts = append(parts, number(part.n)+" "+part.text)
		}
	}
	return parts
}

// runningText is the state of a batch under way.
func (r Report) runningText() string {
	t := r.stepCounts(r.Batch.ID)
	progress := t.otherResults()
	if t.suspended > 0 {
		progress = append([]string{number(t.suspended) + " suspended"}, progress...)
	}
	return fmt.Sprintf("Suspending %s, approved by %s: %s.", People(r.Batch.People), Mention(r.Batch.ApprovedBy()), strings.Join(progress, ", "))
}

// stoppedText is the state of a batch that waits for somebody.
func (r Report) stoppedText() string {
	s := "Stopped"
	if r.Batch.StopReason == stopPressed {
		s += " by " + Mention(r.Batch.StoppedBy)
	}
	return s + ": " + r.stepCounts(r.Batch.ID).summary("nobody") + "."
}

// stopExplanation says why a batch is stopped and what can be done.
func (r Report) stopExplanation() string {
	if r.Batch.StopReason == stopPressed {
		return resumeHint
	}
	return joinSentences(StopReason(r.Batch.StopReason, r.Batch.StoppedBy), resumeHint)
}

// resumeHint is the way out of a stop.
const resumeHint = "Nobody else is suspended until somebody presses Resume. Close gives up the rest."

// finishedText is what became of everybody in the report.
func (r Report) finishedText() string {
	s := r.stepCounts(0).summary("Nobody")
	if n := r.batchCount(); n > 1 {
		s += fmt.Sprintf(", in %d batches", n)
	}
	return s + "."
}

// batchCount is in how many batchCount the report was dealt with.
func (r Report) batchCount() int {
	seen := map[uint64]bool{}
	for i := range r.Candidates {
		if st := &r.Candidates[i].Step; st.AccountID != "" {
			seen[st.BatchID] = true
		}
	}
	return len(seen)
}

// approvalText is who decided about the last batch, and who took that back.
func (r Report) approvalText() string {
	s := fmt.Sprintf("Batch %d was approved by %s on %s.", r.Batch.ID, Mention(r.Batch.ApprovedBy()), Local(r.Batch.ApprovedAt()))
	if r.Batch.UndoneBy != "" {
		s += " Undone by " + Mention(r.Batch.UndoneBy) + "."
	}
	return s
}

// batchRecord is the last batch in small print, and from when another is possible.
func (r Report) batchRecord() string {
	s := r.stepCounts(r.Batch.ID).summary("Nobody") + ". " + r.approvalText()
	if !r.NextFrom.IsZero() && r.Report.State == storage.ReportOpen {
		s += " More people can be suspended by the same approver from " + Local(r.NextFrom) + "."
	}
	return s
}

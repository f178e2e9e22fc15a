package blocks

import (
	"fmt"
	"strings"

	"inactivebot/storage"
)

// tally counts what became of people. Failed are definite refusals, unclear are
// those where nobody knows.
type tally struct{ pending, sent, suspended, failed, unclear, skipped, restoring, restored int }

// tally counts one batch, or all batches of the report for 0.
func (r Report) tally(batch uint64) (t tally) {
	for i := range r.Candidates {
		if st := &r.Candidates[i].Step; st.AccountID != "" && (batch == 0 || st.BatchID == batch) {
			t.add(*st)
		}
	}
	return t
}

func (t *tally) add(st storage.Step) {
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

// results are the counts in words, the suspended always among them. They begin
// with a number or with nobody, the word for none.
func (t tally) results(nobody string) string {
	suspended := nobody
	if t.suspended > 0 {
		suspended = People(t.suspended)
	}
	return strings.Join(append([]string{suspended + " suspended"}, t.others()...), ", ")
}

// others are the counts beside the suspended, without those that are zero.
func (t tally) others() (parts []string) {
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

// working is the state of a batch under way.
func (r Report) working() string {
	t := r.tally(r.Batch.ID)
	progress := t.others()
	if t.suspended > 0 {
		progress = append([]string{number(t.suspended) + " suspended"}, progress...)
	}
	return fmt.Sprintf("Suspending %s, approved by %s: %s.", People(r.Batch.People), Mention(r.Batch.ApprovedBy()), strings.Join(progress, ", "))
}

// stopped is the state of a batch that waits for somebody.
func (r Report) stopped() string {
	s := "Stopped"
	if r.Batch.StopReason == stoppedByHand {
		s += " by " + Mention(r.Batch.StoppedBy)
	}
	return s + ": " + r.tally(r.Batch.ID).results("nobody") + "."
}

// wayOn says why a batch is stopped and what can be done.
func (r Report) wayOn() string {
	if r.Batch.StopReason == stoppedByHand {
		return goOn
	}
	return sentences(StopReason(r.Batch.StopReason, r.Batch.StoppedBy), goOn)
}

// goOn is the way out of a stop.
const goOn = "Nobody else is suspended until somebody presses Resume. Close gives up the rest."

// finished is what became of everybody in the report.
func (r Report) finished() string {
	s := r.tally(0).results("Nobody")
	if n := r.batches(); n > 1 {
		s += fmt.Sprintf(", in %d batches", n)
	}
	return s + "."
}

// batches is in how many batches the report was dealt with.
func (r Report) batches() int {
	seen := map[uint64]bool{}
	for i := range r.Candidates {
		if st := &r.Candidates[i].Step; st.AccountID != "" {
			seen[st.BatchID] = true
		}
	}
	return len(seen)
}

// approved is who decided about the last batch, and who took that back.
func (r Report) approved() string {
	s := fmt.Sprintf("Batch %d was approved by %s on %s.", r.Batch.ID, Mention(r.Batch.ApprovedBy()), Local(r.Batch.ApprovedAt()))
	if r.Batch.UndoneBy != "" {
		s += " Undone by " + Mention(r.Batch.UndoneBy) + "."
	}
	return s
}

// record is the last batch in small print, and from when another is possible.
func (r Report) record() string {
	s := r.tally(r.Batch.ID).results("Nobody") + ". " + r.approved()
	if !r.NextFrom.IsZero() && r.Report.State == storage.ReportOpen {
		s += " More people can be suspended by the same approver from " + Local(r.NextFrom) + "."
	}
	return s
}

package blocks

import (
	"fmt"
	"time"

	"inactivebot/storage"
)

// headline is the one sentence that says it all.
func (r Report) headline() string {
	switch r.Report.State {
	case storage.ReportExecuting:
		return r.runningText()
	case storage.ReportStopped:
		return r.stoppedText()
	case storage.ReportDone:
		if r.Batch.ID != 0 {
			return r.finishedText()
		}
	case storage.ReportOpen, storage.ReportLocked, storage.ReportAwaiting, storage.ReportSuperseded, storage.ReportExpired:
	}
	return r.foundText()
}

// details is what the lead means, and that nothing goes on while it is paused.
func (r Report) details() string {
	s := r.explanation()
	if r.Paused.By == "" || r.retired() || r.Report.State == storage.ReportDone {
		return s
	}
	return joinSentences(s, fmt.Sprintf("Suspensions are paused by %s: type `/inactive resume` to allow them again.", Mention(r.Paused.By)))
}

// explanation is what the lead means for the reader, empty where it needs no words.
func (r Report) explanation() string {
	switch r.Report.State {
	case storage.ReportOpen:
		return r.remainingText()
	case storage.ReportLocked:
		return r.lockText()
	case storage.ReportAwaiting:
		return fmt.Sprintf("%s approved suspending %s. Another approver must press Approve as second before %s; until then nobody is suspended.",
			Mention(r.Batch.ApprovedBy()), People(r.Batch.People), Local(r.Batch.ApprovedAt().Add(storage.SecondWithin)))
	case storage.ReportStopped:
		return r.stopExplanation()
	case storage.ReportDone:
		if r.Batch.ID != 0 {
			return r.approvalText()
		}
	case storage.ReportExecuting, storage.ReportSuperseded, storage.ReportExpired:
	}
	return ""
}

func (r Report) foundText() string {
	product, limit := Product(r.Scan.Product), daysText(r.Scan.InactiveDays)
	n := len(r.Candidates)
	if n == 0 {
		return fmt.Sprintf("Nobody to suspend: everybody who could be has used %s in the last %s.", product, limit)
	}
	s := fmt.Sprintf("%s %s not used %s for %s", People(n), plural(n, "has", "have"), product, limit)
	switch fresh := r.newCount(); {
	case fresh == 0:
	case n == 1:
		s += ", new since " + sinceDay(r.Since, r.Report.CreatedAt)
	case fresh == n:
		s += ", all of them new since " + sinceDay(r.Since, r.Report.CreatedAt)
	default:
		s += fmt.Sprintf(", %s of them new since %s", number(fresh), sinceDay(r.Since, r.Report.CreatedAt))
	}
	return s + "."
}

// newCount is how many people the report before did not list.
func (r Report) newCount() (n int) {
	if r.Since.IsZero() {
		return 0
	}
	for i := range r.Candidates {
		if r.Candidates[i].Row.New {
			n++
		}
	}
	return n
}

// sinceDay names an earlier day: by its weekday where that can mean no other.
func sinceDay(t, now time.Time) string {
	const day = 24 * time.Hour
	if ago := now.UTC().Truncate(day).Sub(t.UTC().Truncate(day)); ago > day && ago <= 7*day {
		return "last " + t.UTC().Weekday().String()
	}
	return Day(t)
}

// remainingText is what an open report still asks, where that is not all of it.
func (r Report) remainingText() string {
	n := r.Open()
	switch {
	case len(r.Candidates) == 0:
		return ""
	case n == 0:
		return "Nobody is left to suspend."
	case r.WaitFor != 0:
		return fmt.Sprintf("Finish or close batch %d first: then these people can be suspended.", r.WaitFor)
	case r.Batch.ID != 0:
		return fmt.Sprintf("%s of them %s left to decide about.", number(n), plural(n, "is", "are"))
	}
	return ""
}

// promptText is what the notification asks for beside the fact.
func (r Report) promptText() string {
	if n := r.Open(); r.Report.State == storage.ReportOpen && n > 0 && !r.Only && r.WaitFor == 0 {
		return fmt.Sprintf("Exclude whom you want to keep, then press Suspend all (%d).", n)
	}
	return ""
}

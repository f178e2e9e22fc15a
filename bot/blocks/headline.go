package blocks

import (
	"fmt"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// headline is the first sentence of the report, in bold.
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

// details follow the headline: the explanation, and that suspensions are paused.
func (r Report) details() string {
	s := r.explanation()
	if r.Paused.By == "" || r.retired() || r.Report.State == storage.ReportDone {
		return s
	}
	return joinSentences(s, fmt.Sprintf("Suspensions are paused by %s. Type `/inactive resume` to allow them again.", Mention(r.Paused.By)))
}

// explanation says what the headline means for the reader. It is empty if the
// headline needs none.
func (r Report) explanation() string {
	switch r.Report.State {
	case storage.ReportOpen:
		return r.remainingText()
	case storage.ReportLocked:
		return r.lockText()
	case storage.ReportAwaiting:
		return fmt.Sprintf("%s approved suspending %s. Another approver must press Approve (2 of 2) before %s; until then no one is suspended.",
			Mention(r.Batch.ApprovedBy()), People(r.Batch.People), LocalTime(r.Batch.ApprovedAt().Add(storage.SecondApprovalTimeout)))
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

// foundText is the headline of a report without a batch under way or ended.
func (r Report) foundText() string {
	product, limit := Product(r.Scan.Product), daysText(r.Scan.InactiveDays)
	n := len(r.Candidates)
	if n == 0 && r.Report.State == storage.ReportLocked {
		return "No one is listed this week, and the safety lock is on."
	}
	switch unknown := r.unknownCount(); {
	case n == 0 && 2*unknown > r.Scan.CanLogIn:
		return "No one is listed this week, because most people could not be checked."
	case n == 0 && unknown > 0:
		return "No one to suspend this week."
	case n == 0:
		return fmt.Sprintf("No one to suspend this week: everyone who can be suspended has used %s in the last %s.", product, limit)
	}
	s := fmt.Sprintf("%s %s not used %s for %s", People(n), plural(n, "has", "have"), product, limit)
	switch added := r.newCount(); {
	case added == 0:
	case n == 1:
		s += ", new since " + sinceDay(r.PreviousAt, r.Report.CreatedAt)
	case added == n:
		s += ", all of them new since " + sinceDay(r.PreviousAt, r.Report.CreatedAt)
	default:
		s += fmt.Sprintf(", %s of them new since %s", number(added), sinceDay(r.PreviousAt, r.Report.CreatedAt))
	}
	return s + "."
}

// unknownCount is the number of people who could not be checked.
func (r Report) unknownCount() int { return r.Scan.Lanes[string(policy.Unknown)] }

// newCount is the number of people that the previous report did not list.
func (r Report) newCount() (n int) {
	if r.PreviousAt.IsZero() {
		return 0
	}
	for i := range r.Candidates {
		if r.Candidates[i].Row.New {
			n++
		}
	}
	return n
}

// sinceDay names an earlier day, by its weekday if that is unambiguous.
func sinceDay(t, now time.Time) string {
	const day = 24 * time.Hour
	if ago := now.UTC().Truncate(day).Sub(t.UTC().Truncate(day)); ago > day && ago <= 7*day {
		return "last " + t.UTC().Weekday().String()
	}
	return Date(t)
}

// remainingText says what is left to decide in an open report. It is empty while
// nothing has been decided.
func (r Report) remainingText() string {
	n := r.Open()
	switch {
	case len(r.Candidates) == 0 && r.unknownCount() > 0:
		return People(r.unknownCount()) + " could not be checked. Press See everyone for the reasons."
	case len(r.Candidates) == 0:
		return ""
	case n == 0:
		return "No one is left to suspend."
	case r.WaitForBatch != 0:
		return fmt.Sprintf("Finish or close batch %d before suspending these people.", r.WaitForBatch)
	case r.Batch.ID != 0:
		return fmt.Sprintf("%s of %s still %s a decision.", number(n), People(len(r.Candidates)), plural(n, "needs", "need"))
	}
	return ""
}

// promptText is the request at the end of the notification.
func (r Report) promptText() string {
	if n := r.Open(); r.Report.State == storage.ReportOpen && n > 0 && !r.ReportOnly && r.WaitForBatch == 0 {
		return fmt.Sprintf("Exclude people who should keep access, then press Suspend all (%s).", number(n))
	}
	return ""
}

package blocks_test

import (
	"fmt"
	"slices"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// The approvers in all cases.
const (
	ada = "U0ADA"
	ben = "U0BEN"
)

// monday is the creation time of the report in all cases.
var monday = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

// people returns people with ordinary names, each with an email.
func people(n int) (out []storage.Person) {
	first := []string{"Ivo", "Mara", "Noor", "Sten", "Yuki", "Ruth", "Omar", "Lena"}
	last := []string{"Maier", "Okafor", "Lindqvist", "da_Silva", "O'Neill", "Tan", "Kowalski"}
	for i := range n {
		f, l := first[i%len(first)], last[i%len(last)]
		out = append(out, storage.Person{AccountID: account(i), Name: f + " " + l, Email: fmt.Sprintf("%s_%d@example.com", f, i)})
	}
	return out
}

func account(i int) string { return fmt.Sprintf("712020:%08d", i) }

// change modifies the plain report for a case.
type change func(*blocks.Report)

// report returns an open report that lists n of 400 people for the first time.
func report(n int, changes ...change) blocks.Report {
	r := blocks.Report{
		Report: storage.Report{ID: 12, ScanID: 30, State: storage.ReportOpen, CreatedAt: monday, ExpiresAt: monday.AddDate(0, 0, 7), Candidates: n, Version: 3},
		Scan: storage.Scan{
			ID: 30, StartedAt: monday.Add(-time.Minute), EndedAt: monday, Product: "confluence", InactiveDays: 180, People: 371 + n, CanLogIn: 340 + n,
			Lanes: map[string]int{
				"active": 241, "inactive": n, "active_elsewhere": 49, "idp_managed": 12, "never_active": 60,
				"excluded": 2, "protected": 3, "unknown": 1, "already_off": 2, "not_a_person": 1,
			},
		},
	}
	for i, p := range people(n) {
		used := monday.AddDate(-3, 0, 0).Add(time.Duration(i) * 12 * time.Hour)
		r.Candidates = append(r.Candidates, storage.Candidate{Row: storage.Row{AccountID: p.AccountID, LastActive: used}, Person: p})
	}
	for _, c := range changes {
		c(&r)
	}
	return r
}

// after sets the time of the previous report; the people at these indexes are new.
func after(since time.Time, fresh ...int) change {
	return func(r *blocks.Report) {
		r.PreviousAt = since
		for _, i := range fresh {
			r.Candidates[i].Row.New = true
		}
	}
}

func serviceAccount(i int) change {
	return func(r *blocks.Report) { r.Candidates[i].Row.ServiceAccount = true }
}

func named(i int, name, email string) change {
	return func(r *blocks.Report) { r.Candidates[i].Person.Name, r.Candidates[i].Person.Email = name, email }
}

func excluded(i int, until time.Time, reason string) change {
	return func(r *blocks.Report) {
		r.Candidates[i].Exclusion = storage.Exclusion{AccountID: account(i), By: ben, Since: monday, Until: until, Reason: reason}
	}
}

func ruled(i int, rule string) change {
	return func(r *blocks.Report) { r.Candidates[i].Rule = rule }
}

func in(state storage.ReportState) change {
	return func(r *blocks.Report) { r.Report.State = state }
}

// everyLock has one lock for each tripwire.
var everyLock = []storage.Lock{
	{Kind: "many_newly_inactive", N: 61, Of: 344},
	{Kind: "many_unknown", N: 12, Of: 344, Most: 9, Detail: "field_missing:addedToOrg"},
	{Kind: "no_management_source", N: 29, Of: 344},
	{Kind: "activity_lost", N: 80, Of: 300},
	{Kind: "fewer_people", N: 240, Of: 375},
	{Kind: "went_backwards", N: 5, Of: 344},
	{Kind: "nobody_active", Of: 344},
	{Kind: "rule_matches_nobody", Of: 7, Detail: "group:on-call"},
	{Kind: "clock_off", Detail: "12m0s"},
	{Kind: "ways_disagree", N: 4, Of: 20},
}

// locks sets the locks of the report.
func locks(those ...storage.Lock) change {
	return func(r *blocks.Report) { r.Report.Locks = those }
}

// overridden adds the override of one approver.
func overridden(r *blocks.Report) {
	r.Report.Overrides = []storage.Approval{{By: ada, At: monday.Add(time.Hour)}}
}

func paused(r *blocks.Report) { r.Paused = storage.Pause{By: ben, At: monday.Add(time.Hour)} }

// batch approves the people from index from up to index to; their steps are pending.
func batch(id uint64, from, to int) change {
	return func(r *blocks.Report) {
		r.Report.State, r.Report.BatchID = storage.ReportExecuting, id
		r.Batch = storage.Batch{ID: id, ReportID: 12, State: storage.BatchRunning, Approvals: []storage.Approval{{By: ada, At: monday.Add(time.Hour)}}, People: to - from}
		for i := from; i < to; i++ {
			r.Candidates[i].Step = storage.Step{ReportID: 12, BatchID: id, AccountID: account(i), State: storage.StepPending}
		}
	}
}

// step sets the state of the steps at these indexes.
func step(state storage.StepState, reason string, indexes ...int) change {
	return func(r *blocks.Report) {
		for _, i := range indexes {
			r.Candidates[i].Step.State, r.Candidates[i].Step.Reason = state, reason
		}
	}
}

// unconfirmed sets the final state of a step that was sent without a response.
func unconfirmed(as storage.StepState, reason string, i int) change {
	return func(r *blocks.Report) {
		step(storage.StepClaimed, reason, i)(r)
		r.Candidates[i].Step.EndsAs = as
	}
}

func suspended(from, to int) change {
	return func(r *blocks.Report) {
		for i := from; i < to; i++ {
			r.Candidates[i].Step.State = storage.StepSuspended
		}
	}
}

// restored marks a step as restored; unsure: before the suspension was
// confirmed.
func restored(i int, by string, unsure bool) change {
	return func(r *blocks.Report) {
		st := &r.Candidates[i].Step
		st.State, st.RestoreBy, st.RestoredAt, st.Unconfirmed = storage.StepRestored, by, monday.Add(3*time.Hour), unsure
	}
}

func restoring(i int) change {
	return func(r *blocks.Report) {
		r.Candidates[i].Step.State, r.Candidates[i].Step.RestoreBy = storage.StepRestoring, ben
	}
}

func notRestored(i int, problem string) change {
	return func(r *blocks.Report) {
		r.Candidates[i].Step.State, r.Candidates[i].Step.Problem = storage.StepSuspended, problem
	}
}

func stopped(reason, by string) change {
	return func(r *blocks.Report) {
		r.Report.State, r.Batch.State = storage.ReportStopped, storage.BatchStopped
		r.Batch.StopReason, r.Batch.StoppedBy = reason, by
	}
}

// ended ends the batch and sets the state of the report that follows.
func ended(state storage.ReportState) change {
	return func(r *blocks.Report) {
		r.Report.State, r.Batch.State, r.Batch.EndedAt = state, storage.BatchDone, monday.Add(2*time.Hour)
	}
}

func undone(by string) change { return func(r *blocks.Report) { r.Batch.UndoneBy = by } }

func replaced(link string) change {
	return func(r *blocks.Report) {
		r.Report.State, r.Report.SupersededBy, r.NewerLink = storage.ReportSuperseded, 13, link
	}
}

func continuesAt(at time.Time) change { return func(r *blocks.Report) { r.NextFrom = at } }

func waitingFor(batch uint64) change { return func(r *blocks.Report) { r.WaitForBatch = batch } }

func swept(at time.Time) change { return func(r *blocks.Report) { r.Report.SweptAt = at } }

func asTable(r *blocks.Report) { r.Table = true }

func reportOnly(r *blocks.Report) { r.ReportOnly = true }

// all combines changes.
func all(changes ...change) change {
	return func(r *blocks.Report) {
		for _, c := range changes {
			c(r)
		}
	}
}

// withSecond adds other approvers to a confirmation.
func withSecond(s blocks.Suspend, rest []storage.Candidate) blocks.Suspend {
	s.HasSecond, s.Rest = true, rest
	return s
}

// suspendModal returns the confirmation for the first n people of a report.
func suspendModal(r blocks.Report, n, limit int) blocks.Suspend {
	return blocks.Suspend{Report: r.Report, Scan: r.Scan, People: slices.Clone(r.Candidates[:n]), Open: r.Open(), Cap: limit, Private: `{"r":12}`}
}

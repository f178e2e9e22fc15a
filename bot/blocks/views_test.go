package blocks_test

import (
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// views returns all modals.
func views() map[string]slack.ModalViewRequest {
	running := storage.Batch{ID: 3, State: storage.BatchStopped}
	finished := storage.Batch{ID: 3, State: storage.BatchDone}
	hundred := report(100, serviceAccount(0))
	return map[string]slack.ModalViewRequest{
		"suspend all":                  blocks.SuspendConfirm(suspendModal(report(29), 29, 50)),
		"suspend one":                  blocks.SuspendConfirm(suspendModal(report(1), 1, 50)),
		"suspend capped":               blocks.SuspendConfirm(suspendModal(report(92), 50, 50)),
		"suspend capped service first": blocks.SuspendConfirm(suspendModal(hundred, 50, 50)),
		"suspend capped part used":     blocks.SuspendConfirm(suspendModal(report(51), 20, 50)),
		"suspend capped to one":        blocks.SuspendConfirm(suspendModal(report(2), 1, 2)),
		"suspend with a second":        blocks.SuspendConfirm(withSecond(suspendModal(hundred, 50, 50), hundred.Candidates[50:])),
		"suspend only with a second":   blocks.SuspendConfirm(withSecond(suspendModal(report(60), 0, 50), report(60).Candidates)),
		"second approval":              blocks.SecondConfirm(secondApproval(report(60), 60)),
		"second approval some gone":    blocks.SecondConfirm(secondApproval(report(3, serviceAccount(0)), 5)),
		"exclude details":              blocks.ExcludeDetails(people(1)[0], storage.Exclusion{AccountID: account(0), By: ben}, "12."+account(0)),
		"exclude details to change":    blocks.ExcludeDetails(people(1)[0], storage.Exclusion{AccountID: account(0), By: ben, Until: monday.AddDate(0, 1, 0), Reason: "on leave"}, "12."+account(0)),
		"suspend many people":          blocks.SuspendConfirm(suspendModal(report(1200), 1200, 2000)),
		"restore":                      blocks.RestoreConfirm(people(1)[0], account(0)),
		"restore somebody":             blocks.RestorePerson(people(3), 0, ""),
		"restore somebody of many":     blocks.RestorePerson(people(blocks.MaxRestorable), 1, ""),
		"undo":                         blocks.UndoConfirm(finished, 29, "3"),
		"undo one":                     blocks.UndoConfirm(finished, 1, "3"),
		"undo unfinished":              blocks.UndoConfirm(running, 2, "3"),
		"undo before the first":        blocks.UndoConfirm(running, 0, "3"),
		"browse only page":             blocks.Browse(report(5, excluded(1, monday, "")), listState(0, "", "")),
		"browse first page":            blocks.Browse(hundred, listState(0, "", "")),
		"browse middle page":           blocks.Browse(hundred, listState(1, "", "")),
		"browse last page":             blocks.Browse(hundred, listState(6, "", "")),
		"browse beyond the last page":  blocks.Browse(hundred, listState(9, "", "")),
		"browse every outcome":         blocks.Browse(everyOutcome(), listState(0, "", "")),
		"browse search":                blocks.Browse(hundred, listState(0, "MARA ok", "")),
		"browse search several pages":  blocks.Browse(hundred, listState(1, "example.com", "")),
		"browse search finds no one":   blocks.Browse(hundred, listState(0, "<!channel> *x*", "")),
		"browse by name":               blocks.Browse(report(6, after(lastMonday, 2, 4), serviceAccount(3)), listState(0, "", blocks.SortName)),
		"browse newly listed first":    blocks.Browse(report(6, after(lastMonday, 2, 4), serviceAccount(3)), listState(0, "", blocks.SortNew)),
		"browse service first":         blocks.Browse(hundred, listState(0, "", blocks.SortService)),
		"browse no one":                blocks.Browse(report(0), listState(0, "", "")),
		"browse locked":                blocks.Browse(report(2, in(storage.ReportLocked)), listState(0, "", "")),
		"browse superseded":            blocks.Browse(report(2, replaced("")), listState(0, "", "")),
		"lanes":                        blocks.Everyone(breakdown(2)),
		"lanes without names":          blocks.Everyone(withoutRows(breakdown(0))),
		"lanes list requested":         blocks.Everyone(fullListRequested(breakdown(2))),
		"lane":                         blocks.EveryoneInLane(breakdown(0), listed(7), lane("protected", 0, "")),
		"lane first page":              blocks.EveryoneInLane(breakdown(0), neverActive(40), lane("never_active", 0, "")),
		"lane last page":               blocks.EveryoneInLane(breakdown(0), listed(40), lane("idp_managed", 2, "")),
		"lane search":                  blocks.EveryoneInLane(breakdown(0), listed(40), lane("active_elsewhere", 0, "noor")),
		"lane search finds no one":     blocks.EveryoneInLane(breakdown(0), listed(40), lane("excluded", 0, "zzz")),
		"lane forgotten":               blocks.EveryoneInLane(withoutRows(breakdown(0)), nil, lane("unknown", 0, "")),
		"exclusions":                   blocks.Exclusions(exclusionEntries(3), 0, ""),
		"exclusions no one":            blocks.Exclusions(nil, 0, ""),
		"exclusions first page":        blocks.Exclusions(exclusionEntries(40), 0, ""),
		"exclusions last page":         blocks.Exclusions(exclusionEntries(40), 9, ""),
		"exclusions removed before":    blocks.Exclusions(exclusionEntries(1), 0, "There is nothing to undo. It may have been done already. Nothing was changed."),
		"override":                     blocks.OverrideConfirm(report(4, in(storage.ReportLocked), locks(everyLock[:2]...)).Report, "12"),
		"notice":                       blocks.Notice("Nothing was changed", "Finish or close batch 3 first. Nothing was changed."),
	}
}

// everyOutcome returns a stopped report with every reason once.
func everyOutcome() blocks.Report {
	var changes []change
	next := 0
	for _, code := range skips {
		changes = append(changes, step(storage.StepSkipped, code, next))
		next++
	}
	for _, code := range fails {
		changes = append(changes, step(storage.StepFailed, code, next))
		next++
	}
	for _, code := range restoreFails {
		changes = append(changes, notRestored(next, code))
		next++
	}
	return report(next, append([]change{batch(3, 0, next), stopped("pressed", ada)}, changes...)...)
}

// listState returns the state of a list in Browse.
func listState(page int, search, order string) blocks.ListState {
	return blocks.ListState{Report: 12, Page: page}.WithSort(order).WithSearch(search).WithPage(page)
}

func lane(name string, page int, search string) blocks.ListState {
	l := listState(page, search, "")
	l.Lane = name
	return l
}

// breakdown returns a scan with the first people of every lane.
func breakdown(named int) blocks.Breakdown {
	r := report(29)
	w := blocks.Breakdown{Report: r.Report, Scan: r.Scan, RowsKept: true}
	for _, lane := range lanes {
		n := r.Scan.Lanes[lane]
		w.Lanes = append(w.Lanes, blocks.LaneGroup{Lane: lane, Count: n, People: people(min(named, n))})
	}
	w.Lanes = append(w.Lanes, blocks.LaneGroup{Lane: "inactive", Count: 0})
	return w
}

// withoutRows removes the rows of a scan.
func withoutRows(w blocks.Breakdown) blocks.Breakdown {
	w.RowsKept = false
	return w
}

func fullListRequested(w blocks.Breakdown) blocks.Breakdown {
	w.Report.FullListRequest = storage.Approval{By: ben, At: monday.Add(time.Hour)}
	return w
}

// listed returns people with every reason and all dates.
func listed(n int) (out []storage.PersonRow) {
	for i, p := range people(n) {
		row := storage.Row{AccountID: p.AccountID}
		if i < len(laneReasons) {
			row.Reason = laneReasons[i]
		}
		if i%3 == 1 {
			row.LastActive, row.OtherActive = monday.AddDate(-1, 0, i), monday.AddDate(0, 0, -i)
		}
		if i%5 == 2 {
			row.AddedToOrg, row.ManagedBy = monday.AddDate(-2, 0, i), "synced"
		}
		out = append(out, storage.PersonRow{Row: row, Person: p})
	}
	return out
}

func neverActive(n int) (out []storage.PersonRow) {
	for i, p := range people(n) {
		out = append(out, storage.PersonRow{Row: storage.Row{AccountID: p.AccountID, Lane: "never_active", AddedToOrg: monday.AddDate(-2, 0, i)}, Person: p})
	}
	return out
}

// laneReasons are all reasons of lanes.
var laneReasons = []string{
	"", "exclusion", "rule:group:on-call", "admin_role:atlassian/org-admin", "roles_missing", "protect_setting", "approver", "just_added",
	"just_restored", "lookup_failed", "field_missing:platformRoles", "email_hidden:domain:example.com", "activity_missing", "unreadable_timestamp", "future_timestamp",
	"other_app:jira-software", "other_site", "tomorrow",
}

// exclusionEntries returns exclusions of n people, two rules of approvers and one from the
// settings.
func exclusionEntries(n int) (out []blocks.ExclusionEntry) {
	for i, p := range people(n) {
		e := storage.ActiveExclusion{AccountID: p.AccountID, By: ada, Since: monday.AddDate(0, 0, -i)}
		if i%3 == 1 {
			e.Until, e.Reason = monday.AddDate(0, 0, 1+i), "on parental leave <!here>"
		}
		out = append(out, blocks.ExclusionEntry{ActiveExclusion: e, Person: p})
	}
	return append(out,
		blocks.ExclusionEntry{ActiveExclusion: storage.ActiveExclusion{Rule: "group:on-call", By: ben, Since: monday.AddDate(-2, 0, 0)}},
		blocks.ExclusionEntry{ActiveExclusion: storage.ActiveExclusion{Rule: "domain:example.org", By: ben, Since: monday, Until: monday.AddDate(0, 1, 0), Reason: "partners"}},
		blocks.ExclusionEntry{ActiveExclusion: storage.ActiveExclusion{Rule: "*@svc.example.com"}, FromSettings: true},
	)
}

// secondApproval returns the values of the second confirmation for a batch of n
// people, of whom those of the report are left.
func secondApproval(r blocks.Report, n int) blocks.SecondApproval {
	batch := storage.Batch{ID: 3, State: storage.BatchAwaiting, People: n, Set: "0123456789abcdef", Note: "all left <!here> in June", Approvals: []storage.Approval{{By: ada, At: monday}}}
	return blocks.SecondApproval{Batch: batch, Scan: r.Scan, People: r.Candidates}
}

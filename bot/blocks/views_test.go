package blocks_test

import (
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// views are all modals.
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
		"exclude details":              blocks.ExcludeDetails(people(1)[0], storage.Exclusion{AccountID: account(0), By: ben}, "12."+account(0)),
		"exclude details to change":    blocks.ExcludeDetails(people(1)[0], storage.Exclusion{AccountID: account(0), By: ben, Until: monday.AddDate(0, 1, 0), Reason: "on leave"}, "12."+account(0)),
		"suspend a crowd":              blocks.SuspendConfirm(suspendModal(report(1200), 1200, 2000)),
		"restore":                      blocks.RestoreConfirm(people(1)[0], account(0)),
		"restore somebody":             blocks.RestoreSomebody(people(3), 0, ""),
		"restore somebody of many":     blocks.RestoreSomebody(people(100), 1, ""),
		"undo":                         blocks.UndoConfirm(finished, 29, "3"),
		"undo one":                     blocks.UndoConfirm(finished, 1, "3"),
		"undo unfinished":              blocks.UndoConfirm(running, 2, "3"),
		"undo before the first":        blocks.UndoConfirm(running, 0, "3"),
		"browse only page":             blocks.Browse(report(5, excluded(1, monday, "")), 0, "12.0"),
		"browse first page":            blocks.Browse(hundred, 0, "12.0"),
		"browse middle page":           blocks.Browse(hundred, 1, "12.1"),
		"browse last page":             blocks.Browse(hundred, 2, "12.2"),
		"browse beyond the last page":  blocks.Browse(hundred, 9, "12.9"),
		"browse every outcome":         blocks.Browse(everyOutcome(), 0, "12.0"),
		"lanes":                        blocks.Lanes(report(29).Scan, everyLane(2)),
		"lanes without names":          blocks.Lanes(report(29).Scan, everyLane(0)),
		"notice":                       blocks.Notice("Nothing was changed", "Finish or close batch 3 first. Nothing was changed."),
	}
}

// everyOutcome is a stopped report in which every reason has happened once.
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

func everyLane(named int) (out []blocks.Lane) {
	scan := report(29).Scan
	for _, lane := range lanes {
		n := scan.Lanes[lane]
		out = append(out, blocks.Lane{Lane: lane, N: n, People: people(min(named, n))})
	}
	return append(out, blocks.Lane{Lane: "inactive", N: 0})
}

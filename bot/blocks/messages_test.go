package blocks_test

import (
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// lastMonday is when the previous report was created.
var lastMonday = monday.AddDate(0, 0, -7)

// reports returns the report in every state.
func reports() map[string]blocks.Report {
	day := 24 * time.Hour
	done := all(batch(3, 0, 6), suspended(0, 6), ended(storage.ReportDone))
	cases := map[string]blocks.Report{
		"open first ever":               report(29, serviceAccount(0)),
		"open with new people":          report(29, after(lastMonday, 3, 7, 20)),
		"open all new":                  report(2, after(lastMonday, 0, 1)),
		"open new since another day":    report(4, after(monday.Add(-day), 1)),
		"open one person":               report(1),
		"open one new person":           report(1, after(lastMonday, 0)),
		"open no one":                   report(0, after(lastMonday)),
		"open excluded":                 report(4, excluded(1, time.Time{}, ""), excluded(2, monday.AddDate(0, 3, 0), "on parental leave, back in June")),
		"open excluded by rule":         report(4, ruled(0, "group:on-call"), ruled(3, "*@svc.example.com")),
		"open all excluded":             report(2, excluded(0, time.Time{}, ""), excluded(1, time.Time{}, "")),
		"open report only":              report(4, reportOnly),
		"open waiting for a batch":      report(4, waitingFor(3)),
		"open again with the rest":      report(22, batch(3, 0, 20), suspended(0, 20), step(storage.StepSkipped, "active", 4), ended(storage.ReportOpen)),
		"open again continues at":       report(22, batch(3, 0, 21), suspended(0, 21), ended(storage.ReportOpen), continuesAt(monday.Add(25*time.Hour))),
		"open unusual names":            unusualNames(),
		"table open":                    report(60, asTable, serviceAccount(0), after(lastMonday, 3), excluded(1, time.Time{}, ""), ruled(2, "group:on-call")),
		"table of many people":          report(1200, asTable),
		"table executing":               report(8, asTable, batch(3, 0, 8), suspended(0, 2), step(storage.StepSkipped, "active", 2), step(storage.StepFailed, "forbidden", 3), step(storage.StepClaimed, "", 4)),
		"table done with exceptions":    report(12, asTable, batch(3, 0, 12), suspended(0, 12), exceptions(), ended(storage.ReportDone)),
		"table no one":                  report(0, asTable),
		"locked":                        report(4, in(storage.ReportLocked), locks(storage.Lock{Kind: "many_newly_inactive", N: 61, Of: 344})),
		"locked for every cause":        report(4, in(storage.ReportLocked), locks(everyLock...)),
		"locked after one confirmation": report(4, in(storage.ReportLocked), locks(everyLock[1]), overridden),
		"open paused":                   report(4, paused),
		"executing paused":              report(4, batch(3, 0, 4), suspended(0, 1), paused),
		"awaiting second":               report(4, batch(3, 0, 4), in(storage.ReportAwaiting)),
		"executing at the start":        report(29, batch(3, 0, 29)),
		"executing with people left":    report(4, batch(3, 0, 4), unconfirmed(storage.StepSkipped, "active", 0), unconfirmed(storage.StepSkipped, storage.SkipClosed, 1), unconfirmed(storage.StepFailed, "forbidden", 2)),
		"executing half-way":            report(20, batch(3, 0, 18), suspended(0, 7), step(storage.StepSkipped, "admin_role:atlassian/org-admin", 2), step(storage.StepFailed, "forbidden", 3), step(storage.StepClaimed, "", 7, 8), excluded(9, time.Time{}, "")),
		"done":                          report(6, done),
		"done one person":               report(1, batch(3, 0, 1), suspended(0, 1), ended(storage.ReportDone)),
		"done beyond the rows":          report(30, batch(3, 0, 30), suspended(0, 30), step(storage.StepSkipped, "other_app:jira-software", 17), step(storage.StepFailed, "not_found", 25), ended(storage.ReportDone)),
		"done with exceptions":          report(12, batch(3, 0, 12), suspended(0, 12), exceptions(), ended(storage.ReportDone)),
		"done no one suspended":         report(2, batch(3, 0, 2), step(storage.StepSkipped, "gone", 0, 1), ended(storage.ReportDone)),
		"done in two batches":           report(6, batch(3, 0, 4), suspended(0, 4), batch(4, 4, 6), suspended(4, 6), ended(storage.ReportDone)),
		"done being undone":             report(6, done, undone(ben), restoring(0), restored(1, ben, false)),
		"done undone":                   report(2, batch(3, 0, 2), restored(0, ben, false), restored(1, ben, true), ended(storage.ReportDone), undone(ben)),
		"superseded with link":          report(4, replaced("https://example.slack.com/archives/C1/p2")),
		"superseded without link":       report(4, replaced("")),
		"superseded no one":             report(0, replaced("")),
		"superseded after a batch":      report(6, batch(3, 0, 4), suspended(0, 4), ended(storage.ReportOpen), replaced("https://example.slack.com/archives/C1/p2")),
		"expired":                       report(4, in(storage.ReportExpired)),
		"expired after a batch":         report(20, batch(3, 0, 18), suspended(0, 18), step(storage.StepSkipped, "just_restored", 16), ended(storage.ReportExpired)),
		"swept":                         report(4, in(storage.ReportDone), swept(monday.AddDate(1, 0, 0))),
		"stopped before the first":      report(4, batch(3, 0, 4), stopped("away", storage.Bot)),
		"stopped for an unknown cause":  report(4, batch(3, 0, 4), stopped("moon", storage.Bot)),
	}
	for _, reason := range stops {
		cases["stopped "+reason] = report(8, batch(3, 0, 8), suspended(0, 3), step(storage.StepClaimed, "", 3), stopped(reason, ada))
	}
	return cases
}

// stops are the reasons for which a batch can be stopped.
var stops = []string{"pressed", "key_refused", "failures", "many_gone", "many_failed", "rate_limited", "away", "no_channel"}

// exceptions sets every result of a step except a suspension.
func exceptions() change {
	return all(
		step(storage.StepSkipped, "admin_role:atlassian/org-admin", 0), step(storage.StepSkipped, "rule:group:on-call", 1),
		step(storage.StepFailed, "forbidden", 2), step(storage.StepFailed, storage.FailUnclear, 3),
		restored(4, ben, false), restored(5, ben, true), restored(6, "", false), restoring(7), notRestored(8, "no_licence"),
	)
}

func unusualNames() blocks.Report {
	return report(8,
		named(0, "<!channel> *bold* & <https://x|y>", "svc_build_01@example.com"),
		named(1, "", "no.name@example.com"),
		named(2, "\u200b\u2060", ""),
		named(3, "נועה לוי \u202eסוף", "noa@example.com"),
		named(4, "👩‍💻 Zoë :no_entry: suspended", "zoe@example.com"),
		named(5, "_under_ ~struck~ `code` snake_case", ""),
		named(6, "Very long "+repeat("name & ", 40), repeat("x", 80)+"@example.com"),
		named(7, "Two\nlines\tand <@U0ADA>", "two@example.com"),
	)
}

// notes returns a note of every kind.
func notes() map[string]blocks.Message {
	three, one := people(3), people(1)
	note := func(k storage.NoteKind, who []storage.Person, n storage.Note) blocks.Message {
		n.Kind, n.By = k, ada
		return blocks.Note(n, who)
	}
	cases := map[string]blocks.Message{
		"excluded":                     note(storage.NoteExcluded, one, storage.Note{}),
		"excluded with reason and end": note(storage.NoteExcluded, one, storage.Note{Text: "on leave <!here>", Until: monday.AddDate(0, 1, 0)}),
		"exclusion updated":            note(storage.NoteExclusionUpdated, one, storage.Note{Text: "on leave", Until: monday.AddDate(0, 1, 0)}),
		"exclusion updated no end":     note(storage.NoteExclusionUpdated, one, storage.Note{}),
		"approved with a comment":      note(storage.NoteApproved, nil, storage.Note{BatchID: 3, Text: "29", Comment: "agreed with <!here> finance"}),
		"key ends":                     note(storage.NoteKeyExpires, nil, storage.Note{At: monday, Until: monday.AddDate(0, 0, 9)}),
		"key ended":                    note(storage.NoteKeyExpires, nil, storage.Note{At: monday, Until: monday.AddDate(0, 0, -1)}),
		"key old":                      note(storage.NoteKeyOld, nil, storage.Note{At: monday, Until: monday.AddDate(0, 0, -340)}),
		"missed reports":               note(storage.NoteMissedReports, nil, storage.Note{At: monday, Until: monday.AddDate(0, 0, -21), Text: "2"}),
		"calls refused":                note(storage.NoteCallsRefused, nil, storage.Note{At: monday, Text: "412 by a rate limit (Atlassian, POST users/search)"}),
		"incident":                     blocks.Incident(storage.Incident{Code: "key_refused", Since: monday, Attempts: 1, LastAt: monday}, "Atlassian refuses the API key & that is all."),
		"incident continues":           blocks.Incident(storage.Incident{Code: "key_refused", Since: monday, Attempts: 7, LastAt: monday.Add(6 * time.Hour)}, "Atlassian refuses the API key."),
		"incident over":                blocks.Incident(storage.Incident{Since: monday, Attempts: 7, EndedAt: monday.Add(7 * time.Hour)}, "Atlassian refuses the API key."),
		"large database":               note(storage.NoteLargeDatabase, nil, storage.Note{Text: "1.2 GB"}),
		"included":                     note(storage.NoteIncluded, one, storage.Note{}),
		"rule added":                   note(storage.NoteRuleAdded, nil, storage.Note{Text: "group:on-call"}),
		"rule added until":             note(storage.NoteRuleAdded, nil, storage.Note{Text: "domain:example.com", Until: monday.AddDate(0, 1, 0)}),
		"rule removed":                 note(storage.NoteRuleRemoved, nil, storage.Note{Text: "*@svc.example.com"}),
		"approved":                     note(storage.NoteApproved, nil, storage.Note{BatchID: 3, Text: "29"}),
		"approved one":                 note(storage.NoteApproved, nil, storage.Note{BatchID: 3, Text: "1"}),
		"resumed":                      note(storage.NoteResumed, nil, storage.Note{BatchID: 3}),
		"closed":                       note(storage.NoteClosed, nil, storage.Note{BatchID: 3}),
		"restoring":                    note(storage.NoteRestoring, one, storage.Note{}),
		"restoring several":            note(storage.NoteRestoring, three, storage.Note{}),
		"restoring many people":        note(storage.NoteRestoring, people(50), storage.Note{}),
		"restoring the batch":          note(storage.NoteRestoring, nil, storage.Note{BatchID: 3}),
		"restored":                     note(storage.NoteRestored, one, storage.Note{}),
		"not restored":                 note(storage.NoteNotRestored, one, storage.Note{Text: "no_licence"}),
		"paused":                       note(storage.NotePaused, nil, storage.Note{}),
		"second requested":             note(storage.NoteSecondRequested, nil, storage.Note{BatchID: 3, Text: ben, Comment: "all left in June"}),
		"withdrawn":                    note(storage.NoteWithdrawn, nil, storage.Note{BatchID: 3}),
		"override first confirmation":  note(storage.NoteOverride, nil, storage.Note{Text: "noted"}),
		"override opened":              note(storage.NoteOverride, nil, storage.Note{Text: "opened"}),
		"approvers none":               note(storage.NoteApprovers, nil, storage.Note{}),
		"approvers one":                note(storage.NoteApprovers, nil, storage.Note{Text: ada}),
		"approvers two":                note(storage.NoteApprovers, nil, storage.Note{Text: ada + "," + ben}),
		"rolled back":                  note(storage.NoteRolledBack, nil, storage.Note{Text: monday.Format(time.RFC3339)}),
		"unpaused":                     note(storage.NoteUnpaused, nil, storage.Note{}),
		"disconnected":                 note(storage.NoteDisconnected, nil, storage.Note{At: monday, Until: monday.Add(40 * time.Minute)}),
		"channel back":                 note(storage.NoteChannelBack, nil, storage.Note{At: monday, Until: monday.Add(26 * time.Hour)}),
	}
	for _, code := range []string{"missing_scope", "forgotten", "no_answer", "restricted_action"} {
		cases["no file "+code] = note(storage.NoteFileRefused, nil, storage.Note{Text: code})
	}
	all := exclusionEntries(30)
	cases["exclusions ending"] = blocks.Reminder(storage.NoteEndingExclusions, []blocks.ExclusionEntry{all[1], all[4], all[31]})
	cases["exclusions old"] = blocks.Reminder(storage.NoteOldExclusions, []blocks.ExclusionEntry{all[29], all[30]})
	cases["exclusions old many people"] = blocks.Reminder(storage.NoteOldExclusions, all[:31])
	for _, reason := range stops {
		cases["stopped "+reason] = note(storage.NoteStopped, nil, storage.Note{BatchID: 3, Text: reason})
	}
	cases["hidden emails"] = note(storage.NoteHiddenEmails, nil, storage.Note{Text: ada + "," + ben})
	cases["second requested of a group"] = note(storage.NoteSecondRequested, nil, storage.Note{BatchID: 3, Text: "group:S0APPROVERS"})
	cases["newer message"] = note(storage.NoteNewerMessage, nil, storage.Note{})
	cases["other program"] = note(storage.NoteWarning, nil, storage.Note{Text: string(storage.WarnOtherProgram)})
	cases["database replaced"] = blocks.DatabaseReplaced("inactivebot.db.replaced-20261127T101500Z")
	cases["database replaced not saved"] = blocks.DatabaseReplaced("")
	cases["report hidden"] = blocks.HiddenReport(storage.Report{ID: 12}, "shared_outside")
	for _, code := range []string{"is_archived", "not_in_channel", "channel_not_found", "restricted_action", "shared_outside", "public", "missing_scope"} {
		cases["no channel "+code] = blocks.ChannelOutage("C0ADMINS", code, monday)
	}
	return cases
}

// outcomes returns summaries of finished batches.
func outcomes() map[string]blocks.Message {
	done := func(n int, changes ...change) blocks.Message {
		r := report(n, append([]change{batch(3, 0, n), suspended(0, n)}, changes...)...)
		return blocks.BatchSummary(storage.Note{Kind: storage.NoteBatchDone, BatchID: 3, AuditHead: "3f2a"}, r.Candidates)
	}
	return map[string]blocks.Message{
		"everyone suspended": done(6),
		"with exceptions":    done(12, exceptions(), step(storage.StepClaimed, "", 9)),
		"no one suspended":   done(2, step(storage.StepSkipped, "gone", 0, 1)),
		"many people":        done(1200, exceptions()),
		"many skipped":       done(1200, func(r *blocks.Report) { step(storage.StepSkipped, "active", indexes(1199)...)(r) }),
	}
}

// indexes returns the first n indexes.
func indexes(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

// charts returns the charts of reports.
func charts() map[string]blocks.Message {
	spread := report(60)
	for i := range spread.Candidates {
		spread.Candidates[i].Row.LastActive = monday.AddDate(0, 0, -181-i*20)
	}
	var past []storage.Report
	for i := range 25 {
		past = append(past, storage.Report{ID: uint64(i + 1), CreatedAt: monday.AddDate(0, 0, 7*(i-25)), Candidates: 40 + i%7})
	}
	first := blocks.Charts{Scan: spread.Scan, People: spread.Candidates, Past: past[:1]}
	years := blocks.Charts{Scan: spread.Scan, People: spread.Candidates, Past: past[:2]}
	years.Scan.InactiveDays = 1500
	return map[string]blocks.Message{
		"first ever":            first.Message(),
		"with many reports":     blocks.Charts{Scan: spread.Scan, People: spread.Candidates, Past: past}.Message(),
		"with a long threshold": years.Message(),
	}
}

func greetings() map[string]blocks.Message {
	hello := blocks.WelcomeData{Product: "confluence", InactiveDays: 180, NextReport: monday}
	cases := map[string]blocks.Message{"no approvers known": blocks.Greeting(hello)}
	hello.Approvers = []string{ada}
	cases["one approver"] = blocks.Greeting(hello)
	hello.Approvers = []string{ada, ben}
	cases["two approvers"] = blocks.Greeting(hello)
	for range 300 {
		hello.Approvers = append(hello.Approvers, ada)
	}
	cases["many approvers"] = blocks.Greeting(hello)
	return cases
}

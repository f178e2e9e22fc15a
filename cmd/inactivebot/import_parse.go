package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/cmd/inactivebot/config"
	"inactivebot/storage"
)

// readEntries parses a list of exclusions in JSON or CSV. It returns all mistakes
// together; a list with a mistake is not imported.
func readEntries(body []byte) (list []storage.ExclusionEntry, err error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))) // byte order mark of spreadsheet programs.
	var problems config.Mistakes
	if bytes.HasPrefix(body, []byte("[")) {
		if err := json.Unmarshal(body, &list); err != nil {
			return nil, listMistake("the list", "is not JSON in the format of export")
		}
	} else if list, problems, err = readCSV(body); err != nil {
		return nil, err
	}
	for i := range list {
		if problem := classify(&list[i]); problem != "" {
			problems = append(problems, listMistake(fmt.Sprintf("entry %d", i+1), problem)...)
		}
	}
	switch {
	case len(problems) > 0:
		return nil, problems
	case len(list) == 0:
		return nil, listMistake("the list", "has no entry")
	}
	return list, nil
}

func listMistake(what, problem string) config.Mistakes {
	return config.Mistakes{{Setting: what, Problem: problem, Where: "a CSV with the columns " + strings.Join(columns, ",") + ", of which only who is required, or JSON in the format of export"}}
}

// classify sets Rule if an entry is a rule and not a person. It returns a problem
// if it is neither.
func classify(e *storage.ExclusionEntry) (problem string) {
	e.Who = strings.TrimSpace(e.Who)
	rule, err := policy.ParseRule(e.Who)
	if err != nil {
		return "names neither an account id, an email, group:NAME, domain:example.com nor a glob such as *@svc.example.com"
	}
	e.Rule = !rule.SingleAccount()
	return ""
}

func readCSV(body []byte) (list []storage.ExclusionEntry, problems config.Mistakes, err error) {
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		return nil, nil, listMistake("the list", "is not CSV: "+err.Error())
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	who := slices.Index(rows[0], "who")
	if who < 0 {
		who = slices.Index(rows[0], "account_id")
	}
	if who < 0 {
		return nil, nil, listMistake("the first row", "has no column who")
	}
	for i, row := range rows[1:] {
		e, problem := readRow(rows[0], who, row)
		if problem != "" {
			problems = append(problems, listMistake(fmt.Sprintf("entry %d", i+1), problem)...)
		}
		list = append(list, e)
	}
	return list, problems, nil
}

func readRow(head []string, who int, row []string) (e storage.ExclusionEntry, problem string) {
	cell := func(i int) string {
		if i < 0 {
			return ""
		}
		return plain(strings.TrimSpace(row[i]))
	}
	e.Who, e.Reason, e.By = cell(who), cell(slices.Index(head, "reason")), cell(slices.Index(head, "by"))
	for name, into := range map[string]*time.Time{"until": &e.Until, "since": &e.Since} {
		t, ok := readMoment(cell(slices.Index(head, name)), name == "until")
		if !ok {
			problem = "has a column " + name + " that is not a date in the form YYYY-MM-DD"
		}
		*into = t
	}
	return e, problem
}

// plain removes the apostrophe that export adds so that spreadsheet programs do not
// treat a cell as a formula.
func plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && blocks.EscapeFormula(rest) == cell {
		return rest
	}
	return cell
}

// readMoment parses a time or a day. A day is its start, or its end if until is
// true.
func readMoment(s string, until bool) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), true
	}
	day, err := time.Parse(time.DateOnly, s)
	if err == nil && until {
		day = day.AddDate(0, 0, 1)
	}
	return day, err == nil
}

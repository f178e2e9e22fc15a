package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

type exportCommand struct {
	Exclusions exportExclusions `cmd:"" help:"Print the exclusions and rules in effect."`
}

type exportExclusions struct {
	Format string `enum:"csv,json" default:"csv" help:"csv or json."`
}

// Run prints the list in a form that import accepts.
func (cmd exportExclusions) Run(p *program) (err error) {
	store, err := openDatabase(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	list, err := store.ExclusionEntries(time.Now().UTC())
	if err != nil {
		return err
	}
	if cmd.Format == "json" {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		return out.Encode(append([]storage.ExclusionEntry{}, list...))
	}
	return writeEntries(p.stdout, list)
}

// columns are the columns of a list of exclusions. Only the column who is required;
// import ignores name and email.
var columns = []string{"who", "until", "reason", "by", "since", "name", "email"}

func writeEntries(w io.Writer, list []storage.ExclusionEntry) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for _, e := range list {
		row := []string{e.Who, when(e.Until), e.Reason, e.By, when(e.Since), e.Name, e.Email}
		for i := range row {
			row[i] = blocks.EscapeFormula(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// when returns a time in RFC 3339, and an empty string for the zero time.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

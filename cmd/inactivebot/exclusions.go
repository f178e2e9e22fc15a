package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

type exportCommand struct {
	Exclusions exportExclusions `cmd:"" help:"Print the exclusions and rules in effect."`
}

type exportExclusions struct {
	Format string `enum:"csv,json" default:"csv" help:"csv or json."`
}

// Run prints the list, in a form that import takes.
func (cmd exportExclusions) Run(p *program) (err error) {
	store, err := openDatabase(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	list, err := store.Entries(time.Now().UTC())
	if err != nil {
		return err
	}
	if cmd.Format == "json" {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		return out.Encode(append([]storage.Entry{}, list...))
	}
	return writeEntries(p.stdout, list)
}

// columns are those of a list of exclusions. Only who must be there; name and
// email are for the reader.
var columns = []string{"who", "until", "reason", "by", "since", "name", "email"}

func writeEntries(w io.Writer, list []storage.Entry) error {
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

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

type importCommand struct {
	Exclusions importExclusions `cmd:"" help:"Take over a list of exclusions and rules; shows what it would do, and does it with --apply."`
}

type importExclusions struct {
	File  string `arg:"" help:"The list: CSV with a column who, or JSON as export prints it." placeholder:"FILE"`
	Apply bool   `help:"Do it. Without it nothing is changed."`
}

// Run imports the list, through the bot where one runs.
func (cmd importExclusions) Run(p *program) error {
	body, err := p.sources.ReadFile(cmd.File)
	if err != nil {
		return fmt.Errorf("read the list: %w", err)
	}
	list, err := readEntries(body)
	if err != nil {
		return err
	}
	path, err := databaseThere(p)
	if err != nil {
		return err
	}
	done, err := adminsocket.Import(path, list, cmd.Apply, time.Now().UTC())
	if err != nil {
		return err
	}
	return cmd.tell(p.stdout, done)
}

// outcomes are those of an import as a person reads them.
var outcomes = map[string]string{
	storage.ImportAdded:   "is excluded",
	storage.ImportChanged: "gets this reason and end",
	storage.ImportAlready: "is excluded already",
	storage.ImportOver:    "is left out: its end has passed",
	storage.ImportUnknown: "is left out: no scan has seen exactly one person with this email; name the account id",
}

func (cmd importExclusions) tell(w io.Writer, done []storage.Imported) error {
	n, err := 0, error(nil)
	for _, d := range done {
		_, failed := fmt.Fprintf(w, "%s %s\n", d.Who, outcomes[d.Outcome])
		err = errors.Join(err, failed)
		if d.Outcome == storage.ImportAdded || d.Outcome == storage.ImportChanged {
			n++
		}
	}
	last := "%d of %d entries would be taken over. Nothing is changed: add --apply to do it.\n"
	if cmd.Apply {
		last = "%d of %d entries are taken over.\n"
	}
	_, failed := fmt.Fprintf(w, last, n, len(done))
	return errors.Join(err, failed)
}
